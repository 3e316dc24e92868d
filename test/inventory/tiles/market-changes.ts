import fc from "fast-check";
import { mintDevToken } from "../../../scripts/dev-secrets.ts";
import { wireId } from "../../../src/ids.ts";
import type { PartnersApp } from "../../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../../support/api-keys.ts";
import type { TestDatabase } from "../../support/test-database.ts";

/** Where shops come and go: some metres, some streets and some cities apart. */
export const SPOTS = [
  { lat: 6.45, lng: 3.39 },
  { lat: 6.450_05, lng: 3.390_05 },
  { lat: 6.47, lng: 3.4 },
  { lat: 6.6, lng: 3.35 },
  { lat: 6.25, lng: 3.7 },
  { lat: 7.38, lng: 3.94 },
];
const SHOPS = 3;
const LOCATIONS = 4;
const ITEMS = 7;
const TITLES = ["Brown Bread", "Peak Milk 400g", "Coca-Cola 50cl", "Ẹ̀bà mix 1 kg", "牛奶 1L"];

/** Changes that partners, operators and orders make. */
export type Change =
  | { readonly kind: "upsert"; readonly shop: number; readonly entries: readonly object[] }
  | { readonly kind: "rename_item"; readonly shop: number; readonly item: number; readonly title: string }
  | { readonly kind: "delete_item"; readonly shop: number; readonly item: number }
  | { readonly kind: "put_location"; readonly shop: number; readonly location: number; readonly body: object }
  | { readonly kind: "delete_location"; readonly shop: number; readonly location: number }
  | { readonly kind: "decide"; readonly shop: number; readonly decision: "approve" | "suspend" }
  | { readonly kind: "reserve"; readonly shop: number; readonly item: number; readonly reserved: number }
  | { readonly kind: "rename_partner"; readonly shop: number; readonly name: string };

const shop = fc.nat({ max: SHOPS - 1 });
const location = fc.nat({ max: LOCATIONS - 1 });
const item = fc.nat({ max: ITEMS - 1 });

/** The moment stands for when the change is made: entries are told at the same time as they are true. */
const proof = fc.record({
  kind: fc.constantFrom("shelf_snap", "count"),
  media_url: fc.constantFrom("https://media.example/a.jpg", "https://media.example/b.jpg"),
  captured_lat: fc.constant(6.45),
  captured_lng: fc.constant(3.39),
});
const entry = fc.record(
  {
    external_ref: item.map((i) => `SKU-${i}`),
    location_ref: location.map((i) => `shop-${i}`),
    title: fc.constantFrom(...TITLES),
    category: fc.constantFrom(null, "grocery", "household"),
    price: fc.record({
      amount: fc.constantFrom(100, 2500, 125_000),
      currency: fc.constantFrom("NGN", "USD"),
    }),
    stock: fc.record({ quantity: fc.constantFrom(0, 3, 12, 500) }),
    proof,
  },
  { requiredKeys: ["external_ref", "location_ref", "title", "price", "stock"] },
);
const always = { opens: "00:00", closes: "24:00" };
const body = fc.record(
  {
    spot: fc.constantFrom(...SPOTS),
    name: fc.constantFrom("Yaba", "Lekki", "Ìkẹjà"),
    timezone: fc.constantFrom("Africa/Lagos", "Asia/Kathmandu"),
    opening_hours: fc.constantFrom([], [{ day: "mon", ...always }], null),
    delivery: fc.constantFrom({ radius_m: 3000, prep_minutes: 10, speed_kmh: 20 }, null),
  },
  { requiredKeys: ["spot", "name", "timezone"] },
);

export const changes: fc.Arbitrary<Change> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("upsert" as const),
      shop,
      entries: fc.array(entry, { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rename_item" as const),
      shop,
      item,
      title: fc.constantFrom(...TITLES),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete_item" as const), shop, item }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("put_location" as const),
      shop,
      location,
      body: body.map(({ spot, ...rest }) => ({ ...rest, ...spot })),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete_location" as const), shop, location }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("decide" as const),
      shop,
      decision: fc.constantFrom("approve" as const, "approve" as const, "suspend" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      shop,
      item,
      reserved: fc.constantFrom(0, 1, 5, 100),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("rename_partner" as const),
      shop,
      name: fc.constantFrom("Mama Put", "Ọjà Ọba"),
    }),
  },
);

/** Partners whose shops and shelves change through the routes that there are for it, and else by statements. */
export class ChangingMarket {
  readonly #app: PartnersApp;
  readonly #db: TestDatabase;
  readonly #shops: readonly KeyFixture[];
  readonly #operator: string;
  /** How many changes of each kind were acknowledged. */
  readonly made: Record<string, number> = {};

  private constructor(app: PartnersApp, db: TestDatabase, shops: readonly KeyFixture[], operator: string) {
    this.#app = app;
    this.#db = db;
    this.#shops = shops;
    this.#operator = operator;
  }

  static async open(app: PartnersApp, db: TestDatabase): Promise<ChangingMarket> {
    const shops: KeyFixture[] = [];
    for (let i = 0; i < SHOPS; i++) shops.push(await createKey(db.localNeon, { scopes: ["catalog:write"] }));
    return new ChangingMarket(app, db, shops, await mintDevToken("operator"));
  }

  /** The change is acknowledged when it resolves, or was refused. */
  async make(change: Change): Promise<void> {
    const { key, partnerId } = this.#shops[change.shop]!;
    const status = await this.#send(change, key, partnerId);
    if (status >= 500) throw new Error(`${change.kind} → ${status}`);
    if (status < 300) this.made[change.kind] = (this.made[change.kind] ?? 0) + 1;
  }

  async #send(change: Change, token: string, partnerId: string): Promise<number> {
    const ask = async (method: string, path: string, body?: unknown, by = token): Promise<number> => {
      const asked = body === undefined ? { token: by } : { token: by, body };
      return (await this.#app.ask(method, path, asked)).status;
    };
    const itemsPath = "/connect/v1/catalog/items";
    switch (change.kind) {
      case "upsert": {
        const captured_at = new Date(this.#app.nowMs).toISOString();
        const items = change.entries.map((one) =>
          "proof" in one ? { ...one, proof: { ...(one.proof as object), captured_at } } : one,
        );
        return await ask("POST", itemsPath, { items });
      }
      case "rename_item":
        return await ask("PATCH", itemsPath, { external_ref: `SKU-${change.item}`, title: change.title });
      case "delete_item":
        return await ask("DELETE", itemsPath, { external_ref: `SKU-${change.item}` });
      case "put_location":
        return await ask("PUT", `/connect/v1/locations/shop-${change.location}`, change.body);
      case "delete_location":
        return await ask("DELETE", `/connect/v1/locations/shop-${change.location}`);
      case "decide": {
        const path = `/admin/partners/${wireId("ptr", partnerId)}/${change.decision}`;
        return await ask("POST", path, undefined, this.#operator);
      }
      case "reserve":
        await this.#db.localNeon.query(
          `UPDATE stock_rows r SET reserved = $3 FROM items i
           WHERE i.item_id = r.item_id AND i.partner_id = $1 AND i.external_ref = $2`,
          [partnerId, `SKU-${change.item}`, String(change.reserved)],
        );
        return 200;
      case "rename_partner":
        await this.#db.localNeon.query("UPDATE partners SET name = $2 WHERE partner_id = $1", [
          partnerId,
          change.name,
        ]);
        return 200;
    }
  }
}

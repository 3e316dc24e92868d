import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type PartnersApp, startPartnersApp } from "../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const SHOP = { name: "Yaba", lat: 6.5095, lng: 3.3711, timezone: "Africa/Lagos" };
const PATH = "/connect/v1/locations/yaba";
const BREAD = { title: "Bread", price: { amount: 100, currency: "NGN" }, stock: { quantity: 1 } };
const ON_A_REAL_SERVER = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];

let db: TestDatabase;
let app: PartnersApp;
let other: PartnersApp;
beforeAll(async () => {
  db = await startTestDatabase();
  [app, other] = [await startPartnersApp(db.localNeon), await startPartnersApp(db.localNeon)];
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

const newShop = () => createKey(db.localNeon, { scopes: ["catalog:write"] });
const put = (to: PartnersApp, { key }: KeyFixture, idempotencyKey?: string, name = "Yaba") =>
  to.ask("PUT", PATH, { token: key, body: { ...SHOP, name }, ...(idempotencyKey && { idempotencyKey }) });
const remove = (from: PartnersApp, { key }: KeyFixture, idempotencyKey?: string) =>
  from.ask("DELETE", PATH, { token: key, ...(idempotencyKey && { idempotencyKey }) });

/** Puts `count` new items on the shelf of the partner's one location; fails when it has none. */
const stockUp = async ({ partnerId }: KeyFixture, count: number) =>
  await db.localNeon.query(
    `WITH made AS (
       INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
       SELECT gen_random_uuid(), $1, gen_random_uuid(), 'Title', '{}' FROM generate_series(1, ${count}) RETURNING item_id),
     rows AS (
       INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
       SELECT l.location_id, made.item_id, $1, now(), 1, 'in_stock', 'count', 1, 'NGN'
       FROM made, (SELECT location_id FROM locations WHERE partner_id = $1) l RETURNING 1)
     SELECT count(*) AS stocked FROM rows`,
    [partnerId],
  );

/** How many there are of each at the partner. */
const stateOf = async ({ partnerId }: KeyFixture) => {
  const [counts = {}] = await db.localNeon.query(
    `SELECT (SELECT count(*) FROM locations WHERE partner_id = $1) AS locations,
       (SELECT count(*) FROM stock_rows WHERE partner_id = $1) AS rows,
       (SELECT count(*) FROM outbox_events WHERE partner_id = $1) AS events`,
    [partnerId],
  );
  return Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, Number(count)]));
};

const FAULTS = (["refuse", "error500", "truncate", "commit_then_drop"] as const).flatMap((kind) =>
  [1, 2].map((times) => [kind, times] as const),
);

describe("whatever happens to its statement", () => {
  it.each(FAULTS)("a location is created once with its key: %s, %i times", async (kind, times) => {
    const shop = await newShop();
    db.localNeon.setFault({ kind, times, sqlIncludes: "INSERT INTO locations" });
    const first = await put(app, shop, "once");
    expect([201, 503]).toContain(first.status);
    db.localNeon.clearFaults();
    const again = await put(other, shop, "once");
    expect(again.status).toBe(201);
    if (first.status === 201) expect(again).toEqual(first);
    expect(await put(app, shop, "once")).toEqual(again);
    expect(await stateOf(shop)).toEqual({ locations: 1, rows: 0, events: 0 });
  });

  it.each(FAULTS)(
    "a deletion and its events are both there or both not: %s, %i times",
    async (kind, times) => {
      const shop = await newShop();
      await put(app, shop);
      await stockUp(shop, 20);
      db.localNeon.setFault({ kind, times, sqlIncludes: "INSERT INTO outbox_events" });
      const first = await remove(app, shop, "once");
      expect([200, 503]).toContain(first.status);
      const state = await stateOf(shop);
      expect([
        { locations: 1, rows: 20, events: 0 },
        { locations: 0, rows: 0, events: 20 },
      ]).toContainEqual(state);
      db.localNeon.clearFaults();
      const again = await remove(other, shop, "once");
      expect([again.status, again.json["deleted_items"]]).toEqual([200, 20]);
      expect(await stateOf(shop)).toEqual({ locations: 0, rows: 0, events: 20 });
    },
  );
});

describe.skipIf(!ON_A_REAL_SERVER)("when Workers race", () => {
  it("for a new ref, all succeed, and one creates it", async () => {
    for (let round = 0; round < 10; round++) {
      const shop = await newShop();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => put(i % 2 === 0 ? app : other, shop, undefined, `Name ${i}`)),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(7).fill(200), 201]);
      expect(new Set(answers.map(({ json }) => json["location_id"])).size).toBe(1);
      expect(await stateOf(shop)).toMatchObject({ locations: 1 });
    }
  });

  it("to delete, one does, and each stock row leaves one event", async () => {
    for (let round = 0; round < 10; round++) {
      const shop = await newShop();
      await put(app, shop);
      await stockUp(shop, 30);
      const answers = await Promise.all(
        Array.from({ length: 6 }, (_, i) => remove(i % 2 === 0 ? app : other, shop)),
      );
      expect(answers.map(({ status }) => status).toSorted()).toEqual([200, ...Array(5).fill(404)]);
      expect(await stateOf(shop)).toEqual({ locations: 0, rows: 0, events: 30 });
    }
  });

  it("with one that puts items there, every item that was ever listed leaves one event", async () => {
    for (let round = 0; round < 20; round++) {
      const shop = await newShop();
      await put(app, shop);
      await stockUp(shop, 5);
      let stocked = 5;
      const keepStocking = async (name: string) => {
        for (let i = 0; i < 10; i++) {
          const refs = [`${name}-${i}-a`, `${name}-${i}-b`, `${name}-${i}-c`];
          const body = { items: refs.map((external_ref) => ({ ...BREAD, external_ref })) };
          // Rejected, whole, once the location is gone.
          const answer = await app.ask("POST", "/connect/v1/catalog/items", { token: shop.key, body });
          expect([200, 400]).toContain(answer.status);
          if (answer.status === 200) stocked += refs.length;
        }
      };
      const [, , removed] = await Promise.all([keepStocking("x"), keepStocking("y"), remove(other, shop)]);
      expect(removed.status).toBe(200);
      expect(removed.json["deleted_items"]).toBe(stocked);
      expect(await stateOf(shop)).toEqual({ locations: 0, rows: 0, events: 2 * stocked - 5 });
    }
  });
});

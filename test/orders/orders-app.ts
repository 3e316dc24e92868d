import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { wireId } from "../../src/ids.ts";
import type { Order, OrderBody } from "../../src/orders/schema.ts";
import { type PartnersApp, startPartnersApp, type Told } from "../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { assertConforms } from "../support/conforms.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

export const ITEMS = "/connect/v1/catalog/items";
export const ORDERS = "/connect/v1/orders";
export const ON_A_REAL_SERVER = Boolean(process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"]);

export type OrdersWorld = {
  readonly db: TestDatabase;
  /** Two Workers on one database. */
  readonly app: PartnersApp;
  readonly other: PartnersApp;
  readonly marketplace: string;
};

/** A partner with a key that may do everything, and one location for each ref. */
export type Shop = KeyFixture & { readonly locationIds: Readonly<Record<string, string>> };

export const SPOT = { lat: 6.5095, lng: 3.3711 };

export const CONTACT = {
  name: "Ada Obi-Nwosu",
  phone: "+234 803 555 0199",
  address: "7 Montgomery Road, Yaba, Lagos",
  lat: 6.5101,
  lng: 3.3742,
};

export async function startOrdersWorld(): Promise<OrdersWorld> {
  const db = await startTestDatabase();
  const [app, other] = [await startPartnersApp(db.localNeon), await startPartnersApp(db.localNeon)];
  return { db, app, other, marketplace: await mintDevToken("marketplace") };
}

export async function newShop({ db, app }: OrdersWorld, locationRefs = ["yaba"]): Promise<Shop> {
  const key = await createKey(db.localNeon, {
    scopes: ["catalog:write", "orders:write", "inventory:read", "metrics:read"],
  });
  const locationIds: Record<string, string> = {};
  for (const ref of locationRefs) {
    const { json } = await app.ask("PUT", `/connect/v1/locations/${encodeURIComponent(ref)}`, {
      token: key.key,
      body: { name: "Shop", ...SPOT, timezone: "Africa/Lagos" },
    });
    locationIds[ref] = String(json["location_id"]);
  }
  return { ...key, locationIds };
}

export const itemOf = (ref: string, quantity: number, more: Readonly<Record<string, unknown>> = {}) => ({
  external_ref: ref,
  location_ref: "yaba",
  title: `Title of ${ref}`,
  price: { amount: 100, currency: "NGN" },
  stock: { quantity },
  ...more,
});

/** Sends the entries, and returns the ids of their items in their order. @throws when any is not taken. */
export async function stock(
  { app }: OrdersWorld,
  { key }: Shop,
  items: readonly unknown[],
  method = "POST",
): Promise<string[]> {
  const { status, json, text } = await app.ask(method, ITEMS, { token: key, body: { items } });
  if (status !== 200 || /"rejected":[1-9]/.test(text)) throw new Error(`${status} ${text}`);
  return (json["results"] as { item_id: string }[]).map(({ item_id }) => item_id);
}

/** What is wanted of an item, at the shop's one location unless another is said. */
export type Wanted = { readonly item: string; readonly quantity: number; readonly at?: string };

export const orderBody = (
  shop: Shop,
  wanted: readonly Wanted[],
  more: Partial<OrderBody> = {},
): OrderBody => ({
  partner_id: wireId("ptr", shop.partnerId),
  lines: wanted.map(({ item, quantity, at = Object.values(shop.locationIds)[0]! }) => ({
    item_id: item,
    location_id: at,
    quantity,
  })),
  deliver_to: CONTACT,
  payment_ref: "pay_1",
  ...more,
});

/** The marketplace's request, and an answer that the document allows. */
export async function place(
  world: OrdersWorld,
  shop: Shop,
  wanted: readonly Wanted[],
  { app = world.app, idempotencyKey }: { readonly app?: PartnersApp; readonly idempotencyKey?: string } = {},
): Promise<Told> {
  return await conforming(app, "POST", "/orders", {
    token: world.marketplace,
    body: orderBody(shop, wanted),
    ...(idempotencyKey && { idempotencyKey }),
  });
}

/** The order as placed. @throws unless it was. */
export async function placed(world: OrdersWorld, shop: Shop, wanted: readonly Wanted[]): Promise<Order> {
  const { status, json, text } = await place(world, shop, wanted);
  if (status !== 201) throw new Error(`${status} ${text}`);
  return json as Order;
}

/** Makes the partner's order what it is to be. */
export async function become(
  world: OrdersWorld,
  { key }: Pick<Shop, "key">,
  orderId: string,
  status: string,
  idempotencyKey?: string,
): Promise<Told> {
  return await conforming(world.app, "PATCH", `${ORDERS}/${orderId}`, {
    token: key,
    body: { status },
    ...(idempotencyKey && { idempotencyKey }),
  });
}

/** What the service says, which must be what its document describes. */
export async function conforming(
  app: PartnersApp,
  method: string,
  path: string,
  asked: Parameters<PartnersApp["ask"]>[2],
): Promise<Told> {
  const told = await app.ask(method, path, asked);
  const { status, text: body } = told;
  const contentType = status < 400 ? "application/json" : "application/problem+json";
  assertConforms({ method, path, status, contentType, body });
  return told;
}

export type OutboxEvent = {
  readonly type: string;
  readonly payload: string;
  readonly data: Readonly<Record<string, unknown>>;
};

/** The partner's events of this type, the oldest first. */
export async function eventsOf(
  { db }: OrdersWorld,
  { partnerId }: Shop,
  type: string,
): Promise<OutboxEvent[]> {
  const rows = await db.localNeon.query(
    "SELECT type, payload FROM outbox_events WHERE partner_id = $1 AND type = $2 ORDER BY created_at, event_id",
    [partnerId, type],
  );
  return rows.map(({ type, payload }) => ({
    type: String(type),
    payload: String(payload),
    data: JSON.parse(String(payload)).data,
  }));
}

export type Counts = {
  readonly quantity: number | null;
  readonly reserved: number;
  readonly availability: string | null;
  readonly listed: boolean;
  readonly version: number;
};

/** How the partner's rows stand, by `external_ref` and `location_ref`. */
export async function countsOf({ db }: OrdersWorld, { partnerId }: Shop): Promise<Record<string, Counts>> {
  const rows = await db.localNeon.query(
    `SELECT i.external_ref || '@' || l.location_ref AS name,
       json_build_object('quantity', quantity, 'reserved', reserved, 'availability', availability, 'listed', listed, 'version', version)::text AS counts
     FROM stock_rows s JOIN items i USING (partner_id, item_id) JOIN locations l USING (partner_id, location_id)
     WHERE s.partner_id = $1`,
    [partnerId],
  );
  return Object.fromEntries(
    rows.map(({ name, counts }) => [String(name), JSON.parse(String(counts)) as Counts]),
  );
}

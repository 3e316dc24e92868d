import { wireId } from "../../src/ids.ts";
import { type PartnersApp, startPartnersApp, type Told } from "../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { LOCATION_REFS } from "./catalog-arbitraries.ts";
import type { Place } from "./ends.ts";
import type { WireRequest } from "./wire.ts";

export const ITEMS = "/connect/v1/catalog/items";
export const ON_A_REAL_SERVER = Boolean(process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"]);

export type CatalogWorld = {
  readonly db: TestDatabase;
  /** Two Workers on one database. */
  readonly app: PartnersApp;
  readonly other: PartnersApp;
};

/** A partner with a key, and with the first so many of `LOCATION_REFS`. */
export type Shop = KeyFixture & { readonly locationRefs: readonly string[] };

export type CatalogResult = {
  readonly index: number;
  readonly external_ref: string;
  readonly item_id: string | null;
  readonly status: string;
  readonly version: number | null;
  readonly missing?: readonly string[];
  readonly errors?: readonly { readonly code: string; readonly quantity?: number }[];
};

export type CatalogEvent = {
  readonly type: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
};

export async function startCatalogWorld(): Promise<CatalogWorld> {
  const db = await startTestDatabase();
  return { db, app: await startPartnersApp(db.localNeon), other: await startPartnersApp(db.localNeon) };
}

const PLACES: readonly Place[] = [6.5, 6.51, 6.52].map((lat) => ({ lat, lng: 3.37 }));

export const placeOf = (locationRef: string): Place => PLACES[LOCATION_REFS.indexOf(locationRef)]!;

export async function newShop({ db, app }: CatalogWorld, locationCount = 1): Promise<Shop> {
  const key = await createKey(db.localNeon, { scopes: ["catalog:write", "inventory:read"] });
  const locationRefs = LOCATION_REFS.slice(0, locationCount);
  for (const ref of locationRefs) {
    const body = { name: ref, ...placeOf(ref), timezone: "Africa/Lagos" };
    await app.ask("PUT", `/connect/v1/locations/${encodeURIComponent(ref)}`, { token: key.key, body });
  }
  return { ...key, locationRefs };
}

/** Sends the request; one entry alone now as it is, now as a list of one. */
export async function send(
  app: PartnersApp,
  { key }: KeyFixture,
  { method, entries, nowMs }: WireRequest,
  idempotencyKey?: string,
): Promise<Told> {
  app.nowMs = nowMs;
  const bare = entries.length === 1 && nowMs % 2000 === 0;
  const body = bare ? entries[0] : { items: entries };
  return await app.ask(method, ITEMS, { token: key, body, ...(idempotencyKey && { idempotencyKey }) });
}

export const resultsOf = ({ json }: Told) => json["results"] as readonly CatalogResult[];

/** How many of the results have each status, none left out that has any. */
export function summed(results: readonly { readonly status: string }[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(results, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );
}

type ListedRow = Readonly<Record<string, unknown>> & {
  readonly external_ref: string;
  readonly location_ref: string;
};

/** All that `GET` lists, page by page. */
export async function listed(app: PartnersApp, { key }: KeyFixture, limit = 1000): Promise<ListedRow[]> {
  return await pages(app, key, `${ITEMS}?limit=${limit}`);
}

/** All that nearby finds of the partner, whatever its stock and age. */
export async function nearby(
  app: PartnersApp,
  { key, partnerId }: KeyFixture,
): Promise<Readonly<Record<string, unknown>>[]> {
  const query = new URLSearchParams({
    lat: "6.51",
    lng: "3.37",
    partner_id: wireId("ptr", partnerId),
    availability: "in_stock,low_stock,out_of_stock,on_request,scheduled_only",
    min_qty: "0",
    max_age_s: "315360000",
    limit: "100",
  });
  return await pages(app, key, `/inventory/nearby?${query}`);
}

async function pages<Row>(app: PartnersApp, token: string, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let cursor: unknown = ""; cursor !== null; ) {
    const { status, json, text } = await app.ask("GET", cursor === "" ? path : `${path}&cursor=${cursor}`, {
      token,
    });
    if (status !== 200) throw new Error(`${path} → ${status} ${text}`);
    rows.push(...(json["items"] as Row[]));
    cursor = json["next_cursor"];
  }
  return rows;
}

/** The partner's events, in no particular order. */
export async function eventsOf({ db }: CatalogWorld, { partnerId }: KeyFixture): Promise<CatalogEvent[]> {
  const rows = await db.localNeon.query(
    "SELECT type, payload, (extract(epoch FROM created_at) * 1000)::int8 AS at FROM outbox_events WHERE partner_id = $1",
    [partnerId],
  );
  return rows.map(({ type, payload, at }) => ({
    type: String(type),
    atMs: Number(at),
    data: JSON.parse(String(payload)).data,
  }));
}

/** The partner's rows and events as they stand, without ids: equal for partners to whom the same happened. */
export async function rowsAndEventsOf(world: CatalogWorld, shop: KeyFixture) {
  const rows = await world.db.localNeon.query(
    `SELECT i.external_ref, l.location_ref, s.version, s.listed, s.price_amount, s.price_currency, s.quantity,
       s.availability, s.verification_method, s.verified_at::text, s.price_observed_at::text, s.stock_observed_at::text,
       s.updated_at::text, p.media_url, p.captured_at::text, p.received_at::text
     FROM stock_rows s JOIN items i USING (item_id) JOIN locations l USING (location_id) LEFT JOIN proofs p USING (proof_id)
     WHERE s.partner_id = $1 ORDER BY 1, 2`,
    [shop.partnerId],
  );
  const items = await world.db.localNeon.query(
    `SELECT external_ref, title, description, brand, category, gtin, image_url, buy_url, details_observed_at::text,
       detail_registers::text, deleted_observed_at::text FROM items WHERE partner_id = $1 ORDER BY 1`,
    [shop.partnerId],
  );
  const events = (await eventsOf(world, shop)).map(({ type, atMs, data }) => {
    const { external_ref, location_ref, version } = data;
    return JSON.stringify({ external_ref, location_ref, version, type, atMs });
  });
  return { rows, items, events: events.toSorted() };
}

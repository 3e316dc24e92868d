/** A market of its own that is written to, and what the database says of it. */
import { cellToParent } from "h3-js";
import { mintDevToken } from "../../../scripts/dev-secrets.ts";
import { cellRange, locationCell } from "../../../src/geo/cells.ts";
import { locationPosition } from "../../../src/geo/location-position.ts";
import { wireId } from "../../../src/ids.ts";
import { type CheckedShelf, checkTiles } from "../../../src/inventory/tiles/tile-queries.ts";
import { type PartnersApp, startPartnersApp } from "../../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";

/** Cells some kilometres apart, each with the point that its shops lie at. */
export const CELLS = [
  { lat: 6.5, lng: 3.3 },
  { lat: 6.5, lng: 3.35 },
  { lat: 6.55, lng: 3.3 },
  { lat: 6.55, lng: 3.4 },
].map((place) => ({ ...place, cell: cellToParent(locationCell(place).toString(16), 7) }));
export type Place = { readonly lat: number; readonly lng: number };

export const ITEMS_PATH = "/connect/v1/catalog/items";
export const NOW_MS = Date.parse("2026-11-21T12:00:00.000Z");

export type TileMarket = {
  readonly db: TestDatabase;
  readonly app: PartnersApp;
  readonly operator: string;
  /** Two of them. */
  readonly partners: readonly KeyFixture[];
  /** Rows of one statement, by column name, as text. */
  rows(sql: string, values?: readonly string[]): Promise<Record<string, string | null>[]>;
};

/** Two partners, each with three items at three of the places. */
export async function startTileMarket(): Promise<TileMarket> {
  const db = await startTestDatabase();
  const app = await startPartnersApp(db.localNeon);
  app.nowMs = NOW_MS;
  const scopes = { scopes: ["catalog:write"] };
  const partners = [await createKey(db.localNeon, scopes), await createKey(db.localNeon, scopes)];
  const market: TileMarket = {
    db,
    app,
    operator: await mintDevToken("operator"),
    partners,
    rows: (sql, values = []) => db.localNeon.query(sql, values),
  };
  await stock(market, NOW_MS - 60_000);
  return market;
}

/** Has both partners approved, with three shops each and three items in each of them, as of `atMs`. */
export async function stock(market: TileMarket, atMs: number): Promise<void> {
  for (const [p, { key }] of market.partners.entries()) {
    await decide(market, p, "approve");
    for (const l of [0, 1, 2]) {
      const place = CELLS[(l + p) % CELLS.length]!;
      await put(market, key, `shop-${l}`, { name: `Shop ${l}`, ...place });
    }
    const items = [0, 1, 2].flatMap((l) =>
      ["a", "b", "c"].map((ref) => entry(ref, `shop-${l}`, { quantity: 5, atMs })),
    );
    await market.app.ask("POST", ITEMS_PATH, { token: key, body: { items } });
  }
}

export function put({ app }: TileMarket, key: string, ref: string, shop: Place & { readonly name: string }) {
  const { name, lat, lng } = shop;
  const body = { name, lat, lng, timezone: "Africa/Lagos" };
  return app.ask("PUT", `/connect/v1/locations/${ref}`, { token: key, body });
}

/** An entry of the catalog; items of ref "b" come with a proof. */
export function entry(
  ref: string,
  locationRef: string,
  { title = ref, quantity, atMs }: { title?: string; quantity: number; atMs: number },
) {
  const observed_at = new Date(atMs).toISOString();
  const proof = { kind: "shelf_snap", media_url: "https://media.example/snap.jpg", captured_at: observed_at };
  return {
    external_ref: ref,
    location_ref: locationRef,
    title,
    price: { amount: 100, currency: "NGN" },
    stock: { quantity },
    observed_at,
    ...(ref === "b" && { proof }),
  };
}

export function decide({ app, operator, partners }: TileMarket, partner: number, verdict: string) {
  const id = wireId("ptr", partners[partner]?.partnerId ?? "");
  return app.ask("POST", `/admin/partners/${id}/${verdict}`, { token: operator });
}

/** SQL of the columns that a location is found by, as an assignment. */
export function positionSql({ lat, lng }: Place): string {
  const { h3Cell, xM, yM, zM } = locationPosition({ lat, lng });
  return `lat = ${lat}, lng = ${lng}, h3_cell = ${h3Cell}, x_m = ${xM}, y_m = ${yM}, z_m = ${zM}`;
}

/** Everything there is, as four looks at it see it. */
export type Sight = {
  /** By cell: its version, and its shelves by location. */
  readonly tiles: ReadonlyMap<string, { version: string; shelves: ReadonlyMap<string, CheckedShelf> }>;
  /** By location: its cell, its partner, and all that nearby may show of it. */
  readonly shown: ReadonlyMap<string, { cell: string | undefined; partnerId: string; text: string }>;
  /** By location and by partner: what was written, in whatever way. */
  readonly written: ReadonlyMap<string, string>;
  /** Locations that have not one shelf with the number of their rows. */
  readonly miscounted: readonly unknown[];
};

export async function look({ db, rows }: TileMarket): Promise<Sight> {
  const cells = CELLS.map(({ cell }) => ({ cell, knownVersion: undefined }));
  const checked = await checkTiles(db.database, cells);
  const tiles = new Map(
    checked.map((tile, i) => {
      if (tile.kind !== "changed") throw new Error(`${cells[i]?.cell} is ${tile.kind}`);
      const shelves = new Map(tile.shelves.map((shelf) => [shelf.locationId, shelf]));
      return [cells[i]?.cell ?? "", { version: tile.version, shelves }];
    }),
  );
  const shown = new Map(
    (await rows(SHOWN)).map(({ id, partner_id, h3_cell, text }) => [
      String(id),
      { cell: cellOf(BigInt(String(h3_cell))), partnerId: String(partner_id), text: String(text) },
    ]),
  );
  const written = new Map((await rows(WRITTEN)).map(({ id, text }) => [String(id), String(text)]));
  return { tiles, shown, written, miscounted: await rows(MISCOUNTED) };
}

function cellOf(h3Cell: bigint): string | undefined {
  return CELLS.map(({ cell }) => cell).find((cell) => {
    const { lo, hi } = cellRange(cell);
    return lo <= h3Cell && h3Cell <= hi;
  });
}

const SHOWN = `
  SELECT l.location_id AS id, l.partner_id, l.h3_cell::text,
    (SELECT json_agg(json_build_array(l.name, l.lat, l.lng, l.x_m, l.y_m, l.z_m, l.timezone, l.opening_hours, l.delivery_radius_m,
        l.prep_minutes, l.speed_kmh, p.name, i.item_id, i.external_ref, i.title, i.brand, i.category, i.gtin, i.image_url, i.buy_url,
        i.search_keys, s.price_amount, s.price_currency, greatest(s.quantity - s.reserved, 0), s.availability, s.verification_method,
        s.verified_at, f.proof_id, f.kind, f.media_url, f.sha256, f.captured_at, f.received_at, f.distance_from_location_m) ORDER BY s.item_id)
      FROM stock_rows s JOIN items i ON i.item_id = s.item_id LEFT JOIN proofs f ON f.proof_id = s.proof_id
      WHERE s.location_id = l.location_id AND s.listed) AS text
  FROM locations l JOIN partners p ON p.partner_id = l.partner_id WHERE p.status = 'approved'`;

const WRITTEN = `
  SELECT l.location_id AS id, concat(l.xmin, (SELECT string_agg(s.xmin::text || s.item_id, ',' ORDER BY s.item_id) FROM stock_rows s WHERE s.location_id = l.location_id),
    (SELECT string_agg(f.xmin::text || f.proof_id, ',' ORDER BY f.proof_id) FROM proofs f WHERE f.location_id = l.location_id)) AS text FROM locations l
  UNION ALL
  SELECT p.partner_id, concat(p.name, p.status, (SELECT string_agg(i.xmin::text || i.item_id, ',' ORDER BY i.item_id) FROM items i WHERE i.partner_id = p.partner_id)) FROM partners p`;

const MISCOUNTED = `
  SELECT l.location_id, s.row_count FROM locations l FULL JOIN shelves s ON s.location_id = l.location_id AND s.partner_id = l.partner_id
  WHERE s.row_count IS DISTINCT FROM (SELECT count(*) FROM stock_rows r WHERE r.location_id = l.location_id)`;

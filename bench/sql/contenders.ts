import type { Statement } from "../../src/db/client.ts";
import { statementValues } from "../../src/db/statement-values.ts";
import { itemConditions, rowConditions, stockRowsAt } from "../../src/inventory/nearby-filters.ts";
import { locationsAround } from "../../src/inventory/nearby-locations.ts";
import type { NearbyQuery } from "../../src/inventory/nearby-query.ts";
import { pageStatement } from "../../src/inventory/nearby-statement.ts";
import { LOCATION_COLUMNS, PAGE_COLUMNS } from "../../src/inventory/page-columns.ts";

/** A question as the service asks it: the first page, one row more than is shown, judged by a moment. */
export type Question = { readonly query: NearbyQuery; readonly nowMs: number };

export type Contender = {
  readonly name: string;
  readonly statement: (question: Question) => Statement;
  /** Whether rows come by their distance on the ellipsoid. PostGIS orders `<->` by that on a sphere. */
  readonly exact: boolean;
};

export const OURS: Contender = {
  name: "ours",
  exact: true,
  statement: ({ query, nowMs }) =>
    pageStatement({
      query,
      nowMs,
      after: undefined,
      rows: query.limit + 1,
      locations: (bind) => locationsAround(query, query.radiusM, 0, bind),
      explain: undefined,
    }),
};

/** What the ways to write a query for PostGIS are made of: SQL, with its values bound. */
type Parts = {
  /** The point asked about. */
  readonly here: string;
  readonly radiusM: string;
  readonly rows: string;
  /** Stock rows `s` of a location `l`, as the product selects them. */
  readonly stockRows: (columns: string) => string;
  /** The same of `peer.stock_rows`, which has a geography of its own. */
  readonly placedStockRows: (columns: string) => string;
};

/** Copies with a geography and its GiST index, beside the product's own tables, which know nothing of PostGIS. */
export const CREATE_PEER_LOCATIONS = [
  "CREATE EXTENSION postgis",
  "CREATE SCHEMA peer",
  "CREATE TABLE peer.locations AS SELECT *, ST_SetSRID(ST_MakePoint(lng, lat), 4326)::geography AS place FROM locations",
  "ALTER TABLE peer.locations ADD PRIMARY KEY (location_id)",
  "CREATE INDEX ON peer.locations USING gist (place)",
  "VACUUM ANALYZE peer.locations",
];
export const CREATE_PEER_STOCK_ROWS = [
  "SET maintenance_work_mem = '512MB'",
  "CREATE TABLE peer.stock_rows AS SELECT s.*, l.place FROM stock_rows s JOIN peer.locations l USING (location_id)",
  "ALTER TABLE peer.stock_rows ADD PRIMARY KEY (location_id, item_id)",
  "CREATE INDEX ON peer.stock_rows USING gist (place)",
  "VACUUM ANALYZE peer.stock_rows",
];

const STOCK_COLUMNS =
  "s.item_id, s.proof_id, s.verified_at, s.price_amount, s.price_currency, s.availability, s.verification_method, s.quantity, s.reserved";
const ORDER = "distance_m, item_id, location_id";

/** The PostGIS ways on locations: stock rows come by a lateral join, from one location after another. */
export const LOCATION_PEERS: readonly Contender[] = [
  peer("locations, ST_DWithin", true, (parts) => lateral(parts, sortedLocations(parts, parts.radiusM))),
  peer("locations, <-> then exact", true, (parts) => {
    const { here, radiusM, rows, stockRows } = parts;
    return `near AS MATERIALIZED (
SELECT l.distance_m FROM (SELECT location_id, partner_id, ST_Distance(place, ${here}) AS distance_m FROM peer.locations
WHERE ST_DWithin(place, ${here}, ${radiusM}) ORDER BY place <-> ${here}) AS l
CROSS JOIN LATERAL (${stockRows("s.item_id")} LIMIT ${rows}) AS s LIMIT ${rows}
), ${reach(parts)}, ${lateral(parts, sortedLocations(parts, "(SELECT m FROM reach)"))}`;
  }),
  peer("locations, <->", false, (parts) => {
    const { here, radiusM } = parts;
    return lateral(
      parts,
      `SELECT *, place <-> ${here} AS distance_m FROM peer.locations
WHERE ST_DWithin(place, ${here}, ${radiusM}) ORDER BY place <-> ${here}`,
    );
  }),
];

/** The PostGIS ways on stock rows that have their location's geography. */
export const STOCK_ROW_PEERS: readonly Contender[] = [
  peer("stock rows, <-> then exact", true, (parts) => {
    const { here, radiusM, rows, placedStockRows } = parts;
    const within = (m: string) =>
      `${placedStockRows(`s.*, ST_Distance(s.place, ${here}) AS distance_m`)} AND ST_DWithin(s.place, ${here}, ${m})`;
    return `near AS MATERIALIZED (SELECT distance_m FROM (${within(radiusM)} ORDER BY s.place <-> ${here} LIMIT ${rows}) AS s
), ${reach(parts)}, page AS MATERIALIZED (${within("(SELECT m FROM reach)")} ORDER BY ${ORDER} LIMIT ${rows})`;
  }),
  peer("stock rows, <->", false, ({ here, radiusM, rows, placedStockRows }) => {
    const nearest = `${placedStockRows(`s.*, s.place <-> ${here} AS distance_m`)} AND ST_DWithin(s.place, ${here}, ${radiusM})`;
    return `page AS MATERIALIZED (${nearest} ORDER BY s.place <-> ${here}, s.item_id, s.location_id LIMIT ${rows})`;
  }),
];

function peer(name: string, exact: boolean, page: (parts: Parts) => string): Contender {
  return {
    name,
    exact,
    statement: ({ query, nowMs }) => {
      const { bind, values } = statementValues();
      const { point, radiusM, limit } = query;
      const ofItem = itemConditions(query, bind);
      const ofRow = rowConditions(query, nowMs, bind).map(([, condition]) => condition);
      const parts: Parts = {
        here: `ST_SetSRID(ST_MakePoint(${bind(point.lng, "float8")}, ${bind(point.lat, "float8")}), 4326)::geography`,
        radiusM: bind(radiusM, "float8"),
        rows: bind(limit + 1, "bigint"),
        stockRows: stockRowsAt(ofItem, ofRow),
        placedStockRows: placedStockRows([...ofItem, ...ofRow]),
      };
      return { text: `WITH ${page(parts)} ${select(page(parts))}`, values };
    },
  };
}

/** Locations within `m` metres in the order of their distance. */
function sortedLocations({ here }: Parts, m: string): string {
  return `SELECT * FROM (SELECT *, ST_Distance(place, ${here}) AS distance_m FROM peer.locations
WHERE ST_DWithin(place, ${here}, ${m})) AS measured ORDER BY distance_m OFFSET 0`;
}

/** How far the last of the rows that are nearest on a sphere lies: no row of the page is farther. */
function reach({ radiusM, rows }: Parts): string {
  return `reach AS MATERIALIZED (
SELECT CASE WHEN count(*) < ${rows} THEN ${radiusM} ELSE least(${radiusM}, max(distance_m) + 0.001) END AS m FROM near)`;
}

/** The page carries all columns of locations and stock rows, so that neither is looked up again. */
function lateral({ rows, stockRows }: Parts, locations: string): string {
  return `page AS MATERIALIZED (
SELECT l.*, s.* FROM (${locations}) AS l
CROSS JOIN LATERAL (${stockRows(STOCK_COLUMNS)} ORDER BY s.item_id LIMIT ${rows}) AS s
ORDER BY l.distance_m, s.item_id, l.location_id LIMIT ${rows})`;
}

function placedStockRows(conditions: readonly string[]): (columns: string) => string {
  const items = conditions.some((condition) => /\bi\./.test(condition))
    ? " JOIN items i ON i.item_id = s.item_id AND i.partner_id = s.partner_id"
    : "";
  return (columns) => `SELECT ${columns} FROM peer.stock_rows s${items}
WHERE s.listed AND EXISTS (SELECT FROM partners p WHERE p.partner_id = s.partner_id AND p.status = 'approved')
  AND ${conditions.join("\n  AND ")}`;
}

function select(page: string): string {
  const ofRows = page.includes("peer.stock_rows");
  const columns = `${PAGE_COLUMNS}, ${LOCATION_COLUMNS}`
    .replaceAll("location.", ofRows ? "l." : "page.")
    .replace("partner.", "p.")
    .replaceAll(/\bs\./g, "page.");
  return `SELECT ${columns}, page.distance_m FROM page
JOIN items i ON i.item_id = page.item_id
JOIN partners p ON p.partner_id = page.partner_id
${ofRows ? "JOIN locations l ON l.location_id = page.location_id\n" : ""}LEFT JOIN proofs f ON f.proof_id = page.proof_id
ORDER BY page.distance_m, page.item_id, page.location_id`;
}

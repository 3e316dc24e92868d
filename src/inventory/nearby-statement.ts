import type { Statement } from "../db/client.ts";
import { type Bind, statementValues } from "../db/statement-values.ts";
import { type ExplainSources, explainedPage } from "./nearby-explain.ts";
import { itemConditions, rowConditions, type StockRowsAt, stockRowsAt } from "./nearby-filters.ts";
import type { LocationBands } from "./nearby-locations.ts";
import type { NearbyQuery, NearbySort } from "./nearby-query.ts";
import { pageMembersJson } from "./page-columns.ts";

/** Where a page begins: after the row with these sort keys (those of `ROW_SORT_KEYS`, then nearness), item and location. */
export type PagePosition = {
  readonly sortKeys: readonly string[];
  readonly nearness: number;
  readonly itemId: string;
  readonly locationId: string;
};

export type PageRequest = {
  readonly query: NearbyQuery;
  /** The moment by which rows are judged. */
  readonly nowMs: number;
  readonly after: PagePosition | undefined;
  /** How many rows to read. */
  readonly rows: number;
  readonly locations: (bind: Bind) => LocationBands;
  readonly explain: ((bind: Bind) => ExplainSources) | undefined;
};

type SortKey = { readonly sql: string; readonly type: string };

const NIL = "00000000-0000-0000-0000-000000000000";
/** Where the first page by nearness begins, in the words of any other: distances and ranks are 0 or more. */
const BEFORE_ALL = { nearness: -1, itemId: NIL, locationId: NIL } as const;

/** What rows are ordered by before their nearness, ascending; nothing where nearness is the order. */
export const ROW_SORT_KEYS: Readonly<Record<NearbySort, readonly SortKey[]>> = {
  distance: [],
  delivery: [],
  price: [
    { sql: `s.price_currency COLLATE "C"`, type: "text" },
    { sql: "s.price_amount", type: "bigint" },
  ],
  freshness: [{ sql: "-extract(epoch FROM s.verified_at)", type: "numeric" }],
};

/** The one statement that reads a page: one text, JSON of `PageJson`, and with `explain` of `ExplanationJson` as well. */
export function pageStatement(request: PageRequest): Statement {
  const { bind, values } = statementValues();
  const { query, nowMs, explain } = request;
  const sortKeys = ROW_SORT_KEYS[query.sort];
  const matching = itemConditions(query, bind);
  const conditions = rowConditions(query, nowMs, bind);
  const shown = conditions.map(([, condition]) => condition);

  const pageOf = sortKeys.length === 0 ? nearestPage : sortedPage;
  const stockRows = stockRowsAt(matching, shown);
  const page = pageOf(request, stockRows, sortKeys, bind);
  const members = pageMembersJson(sortKeys.length, pageOrder(sortKeys));
  if (explain === undefined)
    return { text: `WITH RECURSIVE ${page} SELECT '{' || ${members} || '}'`, values };
  const text = explainedPage({
    page,
    members,
    matching: stockRowsAt(matching, []),
    shown: stockRows,
    conditions,
    sources: explain(bind),
  });
  return { text, values };
}

type PageCtes = (
  request: PageRequest,
  stockRows: StockRowsAt,
  sortKeys: readonly SortKey[],
  bind: Bind,
) => string;

/** What a page is ordered by: columns of the relation that is named. */
type PageOrder = (relation: string) => string;

function pageOrder(sortKeys: readonly SortKey[]): PageOrder {
  const columns = [...sortKeys.map((_, i) => `key_${i}`), "nearness", "item_id", "location_id"];
  return (relation) => columns.map((column) => `${relation}.${column}`).join(", ");
}

/**
 * The nearest rows: one band of locations after another until there are enough, and within a band one location after
 * another, nearest first. PostgreSQL runs a step of the recursion only while the ones before came up short.
 */
const nearestPage: PageCtes = ({ locations, after, rows }, stockRows, _sortKeys, bind) => {
  const { count, select } = locations(bind);
  const wanted = bind(rows, "bigint");
  const { nearness, itemId, locationId } = after ?? BEFORE_ALL;
  const start = `\n  AND (l.nearness, s.item_id, s.location_id) > (${bind(nearness, "float8")}, ${bind(itemId, "uuid")}, ${bind(locationId, "uuid")})`;
  return `walk (band, found, nearness, stock) AS (
SELECT 0, 0::bigint, NULL::float8[], NULL::stock_rows[]
UNION ALL
SELECT walk.band + 1, walk.found + hits.found, hits.nearness, hits.stock
FROM walk CROSS JOIN LATERAL (
SELECT count(*) AS found, array_agg(nearness) AS nearness, array_agg(stock) AS stock
FROM (
SELECT l.nearness, stock.stock
FROM (${select("(walk.band + 1)")}) AS l
CROSS JOIN LATERAL (${stockRows("s.item_id, s AS stock")}${start}
ORDER BY s.item_id LIMIT ${wanted} - walk.found) AS stock
ORDER BY l.nearness, stock.item_id, l.location_id LIMIT ${wanted} - walk.found) AS hit
) AS hits
WHERE walk.band < ${bind(count, "int")} AND walk.found < ${wanted}
), page AS (
SELECT hit.* FROM walk CROSS JOIN LATERAL unnest(walk.nearness, walk.stock) AS hit (nearness))`;
};

/** The first rows by their own keys, which takes looking at all of them. */
const sortedPage: PageCtes = ({ locations, after, rows }, stockRows, sortKeys, bind) => {
  const { select } = locations(bind);
  const keys = sortKeys.map(({ sql }, i) => `${sql} AS key_${i}`).join(", ");
  const order = pageOrder(sortKeys);
  const start =
    after === undefined
      ? ""
      : `\nWHERE (${order("candidate")}) > (${[
          ...sortKeys.map(({ type }, i) => bind(after.sortKeys[i], type)),
          bind(after.nearness, "float8"),
          bind(after.itemId, "uuid"),
          bind(after.locationId, "uuid"),
        ].join(", ")})`;
  return `page AS (
SELECT candidate.* FROM (
SELECT l.nearness, stock.*
FROM (${select("1")}) AS l CROSS JOIN LATERAL (${stockRows(`s.*, ${keys}`)} OFFSET 0) AS stock
) AS candidate${start}
ORDER BY ${order("candidate")} LIMIT ${bind(rows, "bigint")})`;
};

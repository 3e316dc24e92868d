import { CHORD_ARC_ERROR_M } from "../geo/chord-arc.ts";
import type { Point } from "../geo/point.ts";
import { withinRadius } from "../geo/within-radius.ts";
import type { RowReason, StockRowsAt } from "./nearby-filters.ts";
import type { LocationBands } from "./nearby-locations.ts";

/** Reasons that pure code finds, for whole locations. */
export type LocationReason = "closed" | "not_deliverable";

export const REASONS = [
  "availability",
  "quantity",
  "stale",
  "no_proof",
  "price",
  "closed",
  "not_deliverable",
] as const satisfies readonly (RowReason | LocationReason)[];

export type Excluded = Readonly<Record<(typeof REASONS)[number], number>>;
export type NearestOutside = { readonly distanceM: number; readonly count: number };
export type Explanation = { readonly excluded: Excluded; readonly nearestOutside: NearestOutside | null };

/** Where `explain` looks. */
export type ExplainSources = {
  /** Every location within the radius, each band for one reason of pure code, or none. */
  readonly inside: readonly {
    readonly locations: LocationBands;
    readonly reason: LocationReason | undefined;
  }[];
  /** Locations that may lie between the radius and `outsideM`; undefined when nobody needs to know. */
  readonly outside: LocationBands | undefined;
  readonly radiusM: string;
  readonly outsideM: string;
};

type ExplainParts = {
  readonly page: string;
  /** SQL of the JSON members that a page has without its explanation. */
  readonly members: string;
  readonly matching: StockRowsAt;
  readonly shown: StockRowsAt;
  readonly conditions: readonly (readonly [RowReason, string])[];
  readonly sources: ExplainSources;
};

/**
 * A page's JSON with the counts of what was left out and of what lies outside (`ExplanationJson`). Locations so near the
 * rim that only the geodesic can tell are counted one by one.
 */
export function explainedPage(parts: ExplainParts): string {
  const { page, members, matching, shown, conditions, sources } = parts;
  const { inside, outside, radiusM, outsideM } = sources;
  const firstReason = conditions.map(([reason, sql]) => `WHEN NOT ${sql} THEN '${reason}'`).join(" ");
  const left = inside.map(
    ({ locations, reason }) => `SELECT l.location_id, l.nearness, stock.reason
FROM (${locations.select("1")}) AS l
CROSS JOIN LATERAL (${matching(`CASE ${firstReason} ELSE ${reason === undefined ? "NULL" : `'${reason}'`} END AS reason`)} OFFSET 0) AS stock
WHERE stock.reason IS NOT NULL`,
  );
  const onRim = (nearness: string, rimM: string) =>
    `abs(${nearness} - ${rimM}) <= '${CHORD_ARC_ERROR_M}'::float8`;
  const beyond =
    outside === undefined
      ? "SELECT NULL::uuid AS location_id, NULL::float8 AS nearness WHERE false"
      : `SELECT l.location_id, l.nearness
FROM (${outside.select("1")}) AS l CROSS JOIN LATERAL (${shown("s.item_id")} OFFSET 0) AS stock
WHERE l.nearness > ${radiusM} - '${CHORD_ARC_ERROR_M}'::float8
  AND NOT EXISTS (SELECT FROM page WHERE nearness <= ${radiusM} - '${CHORD_ARC_ERROR_M}'::float8)`;
  return `WITH RECURSIVE ${page}, left_out AS (
${left.join("\nUNION ALL\n")}
), excluded AS (
SELECT reason, rim_id, count(*) AS count FROM (
SELECT reason, CASE WHEN ${onRim("nearness", radiusM)} THEN location_id END AS rim_id FROM left_out) AS reasoned GROUP BY 1, 2
), outside AS (
SELECT rim_id, min(nearness) AS nearness, count(*) AS count FROM (
SELECT nearness, CASE WHEN ${onRim("nearness", radiusM)} OR ${onRim("nearness", outsideM)} THEN location_id END AS rim_id
FROM (${beyond}) AS beyond) AS measured GROUP BY 1
)
SELECT '{"excluded":' || (SELECT coalesce(json_agg(json_build_array(e.reason, e.count, l.lat, l.lng)), '[]')
FROM excluded e LEFT JOIN locations l ON l.location_id = e.rim_id)
|| ',"outside":' || (SELECT coalesce(json_agg(json_build_array(o.nearness, o.count, l.lat, l.lng)), '[]')
FROM outside o LEFT JOIN locations l ON l.location_id = o.rim_id)
|| ',' || ${members} || '}'`;
}

type Counted<T> = readonly [value: T, count: number, lat: number | null, lng: number | null];

/** What `explainedPage` adds to a page. */
export type ExplanationJson = {
  readonly excluded: readonly Counted<keyof Excluded>[];
  readonly outside: readonly Counted<number>[];
};

/** Reads the counts, and decides what lies on a rim. */
export function explanation(
  counts: ExplanationJson,
  point: Point,
  radiusM: number,
  outsideM: number,
): Explanation {
  const excluded = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Record<keyof Excluded, number>;
  for (const [reason, count, lat, lng] of counts.excluded) {
    const inside = lat === null || lng === null || withinRadius(point, { lat, lng }, radiusM, radiusM);
    if (inside) excluded[reason] += count;
  }
  const outside = counts.outside.filter(([, , lat, lng]) => {
    if (lat === null || lng === null) return true;
    const place = { lat, lng };
    return !withinRadius(point, place, radiusM, radiusM) && withinRadius(point, place, outsideM, outsideM);
  });
  if (outside.length === 0) return { excluded, nearestOutside: null };
  const distanceM = Math.min(...outside.map(([nearestM]) => nearestM));
  const count = outside.reduce((sum, [, rows]) => sum + rows, 0);
  return { excluded, nearestOutside: { distanceM, count } };
}

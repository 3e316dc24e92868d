import type { Database } from "../db/client.ts";
import { withinRadius } from "../geo/within-radius.ts";
import { type NearbyCursor, readCursor, writeCursor } from "./cursor.ts";
import { judgeLocations, needsVerdicts } from "./location-verdicts.ts";
import { explanation } from "./nearby-explain.ts";
import { instant, nearbyItem } from "./nearby-item.ts";
import { listedLocations, locationsAround, locationsWithin } from "./nearby-locations.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { type PageRequest, ROW_SORT_KEYS } from "./nearby-statement.ts";
import type { PageRow } from "./page-columns.ts";
import { readCandidates, readPage } from "./queries.ts";
import type { NearbyAnswer } from "./schema.ts";

export type NearbyContext = { readonly database: Database; readonly now: () => number };

export type NearbyResult =
  | { readonly ok: true; readonly answer: NearbyAnswer }
  | { readonly ok: false; readonly reason: "foreign_cursor" };

/** `explain` looks for what lies outside up to here, metres, or twice the radius if that is less. */
const MAX_OUTSIDE_M = 50_000;

/**
 * What is in stock near the point: one page, in the order asked for, by one statement to the database, or two where
 * opening hours and delivery terms choose or order the locations. Rows are judged as of the moment the query's first
 * page was asked, and shown as of now.
 * @throws {DatabaseUnavailable} when the database does not answer.
 */
export async function findNearby(
  { database, now }: NearbyContext,
  query: NearbyQuery,
): Promise<NearbyResult> {
  const nowMs = now();
  const cursor = query.cursor === undefined ? undefined : await readCursor(query, query.cursor, nowMs);
  if (query.cursor !== undefined && cursor === undefined) return { ok: false, reason: "foreign_cursor" };
  const startedAtMs = cursor?.startedAtMs ?? nowMs;
  const outsideM = Math.min(2 * query.radiusM, MAX_OUTSIDE_M);
  const rows = query.limit + 1;

  const sources = await pageSources(database, query, cursor, startedAtMs, outsideM);
  const page = await readPage(database, {
    query,
    nowMs: startedAtMs,
    after: cursor?.after,
    rows,
    ...sources,
  });

  const inside = page.rows.filter((row) => isInside(row, query));
  const items = inside.slice(0, query.limit);
  // A row that the geodesic puts outside still took a place: the page is then short, and not the last.
  const last =
    inside.length > query.limit ? items.at(-1) : page.rows.length === rows ? page.rows.at(-1) : undefined;
  const answer: NearbyAnswer = {
    items: items.map((row) => nearbyItem(row, query.point, nowMs)),
    next_cursor: last === undefined ? null : await writeCursor(query, { startedAtMs, after: last }),
    query: { lat: query.point.lat, lng: query.point.lng, radius_m: query.radiusM },
    as_of: instant(nowMs),
  };
  if (!query.explain) return { ok: true, answer };

  const { excludedCounts, outsideCounts } = page;
  const why = explanation(excludedCounts, outsideCounts, query.point, query.radiusM, outsideM);
  // Rows on the rim keep no one from looking outside: whether they are inside is known only now.
  const nearest = items.length === 0 && last === undefined ? why.nearestOutside : null;
  const nearest_outside =
    nearest === null ? null : { distance_m: Math.round(nearest.distanceM), count: nearest.count };
  return { ok: true, answer: { ...answer, excluded: why.excluded, nearest_outside } };
}

type Sources = Pick<PageRequest, "locations" | "explain">;

/** Where the page's rows are looked for: around the point, or at the locations that pure code picks first. */
async function pageSources(
  database: Database,
  query: NearbyQuery,
  cursor: NearbyCursor | undefined,
  startedAtMs: number,
  outsideM: number,
): Promise<Sources> {
  const { radiusM } = query;
  const wantsOutside = query.explain && cursor === undefined && outsideM > radiusM;
  if (!needsVerdicts(query)) {
    const byNearness = ROW_SORT_KEYS[query.sort].length === 0;
    const fromM = Math.min(cursor?.after.nearness ?? 0, radiusM);
    return {
      locations: (bind) =>
        byNearness ? locationsAround(query, radiusM, fromM, bind) : locationsWithin(query, radiusM, bind),
      explain: query.explain
        ? (bind) => ({
            inside: [{ locations: locationsWithin(query, radiusM, bind), reason: undefined }],
            outside: wantsOutside ? locationsWithin(query, outsideM, bind) : undefined,
            radiusM: bind(radiusM, "float8"),
            outsideM: bind(outsideM, "float8"),
          })
        : undefined,
    };
  }
  const candidates = await readCandidates(database, query, wantsOutside ? outsideM : radiusM);
  const { eligible, left, outside } = judgeLocations(candidates, query, outsideM, startedAtMs);
  return {
    locations: (bind) => listedLocations(eligible, bind),
    explain: query.explain
      ? (bind) => ({
          inside: [
            { locations: listedLocations(eligible, bind), reason: undefined },
            { locations: listedLocations(left.closed, bind), reason: "closed" },
            { locations: listedLocations(left.not_deliverable, bind), reason: "not_deliverable" },
          ],
          outside: wantsOutside ? listedLocations(outside, bind) : undefined,
          radiusM: bind(radiusM, "float8"),
          outsideM: bind(outsideM, "float8"),
        })
      : undefined,
  };
}

/** Nearness is a distance unless pure code chose the locations, which then are inside for certain. */
function isInside(row: PageRow, query: NearbyQuery): boolean {
  return needsVerdicts(query) || withinRadius(query.point, row, row.nearness, query.radiusM);
}

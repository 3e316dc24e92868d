import type { Database } from "../db/client.ts";
import { withinRadius } from "../geo/within-radius.ts";
import { judgeLocations, needsVerdicts } from "./location-verdicts.ts";
import { explanation } from "./nearby-explain.ts";
import { pageRowsJson } from "./nearby-json.ts";
import { listedLocations, locationsAround, locationsWithin } from "./nearby-locations.ts";
import type { FoundPage, PageQuestion } from "./nearby-page.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { type PageRequest, ROW_SORT_KEYS } from "./nearby-statement.ts";
import type { PageRow } from "./page-columns.ts";
import { readCandidates, readPage } from "./queries.ts";

/** `explain` looks for what lies outside up to here, metres, or twice the radius if that is less. */
const MAX_OUTSIDE_M = 50_000;

/**
 * A page as the database has it.
 * @throws {DatabaseUnavailable} when the database does not answer.
 */
export async function pageFromDatabase(
  database: Database,
  question: PageQuestion,
): Promise<FoundPage<PageRow>> {
  const { query, nowMs, startedAtMs, after, rows } = question;
  const outsideM = Math.min(2 * query.radiusM, MAX_OUTSIDE_M);
  const sources = await pageSources(database, question, outsideM);
  const page = await readPage(database, { query, nowMs: startedAtMs, after, rows, ...sources });
  const why = page.counts && explanation(page.counts, query.point, query.radiusM, outsideM);
  return {
    rows: page.rows,
    isInside: needsVerdicts(query)
      ? isStillEligible(page.rows, query, startedAtMs)
      : (row) => withinRadius(query.point, row, row.nearness, query.radiusM),
    positionOf: (row) => row,
    render: (shown) => pageRowsJson(shown, query.point, nowMs).join(),
    asOfMs: nowMs,
    excluded: why?.excluded,
    nearestOutside: why?.nearestOutside ?? null,
  };
}

/** A location may have changed since it was judged: whether a row's is eligible as it was read with the row. */
function isStillEligible(
  rows: readonly PageRow[],
  query: NearbyQuery,
  nowMs: number,
): (row: PageRow) => boolean {
  const locations = new Map(rows.map((row) => [row.locationId, row]));
  const { eligible } = judgeLocations([...locations.values()], query, query.radiusM, nowMs);
  const eligibleIds = new Set(eligible.map(({ locationId }) => locationId));
  return ({ locationId }) => eligibleIds.has(locationId);
}

type Sources = Pick<PageRequest, "locations" | "explain">;

/** Where the page's rows are looked for: around the point, or at the locations that pure code picks first. */
async function pageSources(
  database: Database,
  { query, after, startedAtMs }: PageQuestion,
  outsideM: number,
): Promise<Sources> {
  const { radiusM } = query;
  const wantsOutside = query.explain && after === undefined && outsideM > radiusM;
  if (!needsVerdicts(query)) {
    const byNearness = ROW_SORT_KEYS[query.sort].length === 0;
    const fromM = Math.min(after?.nearness ?? 0, radiusM);
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

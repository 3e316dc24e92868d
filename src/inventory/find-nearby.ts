import type { Database } from "../db/client.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import { type NearbyCursor, readCursor, writeCursor } from "./cursor.ts";
import { answerJson } from "./nearby-json.ts";
import type { FoundPage, PageQuestion } from "./nearby-page.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { pageFromDatabase } from "./page-from-database.ts";
import { pageFromTiles } from "./page-from-tiles.ts";
import type { ColdReason, Path } from "./server-timing.ts";
import type { NearbyTiles } from "./tiles/nearby-tiles.ts";

export type NearbyContext = {
  readonly database: Database;
  /** Undefined: every question asks the database. */
  readonly tiles: NearbyTiles | undefined;
  readonly now: () => number;
};

export type NearbyResult =
  /** The answer as JSON, and which path it took. */
  | { readonly ok: true; readonly json: string; readonly path: Path }
  | { readonly ok: false; readonly reason: "foreign_cursor" };

/**
 * What is in stock near the point: one page, in the order asked for, from tiles that are at most `maxAgeMs` old, or
 * else by one statement to the database, or two where opening hours and delivery terms choose or order the locations.
 * Rows are judged as of the moment the query's first page was asked, and shown as of now.
 * A promise only when the database is asked, which rejects with `DatabaseUnavailable` when it does not answer.
 */
export function findNearby(
  context: NearbyContext,
  query: NearbyQuery,
  maxAgeMs: number,
): NearbyResult | Promise<NearbyResult> {
  const nowMs = context.now();
  const cursor = query.cursor === undefined ? undefined : readCursor(query, query.cursor, nowMs);
  if (query.cursor !== undefined && cursor === undefined) return { ok: false, reason: "foreign_cursor" };
  const question = questionOf(query, cursor, nowMs);
  const hot = fromTiles(context, question, maxAgeMs);
  return typeof hot === "string" ? fromDatabase(context, question, hot, maxAgeMs) : hot;
}

function questionOf(query: NearbyQuery, cursor: NearbyCursor | undefined, nowMs: number): PageQuestion {
  return {
    query,
    nowMs,
    startedAtMs: cursor?.startedAtMs ?? nowMs,
    after: cursor?.after,
    rows: query.limit + 1,
  };
}

/** The answer, or why tiles cannot give it. */
function fromTiles(
  { tiles, now }: NearbyContext,
  question: PageQuestion,
  maxAgeMs: number,
): NearbyResult | ColdReason {
  if (tiles === undefined) return "off";
  if (maxAgeMs <= 0) return "asked";
  const { nowMs } = question;
  const page = pageFromTiles(tiles, question, maxAgeMs);
  if (typeof page === "string") return page;
  const { json } = answerOf(page, question);
  tiles.refreshUsed(page.used, nowMs);
  const path: Path = {
    kind: "hot",
    ms: now() - nowMs,
    tiles: page.used.length,
    ageMs: nowMs - page.asOfMs,
    heldBytes: tiles.bytes,
  };
  return { ok: true, json, path };
}

async function fromDatabase(
  context: NearbyContext,
  question: PageQuestion,
  reason: ColdReason,
  maxAgeMs: number,
): Promise<NearbyResult> {
  const { tiles, now } = context;
  const { query, nowMs } = question;
  const disc = { point: query.point, radiusM: query.radiusM };
  try {
    const page = await pageFromDatabase(context.database, question);
    const databaseMs = now() - nowMs;
    const { json, reachM } = answerOf(page, question);
    const missed = reason === "unknown" || reason === "old";
    const brought = missed ? tiles?.bring({ ...disc, radiusM: reachM }, now()) : undefined;
    const path: Path = {
      kind: "cold",
      ms: now() - nowMs,
      reason: brought?.isTooDense === true ? "too_dense" : reason,
      databaseMs,
      heldBytes: tiles?.bytes ?? 0,
    };
    return { ok: true, json, path };
  } catch (error) {
    if (!(error instanceof DatabaseUnavailable) || tiles === undefined || maxAgeMs <= 0) throw error;
    // Others of this place may have asked while the database was there.
    await tiles.loadShared(disc);
    const hot = fromTiles(context, { ...question, nowMs: now() }, maxAgeMs);
    if (typeof hot === "string") throw error;
    return hot;
  }
}

/** The page as JSON, and how far from the point it had to look, in metres. */
function answerOf<Row extends { readonly nearness: number }>(
  page: FoundPage<Row>,
  question: PageQuestion,
): { readonly json: string; readonly reachM: number } {
  const { query, startedAtMs, rows: wanted } = question;
  const { point, radiusM, limit } = query;
  const inside = page.rows.filter(page.isInside);
  const shown = inside.slice(0, limit);
  // A row that the geodesic puts outside still took a place: the page is then short, and not the last.
  const last =
    inside.length > limit ? shown.at(-1) : page.rows.length === wanted ? page.rows.at(-1) : undefined;
  const json = answerJson({
    items: page.render(shown),
    nextCursor: last === undefined ? null : writeCursor(query, { startedAtMs, after: page.positionOf(last) }),
    query: { lat: point.lat, lng: point.lng, radius_m: radiusM },
    asOfMs: page.asOfMs,
    excluded: page.excluded,
    // Rows on the rim keep no one from looking outside: whether they are inside is known only now.
    nearestOutside: shown.length === 0 && last === undefined ? page.nearestOutside : null,
  });
  return { json, reachM: reachOf(page.rows, question) };
}

/** As far as the farthest row of a full page, where nearness is the order; else the whole radius. */
function reachOf(
  rows: readonly { readonly nearness: number }[],
  { query, rows: wanted }: PageQuestion,
): number {
  const { sort, explain, radiusM } = query;
  if (sort !== "distance" || explain || rows.length < wanted) return radiusM;
  return Math.min(radiusM, rows.at(-1)?.nearness ?? radiusM);
}

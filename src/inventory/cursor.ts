import { fnv1a32 } from "../fnv1a.ts";
import { isUuid } from "../ids.ts";
import { canonicalNearbyQuery } from "./canonical-query.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { type PagePosition, ROW_SORT_KEYS } from "./nearby-statement.ts";

/** Where a query stands between two pages. */
export type NearbyCursor = { readonly startedAtMs: number; readonly after: PagePosition };

/** A cursor names rows as they were judged at its start; later than this the answer would be about the past. */
const CURSOR_LIFE_MS = 86_400_000;

/** Stands between the parts of a cursor, none of which has it. */
const SEPARATOR = "_";

/** In place of `.`, which no cursor has had; nothing else in one has this letter. */
const DECIMAL_POINT = "p";

/** The opaque `next_cursor`, bound to every parameter of the query but `cursor`: letters, digits, `_` and `-`. */
export function writeCursor(query: NearbyQuery, { startedAtMs, after }: NearbyCursor): string {
  const { sortKeys, nearness, itemId, locationId } = after;
  const parts = [startedAtMs, nearness, itemId, locationId, ...sortKeys];
  const position = parts.join(SEPARATOR).replaceAll(".", DECIMAL_POINT);
  return fnv1a32(`${canonicalNearbyQuery(query)}\0${position}`) + SEPARATOR + position;
}

/**
 * What the query's cursor says; undefined unless it is as `writeCursor` makes it for this very query, and of the last
 * `CURSOR_LIFE_MS`. It tells accidents, not forgers: they learn nothing that they could not ask.
 */
export function readCursor(query: NearbyQuery, cursor: string, nowMs: number): NearbyCursor | undefined {
  const [, startedAt, near, itemId, locationId, ...sortKeys] = cursor
    .replaceAll(DECIMAL_POINT, ".")
    .split(SEPARATOR);
  if (!isUuid(itemId) || !isUuid(locationId) || !areSortKeys(sortKeys, query)) return undefined;
  const startedAtMs = Number(startedAt);
  const read = { startedAtMs, after: { sortKeys, nearness: Number(near), itemId, locationId } };
  const isSound =
    Number.isFinite(read.after.nearness) &&
    startedAtMs <= nowMs + 60_000 &&
    startedAtMs >= nowMs - CURSOR_LIFE_MS &&
    writeCursor(query, read) === cursor;
  return isSound ? read : undefined;
}

const KEY_FORMATS: Readonly<Record<string, RegExp>> = {
  text: /^[A-Z]{3}$/,
  bigint: /^\d{1,16}$/,
  numeric: /^-?\d{1,16}(\.\d{1,6})?$/,
};

function areSortKeys(texts: readonly string[], query: NearbyQuery): boolean {
  const keys = ROW_SORT_KEYS[query.sort];
  return texts.length === keys.length && keys.every(({ type }, i) => KEY_FORMATS[type]?.test(texts[i] ?? ""));
}

import { fnv1a64 } from "../fnv1a.ts";
import { isUuid } from "../ids.ts";
import { canonicalNearbyQuery } from "./canonical-query.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { type PagePosition, ROW_SORT_KEYS } from "./nearby-statement.ts";

/** Where a query stands between two pages. */
export type NearbyCursor = { readonly startedAtMs: number; readonly after: PagePosition };

/** A cursor names rows as they were judged at its start; later than this the answer would be about the past. */
const CURSOR_LIFE_MS = 86_400_000;

/** The opaque `next_cursor`, bound to every parameter of the query but `cursor`. */
export function writeCursor(query: NearbyQuery, { startedAtMs, after }: NearbyCursor): string {
  const { sortKeys, nearness, itemId, locationId } = after;
  const content = [fingerprint(query), startedAtMs, sortKeys, nearness, itemId, locationId];
  // No letter in it takes more than a byte.
  return toBase64Url(JSON.stringify(content));
}

/** What the query's cursor says; undefined unless `writeCursor` made it for this very query within `CURSOR_LIFE_MS`. */
export function readCursor(query: NearbyQuery, cursor: string, nowMs: number): NearbyCursor | undefined {
  const content = parseContent(cursor);
  if (content === undefined || content.length !== 6) return undefined;
  const [print, startedAtMs, sortKeys, nearness, itemId, locationId] = content;
  const sound =
    print === fingerprint(query) &&
    isNumber(startedAtMs) &&
    startedAtMs <= nowMs + 60_000 &&
    startedAtMs >= nowMs - CURSOR_LIFE_MS &&
    areSortKeys(sortKeys, query) &&
    isNumber(nearness) &&
    isUuid(itemId) &&
    isUuid(locationId);
  return sound ? { startedAtMs, after: { sortKeys, nearness, itemId, locationId } } : undefined;
}

function parseContent(cursor: string): unknown[] | undefined {
  try {
    const bytes = Uint8Array.from(atob(cursor.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
      c.charCodeAt(0),
    );
    const content: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return Array.isArray(content) ? content : undefined;
  } catch {
    return undefined;
  }
}

const KEY_FORMATS: Readonly<Record<string, RegExp>> = {
  text: /^[A-Z]{3}$/,
  bigint: /^\d{1,16}$/,
  numeric: /^-?\d{1,16}(\.\d{1,6})?$/,
};

function areSortKeys(value: unknown, query: NearbyQuery): value is string[] {
  const keys = ROW_SORT_KEYS[query.sort];
  if (!Array.isArray(value) || value.length !== keys.length) return false;
  return keys.every(
    ({ type }, i) => typeof value[i] === "string" && KEY_FORMATS[type]?.test(value[i]) === true,
  );
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function fingerprint(query: NearbyQuery): string {
  return fnv1a64(canonicalNearbyQuery(query));
}

function toBase64Url(bytes: string): string {
  return btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

import { hex } from "../hex.ts";

/** The last row of a page, in the order of the list: `updated_at`, then item, then location. */
export type ListPosition = {
  readonly updatedAtMs: number;
  readonly itemId: string;
  readonly locationId: string;
};

const CURSOR = /^[\w-]{51}$/;
/** As many digits as UUIDs have besides these. */
const TIME_DIGITS = 12;
const UUID_DIGITS = 32;
/** The first millisecond of the year 10000, which RFC 3339 cannot write. */
const END_MS = 253_402_300_800_000;

/** The opaque `next_cursor` of a page whose last row is at `position` (ids as UUIDs). */
export function writeListCursor({ updatedAtMs, itemId, locationId }: ListPosition): string {
  const time = updatedAtMs.toString(16).padStart(TIME_DIGITS, "0");
  const digits = `${time}${itemId}${locationId}`.replaceAll("-", "");
  const bytes = digits.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? [];
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

/** What `writeListCursor` made `cursor` of, or undefined when it did not make it. */
export function readListCursor(cursor: string): ListPosition | undefined {
  if (!CURSOR.test(cursor)) return undefined;
  const binary = atob(cursor.replaceAll("-", "+").replaceAll("_", "/"));
  const digits = hex(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)));
  const position = {
    updatedAtMs: Number.parseInt(digits.slice(0, TIME_DIGITS), 16),
    itemId: uuidOf(digits.slice(TIME_DIGITS, TIME_DIGITS + UUID_DIGITS)),
    locationId: uuidOf(digits.slice(TIME_DIGITS + UUID_DIGITS)),
  };
  // The last letter has two bits to spare: only one of four is what was written.
  return position.updatedAtMs < END_MS && writeListCursor(position) === cursor ? position : undefined;
}

function uuidOf(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/;

/** What a refusal says would be right: it follows "must be". */
export const INSTANT_MUST_BE =
  "an instant as in RFC 3339, with Z or an offset, such as 2026-11-21T10:00:00Z, in 1970 or later";

/** A `timestamptz` as PostgreSQL's JSON writes it, with an offset, as the wire has it: UTC, with milliseconds and `Z`. */
export function wireInstant(timestamptz: string): string {
  return new Date(timestamptz).toISOString();
}

/** `wireInstant` of what may be null, which stays so. */
export function wireInstantOrNull(timestamptz: string | null): string | null {
  return timestamptz === null ? null : wireInstant(timestamptz);
}

/** Clocks may differ by so much. */
const MAX_AHEAD_MINUTES = 5;

/** What a refusal says of the instant `name` when it lies more than 5 minutes ahead of now; undefined otherwise. */
export function futureDetail(name: string, instantMs: number, nowMs: number): string | undefined {
  if (instantMs <= nowMs + MAX_AHEAD_MINUTES * 60_000) return undefined;
  const now = new Date(nowMs).toISOString();
  return `${name} must not lie more than ${MAX_AHEAD_MINUTES} minutes ahead of now, which is ${now}`;
}

/** A list has few instants, many times in a row. */
let last: { readonly text: string; readonly instantMs: number | undefined } | undefined;

/**
 * The millisecond since 1970 of an RFC 3339 instant with `Z` or an offset, what is finer cut off. Undefined when
 * `text` is none, names a day that no calendar has, or a leap second, or lies before 1970.
 */
export function parseInstant(text: string): number | undefined {
  if (last?.text !== text) last = { text, instantMs: readInstant(text) };
  return last.instantMs;
}

function readInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", sign, offsetHour, offsetMinute] = match;
  const midnight = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A day that the month does not have would be one of the next month.
  if (midnight.getUTCDate() !== Number(day) || midnight.getUTCMonth() !== Number(month) - 1) return undefined;
  const minutes = Number(hour) * 60 + Number(minute) - offsetMinutes(sign, offsetHour, offsetMinute);
  const milliseconds = Number(second) * 1000 + Number(fraction.slice(0, 3).padEnd(3, "0"));
  const instantMs = midnight.getTime() + minutes * 60_000 + milliseconds;
  // Date.UTC takes the years 0 to 99 for those of the twentieth century.
  return instantMs >= 0 && Number(year) >= 1969 ? instantMs : undefined;
}

function offsetMinutes(sign: string | undefined, hours = "0", minutes = "0"): number {
  return (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

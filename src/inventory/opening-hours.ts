/**
 * Weekly opening hours, read off the wall clock of the shop's time zone: a shop is open whenever the clock
 * shows a minute of one of its intervals, as someone would judge who stands before the sign on its door.
 *
 * So on the night the clock goes forward, a shop that opens within the skipped hour opens right after it;
 * and on the night it goes back, hours that begin or end within the repeated hour hold both times it is shown.
 */
import { nextOffsetChangeMs, zoneOffsetMs } from "../time-zone.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/**
 * From `opens` (inclusive, "00:00" to "23:59") to `closes` (exclusive, "00:00" to "24:00"), local time.
 * When `closes` is not later than `opens` it is that time of the next day; so equal times are 24 hours,
 * and 00:00-00:00 is a whole day, like 00:00-24:00.
 */
export interface OpeningInterval {
  readonly day: (typeof DAYS)[number];
  readonly opens: string;
  readonly closes: string;
}

/** `null`: always open; `[]`: never. Intervals may come in any order, overlap and adjoin: they act as one. */
export type OpeningHours = readonly OpeningInterval[] | null;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const WEEK_MS = 7 * DAY_MS;
/** The epoch was a Thursday; weeks here begin on Monday. */
const EPOCH_INTO_WEEK_MS = 3 * DAY_MS;

/** Whether a shop is open at `nowMs`. RangeError if the zone is unknown. */
export function isOpenAt(hours: OpeningHours, timeZone: string, nowMs: number): boolean {
  if (hours === null) return true;
  if (hours.length === 0) return false;
  return msUntilOpen(hours, timeIntoWeekMs(timeZone, nowMs)) === 0;
}

/** The first instant not before `nowMs` at which a shop is open: `nowMs` itself if it is open now, null if it never is. */
export function nextOpeningMs(hours: OpeningHours, timeZone: string, nowMs: number): number | null {
  if (hours === null) return nowMs;
  if (hours.length === 0) return null;
  let fromMs = nowMs;
  for (;;) {
    const openingMs = fromMs + msUntilOpen(hours, timeIntoWeekMs(timeZone, fromMs));
    const clockChangeMs = nextOffsetChangeMs(timeZone, fromMs, openingMs);
    if (clockChangeMs === null) return openingMs;
    // Closed until the clock changes; from there the wall clock shows another time than was reckoned with.
    fromMs = clockChangeMs;
  }
}

/** How long after Monday 00:00 the wall clock stands. */
function timeIntoWeekMs(timeZone: string, instantMs: number): number {
  return modulo(instantMs + zoneOffsetMs(timeZone, instantMs) + EPOCH_INTO_WEEK_MS, WEEK_MS);
}

/** By the wall clock: 0 while open, else the time to the nearest start of an interval. */
function msUntilOpen(hours: readonly OpeningInterval[], intoWeekMs: number): number {
  let nearestMs = Number.POSITIVE_INFINITY;
  for (const { day, opens, closes } of hours) {
    const opensMs = timeOfDayMs(opens);
    const lengthMs = timeOfDayMs(closes) - opensMs;
    const sinceOpeningMs = modulo(intoWeekMs - DAYS.indexOf(day) * DAY_MS - opensMs, WEEK_MS);
    if (sinceOpeningMs < (lengthMs > 0 ? lengthMs : lengthMs + DAY_MS)) return 0;
    nearestMs = Math.min(nearestMs, WEEK_MS - sinceOpeningMs);
  }
  return nearestMs;
}

function timeOfDayMs(hhmm: string): number {
  const hours = twoDigits(hhmm, 0);
  const minutes = twoDigits(hhmm, 3);
  return (hours * 60 + minutes) * MINUTE_MS;
}

/** By character code: this runs for every interval of every shop in an answer, where `Number(slice)` shows. */
function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;
}

function modulo(dividend: number, divisor: number): number {
  return ((dividend % divisor) + divisor) % divisor;
}

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
  return nextOpeningMs(hours, timeZone, nowMs) === nowMs;
}

/** The first instant not before `nowMs` at which a shop is open: `nowMs` itself if it is open now, null if it never is. */
export function nextOpeningMs(hours: OpeningHours, timeZone: string, nowMs: number): number | null {
  if (hours === null) return nowMs;
  if (hours.length === 0) return null;
  const last = stretches.get(hours);
  const stretch =
    last !== undefined && nowMs >= last.fromMs && nowMs < last.untilMs && timeZone === last.timeZone
      ? last
      : stretchFrom(hours, timeZone, nowMs);
  if (stretch !== last) stretches.set(hours, stretch);
  return stretch.isOpen ? nowMs : stretch.untilMs;
}

/** A time throughout which a shop is open, or throughout which it is closed and at whose end it opens. */
type Stretch = {
  readonly timeZone: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly isOpen: boolean;
};

/** The one asked about last: a shop is asked about by many before it opens or closes. */
const stretches = new WeakMap<readonly OpeningInterval[], Stretch>();

function stretchFrom(hours: readonly OpeningInterval[], timeZone: string, nowMs: number): Stretch {
  const openForMs = msStillOpen(hours, timeIntoWeekMs(timeZone, nowMs));
  if (openForMs === 0) {
    return { timeZone, fromMs: nowMs, untilMs: openingAfterMs(hours, timeZone, nowMs), isOpen: false };
  }
  const untilMs = nextOffsetChangeMs(timeZone, nowMs, nowMs + openForMs) ?? nowMs + openForMs;
  return { timeZone, fromMs: nowMs, untilMs, isOpen: true };
}

/** Of a shop that is closed at `nowMs`. */
function openingAfterMs(hours: readonly OpeningInterval[], timeZone: string, nowMs: number): number {
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
  for (const interval of hours) {
    const sinceOpeningMs = msSinceOpening(interval, intoWeekMs);
    if (sinceOpeningMs < lengthMs(interval)) return 0;
    nearestMs = Math.min(nearestMs, WEEK_MS - sinceOpeningMs);
  }
  return nearestMs;
}

/** By the wall clock: how long one of the intervals that show this time goes on; 0 while closed. */
function msStillOpen(hours: readonly OpeningInterval[], intoWeekMs: number): number {
  for (const interval of hours) {
    const leftMs = lengthMs(interval) - msSinceOpening(interval, intoWeekMs);
    if (leftMs > 0) return leftMs;
  }
  return 0;
}

function msSinceOpening({ day, opens }: OpeningInterval, intoWeekMs: number): number {
  return modulo(intoWeekMs - DAYS.indexOf(day) * DAY_MS - timeOfDayMs(opens), WEEK_MS);
}

function lengthMs({ opens, closes }: OpeningInterval): number {
  const differenceMs = timeOfDayMs(closes) - timeOfDayMs(opens);
  return differenceMs > 0 ? differenceMs : differenceMs + DAY_MS;
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

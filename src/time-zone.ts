/**
 * UTC offsets of IANA time zones, from `Intl` alone. Asking Intl takes microseconds, and a nearby answer
 * asks for thousands of shops in few zones, so what it said is remembered, as plain values.
 */

/** No zone has changed its offset twice within six days since 1970, nor is known to do so by 2100. */
const STRETCH_MS = 4 * 86_400_000;

/**
 * Four days of one zone's offsets: `beforeMs` until `changeMs`, then `afterMs`.
 * `changeMs` may be the very first instant; it is Infinity if there is no change.
 */
interface Stretch {
  readonly beforeMs: number;
  readonly changeMs: number;
  readonly afterMs: number;
}

const MAX_ZONES_REMEMBERED = 1000;
const MAX_STRETCHES_REMEMBERED = 16;
const remembered = new Map<string, Map<number, Stretch>>();

const ZONE_NAME = /^(?:UTC|GMT|[A-Za-z_]+(?:\/[A-Za-z0-9_+-]+)+)$/;

/**
 * Whether a text names an IANA time zone in the form `Area/Location` (or `UTC`, `GMT`).
 * Fixed offsets ("+01:00") and bare abbreviations ("IST", "PST") do not: they know no daylight saving,
 * or mean different places to different people.
 */
export function isTimeZone(text: string): boolean {
  if (!ZONE_NAME.test(text)) return false;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: text }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** What must be added to UTC to read the wall clock of a zone, in ms (Lagos: 3600000). RangeError if there is no such zone. */
export function zoneOffsetMs(timeZone: string, instantMs: number): number {
  const stretch = stretchOf(timeZone, Math.floor(instantMs / STRETCH_MS));
  return instantMs < stretch.changeMs ? stretch.beforeMs : stretch.afterMs;
}

/** The first instant after `fromMs`, at the latest `untilMs`, from which a zone has another offset; null if there is none. */
export function nextOffsetChangeMs(timeZone: string, fromMs: number, untilMs: number): number | null {
  const last = Math.floor(untilMs / STRETCH_MS);
  for (let index = Math.floor(fromMs / STRETCH_MS); index <= last; index++) {
    const { changeMs } = stretchOf(timeZone, index);
    if (changeMs > fromMs && changeMs <= untilMs) return changeMs;
  }
  return null;
}

function stretchOf(timeZone: string, index: number): Stretch {
  let stretches = remembered.get(timeZone);
  if (stretches === undefined) {
    if (remembered.size >= MAX_ZONES_REMEMBERED) remembered.clear();
    stretches = new Map();
    remembered.set(timeZone, stretches);
  }
  let stretch = stretches.get(index);
  if (stretch === undefined) {
    stretch = readStretch(timeZone, index * STRETCH_MS);
    if (stretches.size >= MAX_STRETCHES_REMEMBERED) stretches.clear();
    stretches.set(index, stretch);
  }
  return stretch;
}

function readStretch(timeZone: string, startMs: number): Stretch {
  const offsetAt = offsetReader(timeZone);
  let unchangedMs = startMs - 1;
  let changeMs = startMs + STRETCH_MS - 1;
  const beforeMs = offsetAt(unchangedMs);
  const afterMs = offsetAt(changeMs);
  if (beforeMs === afterMs) return { beforeMs, changeMs: Number.POSITIVE_INFINITY, afterMs };
  while (changeMs - unchangedMs > 1) {
    const middleMs = Math.floor((unchangedMs + changeMs) / 2);
    if (offsetAt(middleMs) === beforeMs) unchangedMs = middleMs;
    else changeMs = middleMs;
  }
  return { beforeMs, changeMs, afterMs };
}

function offsetReader(timeZone: string): (instantMs: number) => number {
  const wallClock = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  return (instantMs) => {
    const wholeSecondMs = Math.floor(instantMs / 1000) * 1000;
    const read: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of wallClock.formatToParts(wholeSecondMs)) read[type] = Number(value);
    const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = read;
    return Date.UTC(year, month - 1, day, hour, minute, second) - wholeSecondMs;
  };
}

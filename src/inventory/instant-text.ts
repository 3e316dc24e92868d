const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** As far from 1970 as a `Date` goes. */
const FARTHEST_MS = 8.64e15;

const digits = (number: number, count: number): string => String(number).padStart(count, "0");
const MINUTES = Array.from(
  { length: 1440 },
  (_, i) => `${digits(Math.trunc(i / 60), 2)}:${digits(i % 60, 2)}:`,
);
const SECONDS = Array.from({ length: 60 }, (_, i) => `${digits(i, 2)}.`);
const MILLISECONDS = Array.from({ length: 1000 }, (_, i) => `${digits(i, 3)}Z`);

/** An answer's instants lie on few days; each is remembered where the last bits of its number say. */
const REMEMBERED_DAYS = 16;
const days = new Array<number>(REMEMBERED_DAYS).fill(Number.NaN);
const dayTexts = new Array<string>(REMEMBERED_DAYS).fill("");

/**
 * RFC 3339, UTC, with milliseconds: `new Date(epochMs).toISOString()` in a seventh of its time.
 * @throws RangeError where that does.
 */
export function instantText(epochMs: number): string {
  const wholeMs = Math.trunc(epochMs);
  if (!(Math.abs(wholeMs) < FARTHEST_MS)) return new Date(epochMs).toISOString();
  const day = Math.floor(wholeMs / DAY_MS);
  const slot = day & (REMEMBERED_DAYS - 1);
  if (days[slot] !== day) {
    const text = new Date(wholeMs).toISOString();
    dayTexts[slot] = text.slice(0, text.indexOf("T") + 1);
    days[slot] = day;
  }
  const intoDayMs = wholeMs - day * DAY_MS;
  if (intoDayMs !== lastIntoDayMs) {
    lastIntoDayMs = intoDayMs;
    lastTime = timeText(intoDayMs);
  }
  return `${dayTexts[slot]}${lastTime}`;
}

/** A verification expires at the time of day at which it was made. */
let lastIntoDayMs = Number.NaN;
let lastTime = "";

function timeText(intoDayMs: number): string {
  const minute = Math.trunc(intoDayMs / MINUTE_MS);
  const intoMinuteMs = intoDayMs - minute * MINUTE_MS;
  const second = Math.trunc(intoMinuteMs / 1000);
  return `${MINUTES[minute]}${SECONDS[second]}${MILLISECONDS[intoMinuteMs - second * 1000]}`;
}

const HOUR_MS = 3_600_000;
/** As far from 1970 as a `Date` goes. */
const FARTHEST_MS = 8.64e15;

const digits = (number: number, count: number): string => String(number).padStart(count, "0");
/** Of an hour, `MM:SS.`. */
const SECONDS = Array.from(
  { length: 3600 },
  (_, i) => `${digits(Math.trunc(i / 60), 2)}:${digits(i % 60, 2)}.`,
);
const MILLISECONDS = Array.from({ length: 1000 }, (_, i) => `${digits(i, 3)}Z`);

/** An answer's instants lie within few days, five here; each hour is remembered where the last bits of its number say. */
const REMEMBERED_HOURS = 128;
const hours = new Array<number>(REMEMBERED_HOURS).fill(Number.NaN);
const hourTexts = new Array<string>(REMEMBERED_HOURS).fill("");

/**
 * RFC 3339, UTC, with milliseconds: `new Date(epochMs).toISOString()` in a seventh of its time.
 * @throws RangeError where that does.
 */
export function instantText(epochMs: number): string {
  const wholeMs = Math.trunc(epochMs);
  if (!(Math.abs(wholeMs) < FARTHEST_MS)) return new Date(epochMs).toISOString();
  const hour = Math.floor(wholeMs / HOUR_MS);
  const slot = hour & (REMEMBERED_HOURS - 1);
  if (hours[slot] !== hour) {
    const text = new Date(wholeMs).toISOString();
    hourTexts[slot] = text.slice(0, text.indexOf(":") + 1);
    hours[slot] = hour;
  }
  const intoHourMs = wholeMs - hour * HOUR_MS;
  if (intoHourMs !== lastIntoHourMs) {
    lastIntoHourMs = intoHourMs;
    const second = Math.trunc(intoHourMs / 1000);
    lastTime = `${SECONDS[second]}${MILLISECONDS[intoHourMs - second * 1000]}`;
  }
  return `${hourTexts[slot]}${lastTime}`;
}

/** A verification expires as far into an hour as it was made. */
let lastIntoHourMs = Number.NaN;
let lastTime = "";

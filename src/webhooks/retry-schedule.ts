const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long to wait after the first failure, the second, and so on; after one more nothing more is tried. */
export const RETRY_DELAYS_MS: readonly number[] = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];

/** Each delay is this much shorter or longer, so that what failed at once does not come back at once. */
const JITTER = 0.2;

/** However much longer a receiver asks us to wait. */
const MAX_RETRY_AFTER_MS = 24 * HOUR_MS;

export type FailedAttempt = {
  /** How many attempts have failed in a row, this one included. */
  readonly failures: number;
  readonly atMs: number;
  /** The receiver's `Retry-After`, when it sent one. */
  readonly retryAfter: string | null;
  /** By chance, from 0 to 1. */
  readonly random: number;
};

/** When to try again, epoch milliseconds; undefined: never. */
export function nextAttemptMs({ failures, atMs, retryAfter, random }: FailedAttempt): number | undefined {
  const delayMs = RETRY_DELAYS_MS[failures - 1];
  if (delayMs === undefined) return undefined;
  const scheduledMs = Math.round(delayMs * (1 + JITTER * (2 * random - 1)));
  return atMs + Math.max(scheduledMs, retryAfterMs(retryAfter, atMs));
}

/** How long `Retry-After` (RFC 9110, section 10.2.3: seconds or a date) asks to wait, at most a day; 0 of what is neither. */
function retryAfterMs(retryAfter: string | null, atMs: number): number {
  const text = retryAfter?.trim() ?? "";
  const askedMs = /^\d+$/.test(text) ? Number(text) * SECOND_MS : httpDateMs(text) - atMs;
  return Number.isNaN(askedMs) ? 0 : Math.min(Math.max(0, askedMs), MAX_RETRY_AFTER_MS);
}

/** Only what begins with the name of a day: `Date.parse` takes many a number for a date. */
function httpDateMs(text: string): number {
  return /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
}

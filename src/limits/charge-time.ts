/** How long the permits of a lease may be spent, by the isolate's clock, from the sending of the call on. */
export const LEASE_LIFE_MS = 1000;

/** By how much any two readings of clocks, of whatever machines and at whatever times, may disagree. */
const CLOCK_SKEW_MS = 200;

/** So that the charges of one window lie in few buckets, whatever its length: 250 ms for 300 s. */
const BUCKETS_PER_WINDOW = 1200;

/**
 * Until when (by the object's clock, which shows `nowMs`) a permit granted now counts against the limit: a window after
 * the last moment at which it can be spent. The isolate's clock may lose `CLOCK_SKEW_MS` between sending and
 * spending, the object's may gain as much between now and then. Rounded up to whole buckets.
 */
export function chargedUntilMs(nowMs: number, windowMs: number): number {
  const bucketMs = Math.max(1, Math.ceil(windowMs / BUCKETS_PER_WINDOW));
  const untilMs = nowMs + LEASE_LIFE_MS + 2 * CLOCK_SKEW_MS + windowMs;
  return Math.ceil(untilMs / bucketMs) * bucketMs;
}

/** `fresh`: verified within the window; `aging`: within twice the window; `stale`: longer ago. */
export type Freshness = "fresh" | "aging" | "stale";

/** For how long a verification is fresh, unless somebody says otherwise. */
export const FRESHNESS_WINDOW_S = 86_400;

/**
 * How old a verification is at `nowMs`.
 * `ageS` is whole seconds, rounded down; a verification from the future (a source's clock may be up to five
 * minutes ahead) has age 0. `expiresAtMs` is the last instant at which it is fresh. Freshness is judged to
 * the millisecond, so it never contradicts `expiresAtMs`.
 */
export function freshnessOf(
  verifiedAtMs: number,
  nowMs: number,
  windowS: number = FRESHNESS_WINDOW_S,
): { ageS: number; expiresAtMs: number; freshness: Freshness } {
  const ageMs = Math.max(0, nowMs - verifiedAtMs);
  const windowMs = windowS * 1000;
  return {
    ageS: Math.floor(ageMs / 1000),
    expiresAtMs: verifiedAtMs + windowMs,
    freshness: ageMs <= windowMs ? "fresh" : ageMs <= 2 * windowMs ? "aging" : "stale",
  };
}

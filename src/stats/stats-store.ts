import type { Counts } from "./series.ts";
import type { Delta } from "./sums.ts";

/** What all isolates have counted so far. */
export type StatsTotals = {
  readonly counts: Counts;
  /** Since when; undefined: nothing was counted yet. */
  readonly sinceMs: number | undefined;
};

/** Where isolates bring what they count. Every call settles soon, whatever happens. */
export type StatsStore = {
  /** Counts the delta, once. @throws when that is not known to have happened. */
  readonly add: (delta: Delta) => Promise<void>;
  readonly totals: () => Promise<StatsTotals>;
};

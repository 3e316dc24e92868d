import type { Availability, VerificationMethod } from "../stock-words.ts";

/** What all isolates have counted since `since`: each number only ever grows. */
export type CounterFigures = {
  /** Null: nothing was counted yet. */
  readonly since: string | null;
  readonly requests: readonly {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly count: number;
  }[];
  readonly durations: readonly RouteDurations[];
  readonly nearby_answers: readonly {
    readonly path: string;
    readonly reason: string | null;
    readonly count: number;
  }[];
  readonly limit_refusals: readonly { readonly policy: string; readonly count: number }[];
  readonly database_errors: readonly { readonly kind: string; readonly count: number }[];
};

/** How long the requests of a route took: the wall time from the first to the last of their I/O. */
export type RouteDurations = {
  readonly route: string;
  readonly count: number;
  readonly sum_s: number;
  /** How many took no longer than `le_s`, ascending; what took longer than the last is in `count` only. */
  readonly buckets: readonly { readonly le_s: number; readonly count: number }[];
};

export type OutboxFigures = {
  /** 0: none waits. */
  readonly oldest_undelivered_age_s: number;
};

/** The whole market: items, freshness and proofs are those of the latest hourly snapshot of each approved partner. */
export type MarketFigures = {
  /** When partners, locations and snapshots were read: at most a minute ago. */
  readonly as_of: string;
  readonly partners: Readonly<Record<"pending" | "approved" | "suspended", number>>;
  readonly locations: number;
  readonly snapshots: {
    /** How many partners have one. */
    readonly partners: number;
    /** When it was taken; null when there is none. */
    readonly oldest_at: string | null;
    readonly newest_at: string | null;
  };
  readonly items: {
    readonly total: number;
    readonly by_availability: Readonly<Record<Availability, number>>;
  };
  readonly freshness: {
    readonly fresh: number;
    readonly aging: number;
    readonly stale: number;
    readonly fresh_ratio: number | null;
  };
  readonly proof: {
    readonly items_with_proof: number;
    readonly coverage: number | null;
    readonly by_kind: Readonly<Record<VerificationMethod, number>>;
  };
};

/** The answer to `GET /admin/metrics`; a part that cannot be had for the moment is null. */
export type AdminMetrics = {
  readonly as_of: string;
  readonly counters: CounterFigures | null;
  readonly outbox: OutboxFigures | null;
  readonly market: MarketFigures | null;
};

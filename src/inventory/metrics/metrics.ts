import type { Availability, VerificationMethod } from "../../stock-words.ts";

/** Ratios are from 0 to 1, rounded to six decimals; null where there is nothing to divide by. */
type Ratio = number | null;

/** How many listed stock rows, each an item at a location. */
export type ItemCounts = {
  readonly total: number;
  readonly by_availability: Readonly<Record<Availability, number>>;
};

/**
 * How long ago rows were verified, at the `as_of` they belong to. Ages are whole seconds, rounded down, never below 0;
 * percentiles are those of `percentile_disc`, null where there are no rows.
 */
export type FreshnessFigures = {
  readonly window_s: number;
  readonly fresh: number;
  readonly aging: number;
  readonly stale: number;
  readonly fresh_ratio: Ratio;
  readonly age_s: Readonly<Record<"p50" | "p90" | "p99" | "max", number | null>>;
};

/** How many rows have a proof, in all and by its kind. */
export type ProofFigures = {
  readonly items_with_proof: number;
  readonly coverage: Ratio;
  readonly by_kind: Readonly<Record<VerificationMethod, number>>;
};

/** What is told of any set of rows. */
export type Figures = {
  readonly items: ItemCounts;
  readonly freshness: FreshnessFigures;
  readonly proof: ProofFigures;
};

export type NewestProof = {
  readonly proof_id: string;
  readonly kind: VerificationMethod;
  readonly media_url: string | null;
  readonly sha256: string | null;
  readonly captured_at: string;
  readonly received_at: string;
  readonly distance_from_location_m: number | null;
  readonly item_id: string;
  readonly external_ref: string;
  readonly location_id: string;
  readonly location_ref: string;
};

/** A row that needs somebody's attention. */
export type Offender = {
  readonly item_id: string;
  readonly external_ref: string;
  readonly title: string;
  readonly location_id: string;
  readonly location_ref: string;
  /** Counted minus reserved, never below 0. */
  readonly quantity: number;
  readonly verified_at: string;
  readonly age_s: number;
};

export type Alert = { readonly count: number; readonly worst: readonly Offender[] };

export type CategoryFigures = Figures & { readonly category: string | null };

export type LocationFigures = Figures & {
  readonly location_id: string;
  readonly location_ref: string;
  readonly name: string;
  /** Null where there are no rows. */
  readonly last_verified_at: string | null;
};

export type HistoryPoint = Figures & { readonly at: string };

/** For how long a summary is young enough to be answered with. */
export const SUMMARY_LIFE_MS = 60_000;

/** How far back a history goes, in hours. */
export const HISTORY_WINDOW_HOURS = { "24h": 24, "7d": 168, "30d": 720 } as const;
export type HistoryWindow = keyof typeof HISTORY_WINDOW_HOURS;

export type History = {
  readonly window: HistoryWindow;
  readonly interval_s: number;
  /** By `at`, ascending; an hour of which nothing was recorded is not there. */
  readonly points: readonly HistoryPoint[];
};

/** What is read from the rows at one moment, and shared by all who ask within the minute. */
export type MetricsSummary = {
  readonly partner_id: string;
  /** Whose rows alone these are; null: all of the partner's. */
  readonly location_ref: string | null;
  readonly category: string | null;
  readonly as_of: string;
  readonly items: ItemCounts;
  readonly freshness: FreshnessFigures;
  readonly proof: ProofFigures & { readonly newest: readonly NewestProof[] };
  readonly alerts: { readonly low_stock: Alert; readonly out_of_stock: Alert };
  /** By category, null last. */
  readonly by_category: readonly CategoryFigures[];
  /** By `location_ref`; those without rows too. */
  readonly by_location: readonly LocationFigures[];
};

/** The answer to `GET /inventory/metrics`, as the wire shows it: ids are TypeIDs, instants RFC 3339 in UTC. */
export type InventoryMetrics = MetricsSummary & { readonly history: History };

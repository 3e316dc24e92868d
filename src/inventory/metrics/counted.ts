import type { Availability, VerificationMethod } from "../../stock-words.ts";

/** Instants of verification, epoch milliseconds; null where there are no rows. */
type VerifiedColumn =
  | "verified_p50_ms"
  | "verified_p90_ms"
  | "verified_p99_ms"
  | "newest_verified_ms"
  | "oldest_verified_ms";

/**
 * What is counted of a set of listed rows, as the database hands it over and keeps it. By kind are those with a proof;
 * `p90` of `verified_at` is the instant since which 90 in 100 were verified.
 */
export type Counted = Readonly<
  Record<Availability | VerificationMethod | "total" | "fresh" | "stale", number> &
    Record<VerifiedColumn, number | null>
>;

/** An offender's row. Ids are UUIDs, instants epoch milliseconds. */
export type OffenderRow = {
  readonly item_id: string;
  readonly external_ref: string;
  readonly title: string;
  readonly location_id: string;
  readonly location_ref: string;
  readonly quantity: number;
  readonly verified_ms: number;
};

/** A proof with the row that shows it. */
export type ProofRow = {
  readonly proof_id: string;
  readonly kind: VerificationMethod;
  readonly media_url: string | null;
  readonly sha256: string | null;
  readonly captured_ms: number;
  readonly received_ms: number;
  readonly distance_m: number | null;
  readonly item_id: string;
  readonly external_ref: string;
  readonly location_id: string;
  readonly location_ref: string;
};

type CountedCategory = { readonly category: string | null; readonly counted: Counted };

type CountedLocation = {
  readonly location_id: string;
  readonly location_ref: string;
  readonly name: string;
  /** Null where the location has no rows. */
  readonly counted: Counted | null;
};

/** All that a summary is made of, as the database keeps it. */
export type SummaryRows = {
  readonly counted: Counted;
  readonly by_category: readonly CountedCategory[];
  readonly by_location: readonly CountedLocation[];
  readonly newest_proofs: readonly ProofRow[];
  readonly low_stock: readonly OffenderRow[];
  readonly out_of_stock: readonly OffenderRow[];
};

/** What was counted within an hour, whole partner, at `taken_ms`. */
export type SnapshotRow = {
  readonly hour_ms: number;
  readonly taken_ms: number;
  readonly counted: Counted;
};

/** Of no rows at all. */
export const NOTHING_COUNTED: Counted = {
  total: 0,
  in_stock: 0,
  low_stock: 0,
  out_of_stock: 0,
  on_request: 0,
  scheduled_only: 0,
  fresh: 0,
  stale: 0,
  shelf_snap: 0,
  count: 0,
  pos_sync: 0,
  assertion: 0,
  verified_p50_ms: null,
  verified_p90_ms: null,
  verified_p99_ms: null,
  newest_verified_ms: null,
  oldest_verified_ms: null,
};

/** The words of the contract for a stock row; PostgreSQL knows them as enums of the same names. */

export const AVAILABILITIES = [
  "in_stock",
  "low_stock",
  "out_of_stock",
  "on_request",
  "scheduled_only",
] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export const VERIFICATION_METHODS = ["shelf_snap", "count", "pos_sync", "assertion"] as const;
export type VerificationMethod = (typeof VERIFICATION_METHODS)[number];

import type { Proof } from "./inventory.ts";
import type { Availability, VerificationMethod } from "./stock.ts";

/** Which figures, and how far back. */
export type MetricsQuery = {
  /** Your own; operators must name one. */
  partner_id?: string | undefined;
  location_ref?: string | undefined;
  category?: string | undefined;
  /** How far back `history` goes; a day when left out. */
  window?: "24h" | "7d" | "30d" | undefined;
};

/** What is told of any set of rows. Ratios lie between 0 and 1, and are null where there are no rows. */
export type Figures = {
  items: { total: number; by_availability: Record<Availability, number> };
  freshness: {
    window_s: number;
    fresh: number;
    aging: number;
    stale: number;
    fresh_ratio: number | null;
    age_s: Record<"p50" | "p90" | "p99" | "max", number | null>;
  };
  proof: {
    items_with_proof: number;
    coverage: number | null;
    by_kind: Record<VerificationMethod, number>;
  };
};

/** Names an item at a location. */
type RowName = { item_id: string; external_ref: string; location_id: string; location_ref: string };

/** A row that needs somebody's attention. */
export type Offender = RowName & { title: string; quantity: number; verified_at: string; age_s: number };

/** How many rows need attention, and the ten that need it most. */
export type Alert = { count: number; worst: Offender[] };

/** How true a partner's inventory is. */
export type InventoryMetrics = {
  partner_id: string;
  location_ref: string | null;
  category: string | null;
  /** Everything acknowledged before this moment is in the figures: at most 60 seconds ago. */
  as_of: string;
  items: Figures["items"];
  freshness: Figures["freshness"];
  proof: Figures["proof"] & { newest: (Proof & RowName)[] };
  alerts: { low_stock: Alert; out_of_stock: Alert };
  by_category: (Figures & { category: string | null })[];
  by_location: (Figures & {
    location_id: string;
    location_ref: string;
    name: string;
    last_verified_at: string | null;
  })[];
  history: {
    window: "24h" | "7d" | "30d";
    interval_s: number;
    points: (Figures & { at: string })[];
  };
};

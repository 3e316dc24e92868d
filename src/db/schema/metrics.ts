import { index, json, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { partners } from "./partners.ts";

/** Metrics as computed last, shared by all who ask: see `recomputeStatement`. */
export const metricsSummaries = pgTable(
  "metrics_summaries",
  {
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    /** Which part of the partner's rows: see `filterKey`. */
    filter: text("filter").notNull(),
    /** Everything committed before it is counted. */
    asOf: instant("as_of").notNull(),
    /** `SummaryRows`. */
    rows: json("rows").notNull(),
  },
  (t) => [primaryKey({ name: "metrics_summaries_pkey", columns: [t.partnerId, t.filter] })],
);

/** What was counted of a partner's rows, once an hour, kept for 90 days. */
export const metricsSnapshots = pgTable(
  "metrics_snapshots",
  {
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    /** Its beginning. */
    hour: instant("hour").notNull(),
    takenAt: instant("taken_at").notNull(),
    /** `Counted`. */
    counted: json("counted").notNull(),
  },
  (t) => [
    primaryKey({ name: "metrics_snapshots_pkey", columns: [t.partnerId, t.hour] }),
    // For the sweep.
    index("metrics_snapshots_hour_idx").on(t.hour),
  ],
);

import { sql } from "drizzle-orm";
import { bigint, check, index, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { partners } from "./partners.ts";

/** What happened in a partner's shop or on its site, by its own account, kept for 90 days. */
export const commerceEvents = pgTable(
  "commerce_events",
  {
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    /** The partner's own name of it. */
    eventId: text("event_id").notNull(),
    type: text("type").notNull(),
    occurredAt: instant("occurred_at").notNull(),
    receivedAt: instant("received_at").notNull(),
    externalRef: text("external_ref"),
    valueAmount: bigint("value_amount", { mode: "number" }),
    valueCurrency: text("value_currency"),
    /** SHA-256 hashes alone, by what was hashed. */
    userData: jsonb("user_data"),
  },
  (t) => [
    primaryKey({ name: "commerce_events_pkey", columns: [t.partnerId, t.eventId] }),
    // For the sweep.
    index("commerce_events_received_idx").on(t.receivedAt),
    check("commerce_events_value_check", sql`num_nulls(${t.valueAmount}, ${t.valueCurrency}) in (0, 2)`),
  ],
);

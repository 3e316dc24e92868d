import { sql } from "drizzle-orm";
import { index, pgEnum, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/** `pending` until every endpoint that is to be told has its delivery. */
export const outboxStatus = pgEnum("outbox_status", ["pending", "dispatched"]);

/**
 * What others are to be told, written in the statement that made it so: see `outboxCte`. No foreign keys: an event
 * outlives what it tells of.
 */
export const outboxEvents = pgTable(
  "outbox_events",
  {
    eventId: uuid("event_id").primaryKey(),
    partnerId: uuid("partner_id").notNull(),
    type: text("type").notNull(),
    /** The body of every delivery, byte for byte. */
    payload: text("payload").notNull(),
    createdAt: instant("created_at").notNull(),
    status: outboxStatus("status").notNull().default("pending"),
  },
  (t) => [index("outbox_events_pending_idx").on(t.eventId).where(sql`${t.status} = 'pending'`)],
);

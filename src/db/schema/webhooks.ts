import { sql } from "drizzle-orm";
import { check, foreignKey, index, integer, pgEnum, pgTable, text, unique, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";
import { outboxEvents } from "./outbox.ts";
import { partners } from "./partners.ts";

/** `paused` by its partner: deliveries wait. `disabled` by us: deliveries fail unsent until it is made active again. */
export const webhookStatus = pgEnum("webhook_status", ["active", "paused", "disabled"]);

/** Where a partner wants events sent. */
export const webhookEndpoints = pgTable(
  "webhook_endpoints",
  {
    endpointId: uuid("endpoint_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    url: text("url").notNull(),
    description: text("description"),
    /** Event types; `*` and `commerce.*` stand for many. */
    events: text("events").array().notNull(),
    status: webhookStatus("status").notNull().default("active"),
    /** Why it is disabled: it answered 410 (`gone`), or failed for days (`failing`). */
    disabledReason: text("disabled_reason"),
    disabledAt: instant("disabled_at"),
    /** The signing secret, encrypted: see `SecretBox`. */
    sealedSecret: bytea("sealed_secret").notNull(),
    /** The one before a rotation, with which deliveries are signed too until `previous_secret_until`. */
    sealedPreviousSecret: bytea("sealed_previous_secret"),
    previousSecretUntil: instant("previous_secret_until"),
    /** When the first attempt failed since the last that did not; null when the last attempt did not fail. */
    failingSince: instant("failing_since"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("webhook_endpoints_tenant_key").on(t.partnerId, t.endpointId),
    check(
      "webhook_endpoints_disabled_check",
      sql`(${t.status} = 'disabled') = (${t.disabledAt} is not null) and num_nulls(${t.disabledAt}, ${t.disabledReason}) in (0, 2)`,
    ),
    check(
      "webhook_endpoints_previous_secret_check",
      sql`num_nulls(${t.sealedPreviousSecret}, ${t.previousSecretUntil}) in (0, 2)`,
    ),
  ],
);

/** `failed`: nothing more is tried unless it is redelivered. */
export const deliveryStatus = pgEnum("delivery_status", ["pending", "delivered", "failed"]);

/** One event on its way to one endpoint. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    deliveryId: uuid("delivery_id").primaryKey(),
    partnerId: uuid("partner_id").notNull(),
    endpointId: uuid("endpoint_id").notNull(),
    eventId: uuid("event_id")
      .notNull()
      .references(() => outboxEvents.eventId),
    status: deliveryStatus("status").notNull().default("pending"),
    /** How often it was sent in all. */
    attempts: integer("attempts").notNull().default(0),
    /** How often it has failed since it was last scheduled from the start: the step of the retry schedule. */
    failures: integer("failures").notNull().default(0),
    /** Null once nothing more is tried. */
    nextAttemptAt: instant("next_attempt_at"),
    /** Somebody is sending it until then: `lease_id` says who. */
    leasedUntil: instant("leased_until"),
    leaseId: uuid("lease_id"),
    lastAttemptAt: instant("last_attempt_at"),
    /** Of the last attempt: the HTTP status of the answer, null when there was none. */
    responseCode: integer("response_code"),
    /** Of the last attempt: the beginning of the answer's body. */
    responseBody: text("response_body"),
    durationMs: integer("duration_ms"),
    /** Of the last attempt: what went wrong; null when nothing did. */
    error: text("error"),
    createdAt: instant("created_at").notNull(),
    /** When it was delivered or given up. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    unique("webhook_deliveries_event_key").on(t.endpointId, t.eventId),
    index("webhook_deliveries_due_idx").on(t.endpointId, t.nextAttemptAt).where(sql`${t.status} = 'pending'`),
    index("webhook_deliveries_list_idx").on(t.endpointId, t.deliveryId),
    // Few among many.
    index("webhook_deliveries_failed_idx").on(t.endpointId, t.deliveryId).where(sql`${t.status} = 'failed'`),
    // For the sweeps.
    index("webhook_deliveries_event_idx").on(t.eventId),
    index("webhook_deliveries_ended_idx").on(t.endedAt).where(sql`${t.endedAt} is not null`),
    foreignKey({
      name: "webhook_deliveries_endpoint_fk",
      columns: [t.partnerId, t.endpointId],
      foreignColumns: [webhookEndpoints.partnerId, webhookEndpoints.endpointId],
    }).onDelete("cascade"),
    check(
      "webhook_deliveries_status_check",
      sql`(${t.status} = 'pending') = (${t.nextAttemptAt} is not null) and (${t.status} = 'pending') = (${t.endedAt} is null)`,
    ),
    check("webhook_deliveries_lease_check", sql`num_nulls(${t.leasedUntil}, ${t.leaseId}) in (0, 2)`),
  ],
);

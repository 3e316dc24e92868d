import { sql } from "drizzle-orm";
import { check, index, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

/** What was done under an Idempotency-Key, kept for 24 hours: see `writeOnce`. */
export const idempotencyRecords = pgTable(
  "idempotency_records",
  {
    /** Whose keys these are: those of different callers do not meet. */
    scope: text("scope").notNull(),
    /** Method and path. */
    route: text("route").notNull(),
    key: text("key").notNull(),
    bodySha256: bytea("body_sha256").notNull(),
    /** Names the attempt that wrote this, so that it knows its own record again. */
    writeId: uuid("write_id").notNull(),
    /** JSON from which the answer is made again, without secrets. */
    outcome: text("outcome").notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "idempotency_records_pkey", columns: [t.scope, t.route, t.key] }),
    index("idempotency_records_age_idx").on(t.createdAt),
    check("idempotency_records_sha256_check", sql`octet_length(${t.bodySha256}) = 32`),
  ],
);

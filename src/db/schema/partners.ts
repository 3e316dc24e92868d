import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  index,
  integer,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, instant } from "./columns.ts";

export const partnerStatus = pgEnum("partner_status", ["pending", "approved", "suspended"]);

export const partners = pgTable(
  "partners",
  {
    partnerId: uuid("partner_id").primaryKey(),
    name: text("name").notNull(),
    contactEmail: text("contact_email").notNull(),
    status: partnerStatus("status").notNull().default("pending"),
    createdAt: instant("created_at").notNull().defaultNow(),
    /** When it was last approved. */
    approvedAt: instant("approved_at"),
    /** Since when it has been suspended. */
    suspendedAt: instant("suspended_at"),
    /** Raised by triggers with every change of its name, its status, or what nearby shows of its items. */
    catalogVersion: bigint("catalog_version", { mode: "number" }).notNull().default(1),
  },
  (t) => [index("partners_status_idx").on(t.status, t.partnerId)],
);

export const apiKeys = pgTable(
  "api_keys",
  {
    keyId: uuid("key_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    label: text("label").notNull(),
    /** The key's first characters, enough for its owner to recognise it and for nobody to use it. */
    prefix: text("prefix").notNull(),
    sha256: bytea("sha256").notNull(),
    scopes: text("scopes").array().notNull(),
    createdAt: instant("created_at").notNull().defaultNow(),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
    lastUsedAt: instant("last_used_at"),
  },
  (t) => [
    unique("api_keys_sha256_key").on(t.sha256),
    index("api_keys_partner_idx").on(t.partnerId),
    check("api_keys_sha256_check", sql`octet_length(${t.sha256}) = 32`),
  ],
);

/** The limits of partners that are not those of `src/limits/policies.ts`. */
export const limitOverrides = pgTable(
  "limit_overrides",
  {
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    /** A policy's name. */
    policy: text("policy").notNull(),
    /** How many requests pass in any window of the policy. */
    permits: integer("permits").notNull(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ columns: [t.partnerId, t.policy] }),
    check("limit_overrides_permits_check", sql`${t.permits} > 0`),
  ],
);

/**
 * Who did what, when and from where. A trigger refuses UPDATE, DELETE and TRUNCATE. No foreign keys: what happened
 * stays known when what it happened to is gone.
 */
export const auditRecords = pgTable(
  "audit_records",
  {
    auditId: uuid("audit_id").primaryKey(),
    /** Whose affair it is; null when it is no partner's. */
    partnerId: uuid("partner_id"),
    action: text("action").notNull(),
    actorKind: text("actor_kind").notNull(),
    actorId: text("actor_id").notNull(),
    /** The wire's prefix of `subject_id`. */
    subjectKind: text("subject_kind").notNull(),
    subjectId: uuid("subject_id").notNull(),
    /** Never a secret, nor a hash of one. */
    details: jsonb("details").notNull(),
    address: text("address"),
    createdAt: instant("created_at").notNull().defaultNow(),
  },
  (t) => [index("audit_records_partner_idx").on(t.partnerId, t.auditId)],
);

import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  customType,
  doublePrecision,
  foreignKey,
  index,
  integer,
  json,
  jsonb,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uuid,
} from "drizzle-orm/pg-core";

/**
 * Every id is a UUIDv7, so that rows lie in the order in which they were made; the wire shows it as a TypeID.
 * Every instant has the millisecond precision of a JavaScript clock, so that a cursor can name one exactly.
 * Every row carries its tenant, and composite foreign keys keep a row from pointing into another tenant.
 */
const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3, mode: "date" });

const bytea = customType<{ data: Uint8Array }>({ dataType: () => "bytea" });

export const partnerStatus = pgEnum("partner_status", ["pending", "approved", "suspended"]);
export const availability = pgEnum("availability", [
  "in_stock",
  "low_stock",
  "out_of_stock",
  "on_request",
  "scheduled_only",
]);
export const verificationMethod = pgEnum("verification_method", [
  "shelf_snap",
  "count",
  "pos_sync",
  "assertion",
]);

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

export const locations = pgTable(
  "locations",
  {
    locationId: uuid("location_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    locationRef: text("location_ref").notNull(),
    name: text("name").notNull(),
    address: text("address"),
    lat: doublePrecision("lat").notNull(),
    lng: doublePrecision("lng").notNull(),
    /** H3 cell at resolution 15; a coarser cell is one contiguous range of these. With the next three: `locationPosition`. */
    h3Cell: bigint("h3_cell", { mode: "bigint" }).notNull(),
    /** Earth-centred, earth-fixed position on the WGS-84 ellipsoid, metres: what distance is computed from. */
    xM: doublePrecision("x_m").notNull(),
    yM: doublePrecision("y_m").notNull(),
    zM: doublePrecision("z_m").notNull(),
    timezone: text("timezone").notNull(),
    /** `[{day, opens, closes}]`; absent means always open. */
    openingHours: jsonb("opening_hours").$type<{ day: string; opens: string; closes: string }[]>(),
    deliveryRadiusM: integer("delivery_radius_m"),
    prepMinutes: integer("prep_minutes"),
    speedKmh: doublePrecision("speed_kmh"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("locations_partner_ref_key").on(t.partnerId, t.locationRef),
    unique("locations_tenant_key").on(t.partnerId, t.locationId),
    // Everything that decides which locations are near, so that the search does not touch the table.
    index("locations_near_idx").on(t.h3Cell, t.locationId, t.partnerId, t.xM, t.yM, t.zM),
    check("locations_lat_check", sql`${t.lat} between -90 and 90`),
    check("locations_lng_check", sql`${t.lng} between -180 and 180`),
    check(
      "locations_delivery_check",
      sql`num_nulls(${t.deliveryRadiusM}, ${t.prepMinutes}, ${t.speedKmh}) in (0, 3)
        and ${t.deliveryRadiusM} >= 0 and ${t.prepMinutes} >= 0 and ${t.speedKmh} > 0`,
    ),
  ],
);

export const items = pgTable(
  "items",
  {
    itemId: uuid("item_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    externalRef: text("external_ref").notNull(),
    /** Null while nobody has said what it is, or since it was deleted. */
    title: text("title"),
    description: text("description"),
    brand: text("brand"),
    category: text("category"),
    /** GTIN-14: shorter GTINs are stored with their leading zeros. */
    gtin: text("gtin"),
    imageUrl: text("image_url"),
    buyUrl: text("buy_url"),
    /** `searchKeys(title, brand, category)`: what a product search is compared with. */
    searchKeys: text("search_keys").array().notNull(),
    /** Of when the details are: the newest observation of any of them. */
    detailsObservedAt: instant("details_observed_at"),
    /** Where each detail comes from, when they do not all come from one observation: see `DetailRegisters`. */
    detailRegisters: jsonb("detail_registers"),
    /** Whatever was observed of it before this, at any location, is deleted. */
    deletedObservedAt: instant("deleted_observed_at"),
    createdAt: instant("created_at").notNull().defaultNow(),
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    unique("items_partner_ref_key").on(t.partnerId, t.externalRef),
    unique("items_tenant_key").on(t.partnerId, t.itemId),
    // By tenant first: a word as common as "milk" must cost what one partner has of it, not what the world has.
    index("items_search_keys_idx").using("gin", t.partnerId, t.searchKeys).with({ fastupdate: "off" }),
    index("items_gtin_idx").on(t.partnerId, t.gtin),
    // For the sweep of tombstones.
    index("items_untitled_idx").on(t.updatedAt).where(sql`${t.title} IS NULL`),
    check("items_gtin_check", sql`${t.gtin} ~ '^[0-9]{14}$'`),
  ],
);

export const proofs = pgTable(
  "proofs",
  {
    proofId: uuid("proof_id").primaryKey(),
    partnerId: uuid("partner_id").notNull(),
    locationId: uuid("location_id").notNull(),
    itemId: uuid("item_id").notNull(),
    kind: verificationMethod("kind").notNull(),
    mediaUrl: text("media_url"),
    sha256: bytea("sha256"),
    capturedAt: instant("captured_at").notNull(),
    capturedLat: doublePrecision("captured_lat"),
    capturedLng: doublePrecision("captured_lng"),
    receivedAt: instant("received_at").notNull().defaultNow(),
    distanceFromLocationM: doublePrecision("distance_from_location_m"),
    /** What was sent, as canonical JSON (RFC 8785). */
    observedJson: text("observed_json"),
  },
  (t) => [
    unique("proofs_tenant_key").on(t.partnerId, t.proofId),
    // For the cascades below.
    index("proofs_location_idx").on(t.locationId),
    index("proofs_item_idx").on(t.itemId),
    foreignKey({
      name: "proofs_location_fk",
      columns: [t.partnerId, t.locationId],
      foreignColumns: [locations.partnerId, locations.locationId],
    }).onDelete("cascade"),
    foreignKey({
      name: "proofs_item_fk",
      columns: [t.partnerId, t.itemId],
      foreignColumns: [items.partnerId, items.itemId],
    }).onDelete("cascade"),
    check("proofs_sha256_check", sql`octet_length(${t.sha256}) = 32`),
  ],
);

/** One item at one location. Its price and its stock are there as a whole or not at all. */
export const stockRows = pgTable(
  "stock_rows",
  {
    locationId: uuid("location_id").notNull(),
    itemId: uuid("item_id").notNull(),
    partnerId: uuid("partner_id").notNull(),
    proofId: uuid("proof_id"),
    verifiedAt: instant("verified_at"),
    priceAmount: bigint("price_amount", { mode: "number" }),
    availability: availability("availability"),
    verificationMethod: verificationMethod("verification_method"),
    quantity: integer("quantity"),
    reserved: integer("reserved").notNull().default(0),
    priceCurrency: text("price_currency"),
    /** Whether anybody sees it: title, price and stock are known. */
    listed: boolean("listed").notNull().default(true),
    /** Whether the availability was said, rather than derived from the quantity. */
    availabilityStated: boolean("availability_stated").notNull().default(false),
    /** Counts its changes, from 1. */
    version: integer("version").notNull().default(1),
    priceObservedAt: instant("price_observed_at"),
    stockObservedAt: instant("stock_observed_at"),
    /** Of when the newest count is; adjustments do not move it. */
    countedObservedAt: instant("counted_observed_at"),
    /** When it last changed, and not merely was confirmed. */
    updatedAt: instant("updated_at").notNull().defaultNow(),
  },
  (t) => [
    primaryKey({ name: "stock_rows_pkey", columns: [t.locationId, t.itemId] }),
    index("stock_rows_item_idx").on(t.itemId, t.locationId),
    index("stock_rows_proof_idx").on(t.proofId).where(sql`${t.proofId} IS NOT NULL`),
    index("stock_rows_changes_idx")
      .on(t.partnerId, t.updatedAt, t.itemId, t.locationId)
      .where(sql`${t.listed}`),
    // For the sweep of tombstones.
    index("stock_rows_unlisted_idx").on(t.updatedAt).where(sql`NOT ${t.listed}`),
    // No cascades: a row that a statement could not see would go without leaving its event behind. See `deleteLocation`.
    foreignKey({
      name: "stock_rows_location_fk",
      columns: [t.partnerId, t.locationId],
      foreignColumns: [locations.partnerId, locations.locationId],
    }),
    foreignKey({
      name: "stock_rows_item_fk",
      columns: [t.partnerId, t.itemId],
      foreignColumns: [items.partnerId, items.itemId],
    }),
    foreignKey({
      name: "stock_rows_proof_fk",
      columns: [t.partnerId, t.proofId],
      foreignColumns: [proofs.partnerId, proofs.proofId],
    }),
    check("stock_rows_quantity_check", sql`${t.quantity} between 0 and 1000000`),
    check("stock_rows_reserved_check", sql`${t.reserved} >= 0`),
    check(
      "stock_rows_price_check",
      sql`${t.priceAmount} >= 0 and num_nulls(${t.priceAmount}, ${t.priceCurrency}) in (0, 2)`,
    ),
    check("stock_rows_currency_check", sql`${t.priceCurrency} ~ '^[A-Z]{3}$'`),
    check(
      "stock_rows_stock_check",
      sql`num_nulls(${t.quantity}, ${t.availability}, ${t.verifiedAt}, ${t.verificationMethod}) in (0, 4)
        and (${t.proofId} is null or ${t.quantity} is not null)`,
    ),
    check("stock_rows_listed_check", sql`not ${t.listed} or num_nulls(${t.priceAmount}, ${t.quantity}) = 0`),
  ],
);

/**
 * What tells whether a location, as nearby shows it, has changed. Kept by triggers alone (`drizzle/0006_shelves.sql`), so
 * that no writer can forget; not in `locations`, where each change would rewrite a wide row.
 */
export const shelves = pgTable(
  "shelves",
  {
    locationId: uuid("location_id").primaryKey(),
    partnerId: uuid("partner_id").notNull(),
    /** Raised with every change of the location, its stock rows and their proofs. */
    version: bigint("version", { mode: "number" }).notNull().default(1),
    /** How many stock rows the location has, listed or not. */
    rowCount: integer("row_count").notNull().default(0),
  },
  (t) => [
    foreignKey({
      name: "shelves_location_fk",
      columns: [t.partnerId, t.locationId],
      foreignColumns: [locations.partnerId, locations.locationId],
    }).onDelete("cascade"),
  ],
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

export const orderStatus = pgEnum("order_status", [
  "paid",
  "confirmed",
  "preparing",
  "ready",
  "on_the_way",
  "delivered",
  "cancelled",
]);

/** What a buyer has paid for. */
export const orders = pgTable(
  "orders",
  {
    orderId: uuid("order_id").primaryKey(),
    partnerId: uuid("partner_id")
      .notNull()
      .references(() => partners.partnerId),
    status: orderStatus("status").notNull().default("paid"),
    paymentRef: text("payment_ref").notNull(),
    /** `{name, phone, address, lat, lng}`: here and nowhere else; null once erased, 90 days after the order's end. */
    deliverTo: json("deliver_to"),
    /** Counts its changes, from 1. */
    version: integer("version").notNull().default(1),
    createdAt: instant("created_at").notNull(),
    updatedAt: instant("updated_at").notNull(),
    /** When its stock was taken from the count. */
    confirmedAt: instant("confirmed_at"),
    /** When it was delivered or cancelled. */
    endedAt: instant("ended_at"),
  },
  (t) => [
    unique("orders_tenant_key").on(t.partnerId, t.orderId),
    index("orders_changes_idx").on(t.partnerId, t.updatedAt),
    // For the erasure of contact data.
    index("orders_contact_idx").on(t.endedAt).where(sql`${t.deliverTo} is not null`),
    check(
      "orders_ended_check",
      sql`(${t.status} in ('delivered', 'cancelled')) = (${t.endedAt} is not null)`,
    ),
  ],
);

/** One item of an order, as it was when it was paid. No foreign keys to what it names: an order outlives its items. */
export const orderLines = pgTable(
  "order_lines",
  {
    orderId: uuid("order_id").notNull(),
    /** From 1, in the order in which they were asked for. */
    line: integer("line").notNull(),
    partnerId: uuid("partner_id").notNull(),
    locationId: uuid("location_id").notNull(),
    itemId: uuid("item_id").notNull(),
    externalRef: text("external_ref").notNull(),
    locationRef: text("location_ref").notNull(),
    title: text("title").notNull(),
    quantity: integer("quantity").notNull(),
    priceAmount: bigint("price_amount", { mode: "number" }).notNull(),
    priceCurrency: text("price_currency").notNull(),
    /** By how much the count dropped when the order was confirmed; null until then. */
    taken: integer("taken"),
    /** What the row's `counted_observed_at` was then: a newer count knows of the drop by itself. */
    takenFromCountAt: instant("taken_from_count_at"),
  },
  (t) => [
    primaryKey({ name: "order_lines_pkey", columns: [t.orderId, t.line] }),
    unique("order_lines_row_key").on(t.orderId, t.locationId, t.itemId),
    foreignKey({
      name: "order_lines_order_fk",
      columns: [t.partnerId, t.orderId],
      foreignColumns: [orders.partnerId, orders.orderId],
    }).onDelete("cascade"),
    check("order_lines_quantity_check", sql`${t.quantity} > 0`),
  ],
);

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

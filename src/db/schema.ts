/**
 * The tables, by capability.
 *
 * Every id is a UUIDv7, so that rows lie in the order in which they were made; the wire shows it as a TypeID.
 * Every row carries its tenant, and composite foreign keys keep a row from pointing into another tenant.
 */
export * from "./schema/events.ts";
export * from "./schema/locations.ts";
export * from "./schema/metrics.ts";
export * from "./schema/orders.ts";
export * from "./schema/outbox.ts";
export * from "./schema/partners.ts";
export * from "./schema/stock.ts";
export * from "./schema/webhooks.ts";
export * from "./schema/writes.ts";

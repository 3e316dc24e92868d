import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  check,
  doublePrecision,
  foreignKey,
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
import { locations } from "./locations.ts";
import { partners } from "./partners.ts";

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

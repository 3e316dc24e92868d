import { sql } from "drizzle-orm";
import {
  bigint,
  check,
  foreignKey,
  index,
  integer,
  json,
  pgEnum,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";
import { partners } from "./partners.ts";

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

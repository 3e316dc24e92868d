import type { CatalogItem } from "./catalog.ts";
import type { OrderStatus } from "./orders.ts";
import type { Price } from "./stock.ts";

/** What every delivery holds. The same `id` has the same bytes on every attempt. */
type Event<Type extends string, Data> = {
  id: string;
  type: Type;
  created_at: string;
  partner_id: string;
  data: Data;
};

/** Which row: an item at a location. */
export type CatalogEventName = {
  external_ref: string;
  item_id: string;
  location_ref: string;
  location_id: string;
};

/** A row is new or changed: how it is now. Of two, the one with the larger `version` is newer. */
export type CatalogItemUpserted = Event<
  "catalog.item.upserted",
  CatalogEventName & Omit<CatalogItem, "description" | "updated_at">
>;

/** A row is no longer offered. Its `version` is larger than those before. */
export type CatalogItemDeleted = Event<"catalog.item.deleted", CatalogEventName & { version: number }>;

/** A buyer paid. Who gets it is in the order alone: read it by its id. */
export type OrderPaid = Event<
  "order.paid",
  {
    order_id: string;
    status: OrderStatus;
    payment_ref: string;
    version: number;
    created_at: string;
    totals: Price[];
    /** Without refs when `refs_omitted`: so many lines would not fit. */
    lines: {
      item_id: string;
      external_ref?: string | undefined;
      location_id: string;
      location_ref?: string | undefined;
      quantity: number;
      price: Price;
    }[];
    refs_omitted: boolean;
  }
>;

/** An order went forward, or was cancelled. Of two, the one with the larger `version` is newer. */
export type OrderStatusUpdated = Event<
  "order.status.updated",
  {
    order_id: string;
    status: OrderStatus;
    previous_status: OrderStatus;
    version: number;
    updated_at: string;
  }
>;

/** Something that your shop told of with `events.track()`. */
export type CommerceEventReceived = Event<
  `commerce.${string}`,
  {
    event_id: string;
    occurred_at: string;
    external_ref: string | null;
    value: Price | null;
    user_data: Record<string, string> | null;
  }
>;

/** A test that you sent from the dashboard. */
export type WebhookTest = Event<"webhook.test", { message: string }>;

/** A verified delivery. Later versions of the service may send types that are not among these: ignore those. */
export type WebhookEvent =
  | CatalogItemUpserted
  | CatalogItemDeleted
  | OrderPaid
  | OrderStatusUpdated
  | CommerceEventReceived
  | WebhookTest;

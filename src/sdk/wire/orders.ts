import type { Page, Price } from "./stock.ts";

/** How far an order is; only forward, or cancelled. */
export type OrderStatus =
  | "paid"
  | "confirmed"
  | "preparing"
  | "ready"
  | "on_the_way"
  | "delivered"
  | "cancelled";

/** The statuses that you can give an order. */
export type NextOrderStatus = Exclude<OrderStatus, "paid">;

export type OrderLine = {
  item_id: string;
  external_ref: string;
  title: string;
  location_id: string;
  location_ref: string;
  quantity: number;
  /** Of one piece, as it was when it was ordered. */
  price: Price;
};

/** A paid order. */
export type Order = {
  order_id: string;
  partner_id: string;
  status: OrderStatus;
  lines: OrderLine[];
  /** One for each currency. */
  totals: Price[];
  /** Erased 90 days after the order's end. */
  deliver_to: { name: string; phone: string; address: string; lat: number; lng: number } | null;
  payment_ref: string;
  /** Counts up by one per change. */
  version: number;
  created_at: string;
  updated_at: string;
  confirmed_at: string | null;
  ended_at: string | null;
};

export type OrderPage = Page<Order>;

export type OrdersQuery = {
  /** All when left out. */
  status?: readonly OrderStatus[] | undefined;
  /** Only what changed at that instant (RFC 3339) or later. */
  updated_since?: string | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
};

/** How an order stands, and where it can go from there. */

/** What a partner can make of an order, in the order of its way; steps may be left out, and none is gone back. */
export const NEXT_STATUSES = [
  "confirmed",
  "preparing",
  "ready",
  "on_the_way",
  "delivered",
  "cancelled",
] as const;
export type NextStatus = (typeof NEXT_STATUSES)[number];

export const ORDER_STATUSES = ["paid", ...NEXT_STATUSES] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** What an order of this status can still become; nothing, once it has ended. */
export function statusesAfter(status: OrderStatus): readonly NextStatus[] {
  if (hasEnded(status)) return [];
  const place = ORDER_STATUSES.indexOf(status);
  return NEXT_STATUSES.filter((next) => ORDER_STATUSES.indexOf(next) > place);
}

/** From which statuses an order can become `next`. */
export function statusesBefore(next: NextStatus): readonly OrderStatus[] {
  return ORDER_STATUSES.filter((status) => statusesAfter(status).includes(next));
}

/** Whether an order of this status is over: nothing happens to it any more. */
export function hasEnded(status: OrderStatus): boolean {
  return status === "delivered" || status === "cancelled";
}

import { pageOf } from "../http/list-parameters.ts";
import type { OrdersContext } from "./context.ts";
import { type OrderListQuery, readOrders } from "./queries.ts";
import { orderOf } from "./records.ts";

/** One page of the partner's orders, the newest first. */
export async function listOrders(
  { database }: OrdersContext,
  { limit, ...query }: Omit<OrderListQuery, "rows"> & { readonly limit: number },
) {
  const orders = await readOrders(database, { ...query, rows: limit + 1 });
  return pageOf(
    orders.map((order) => orderOf(order, order.deliver_to)),
    limit,
    (order) => order.order_id,
  );
}

import { noSuchOrder, type OrdersContext } from "./context.ts";
import { type OrderName, readOrder as read } from "./queries.ts";
import { orderOf } from "./records.ts";
import type { Order } from "./schema.ts";

/**
 * The partner's order of this id.
 * @throws {Problem} 404 when there is none.
 */
export async function readOrder({ database }: OrdersContext, name: OrderName): Promise<Order> {
  const order = await read(database, name);
  if (order === undefined) throw noSuchOrder();
  return orderOf(order, order.deliver_to);
}

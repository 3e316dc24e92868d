import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { bindInstant } from "../db/statement-values.ts";
import { orderColumns } from "./order-columns.ts";
import type { OrderStatus } from "./order-status.ts";
import type { OrderRow } from "./records.ts";
import type { DeliverTo } from "./schema.ts";

/** An order as it stands, with to whom it goes; null once that is erased. */
export type KeptOrder = OrderRow & { readonly deliver_to: DeliverTo | null };

/** Which order: of whom, and its id (UUIDs). */
export type OrderName = { readonly partnerId: string; readonly orderId: string };

export type OrderListQuery = {
  readonly partnerId: string;
  readonly statuses: readonly OrderStatus[];
  readonly updatedSinceMs: number | undefined;
  readonly after: string | undefined;
  readonly rows: number;
};

const COLUMNS = `${orderColumns("orders")}, orders.deliver_to`;

/** The partner's order of this id, if there is one. */
export async function readOrder(
  database: Pick<Database, "queryRows">,
  { partnerId, orderId }: OrderName,
): Promise<KeptOrder | undefined> {
  const rows = await database.queryRows(
    `SELECT row_to_json(o) FROM (SELECT ${COLUMNS} FROM orders WHERE partner_id = $1 AND order_id = $2) o`,
    [partnerId, orderId],
  );
  return rows[0]?.[0] as KeptOrder | undefined;
}

/** To whom the order goes; null when nobody knows (any more). */
export async function readContact(
  database: Pick<Database, "queryRows">,
  { partnerId, orderId }: OrderName,
): Promise<DeliverTo | null> {
  const rows = await database.queryRows(
    "SELECT deliver_to FROM orders WHERE partner_id = $1 AND order_id = $2",
    [partnerId, orderId],
  );
  return (rows[0]?.[0] ?? null) as DeliverTo | null;
}

/** At most `rows` orders of the partner, the newest first, after the one of id `after`. */
export async function readOrders(
  database: Pick<Database, "queryRows">,
  { partnerId, statuses, updatedSinceMs, after, rows }: OrderListQuery,
): Promise<KeptOrder[]> {
  const found = await newestRows(database, {
    table: "orders",
    id: "order_id",
    columns: COLUMNS,
    where: (bind) => [
      `partner_id = ${bind(partnerId, "uuid")}`,
      `status = ANY (${bind(statuses, "order_status[]")})`,
      ...(updatedSinceMs === undefined ? [] : [`updated_at >= ${bindInstant(bind, updatedSinceMs)}`]),
    ],
    after,
    rows,
  });
  return found as KeptOrder[];
}

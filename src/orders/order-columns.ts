/** SQL that the statements about orders share. */

/** The columns of `OrderRow` but its lines. */
const COLUMNS = [
  "order_id",
  "partner_id",
  "status",
  "payment_ref",
  "version",
  "created_at",
  "updated_at",
  "confirmed_at",
  "ended_at",
];

/** The columns of a line that `OrderRow` shows. */
export const LINE_COLUMNS =
  "item_id, location_id, external_ref, location_ref, title, quantity, price_amount, price_currency";

/** The select list of an `OrderRow`, from `order` (a table or its alias), whose lines `lines` selects in their order. */
export function orderColumns(order: string, lines = linesOf(order)): string {
  const columns = COLUMNS.map((name) => `${order}.${name}`).join(", ");
  return `${columns}, (SELECT json_agg(row_to_json(line)) FROM (${lines}) AS line) AS lines`;
}

function linesOf(order: string): string {
  return `SELECT ${LINE_COLUMNS} FROM order_lines
    WHERE order_lines.order_id = ${order}.order_id AND order_lines.partner_id = ${order}.partner_id ORDER BY line`;
}

/**
 * The expression `order_stamp` with the instant `at` of what changes in a partner's orders now: later than all before it,
 * as `rowStampCte` has it of stock rows. To be written in the partner's `catalogTurn`.
 */
export function orderStampCte(partner: string, now: string): string {
  return `order_stamp AS MATERIALIZED (
  SELECT greatest(${now}, (SELECT updated_at + interval '1 millisecond' FROM orders WHERE partner_id = ${partner} ORDER BY updated_at DESC LIMIT 1)) AS at)`;
}

import { type Bind, bindInstant, bindRows, isoSql } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import { MAX_PAYLOAD_BYTES } from "../outbox/max-payload.ts";
import { jsonSql, outboxCte } from "../outbox/outbox-cte.ts";
import { LINE_COLUMNS, orderColumns, orderStampCte } from "./order-columns.ts";
import type { DeliverTo } from "./schema.ts";

export type NewOrder = {
  readonly orderId: string;
  readonly partnerId: string;
  readonly lines: readonly NewLine[];
  readonly deliverTo: DeliverTo;
  readonly paymentRef: string;
  readonly nowMs: number;
};

type NewLine = { readonly itemId: string; readonly locationId: string; readonly quantity: number };

/** Refusals of `placeStatement` besides how many are left of each line, as a JSON array of numbers. */
export const NO_PARTNER = "no_partner";
export const TOTAL_TOO_LARGE = "total_too_large";

/** All of an event's body but its lines, totals and payment_ref takes less. */
const ENVELOPE_BYTES = 600;

/**
 * Reserves what is ordered, keeps the order and leaves its `order.paid`, or does nothing. The outcome is an `OrderRow`.
 * Refused: `NO_PARTNER` unless the partner is approved; how many are left of each line when that is too few of any;
 * `TOTAL_TOO_LARGE`. To be written in the partner's `catalogTurn`.
 */
export function placeStatement(order: NewOrder): Write {
  return (bind) => {
    const { partnerId, nowMs } = order;
    const partner = bind(partnerId, "uuid");
    return [
      `partner AS MATERIALIZED (
  SELECT p.partner_id FROM permit, partners p WHERE p.partner_id = ${partner} AND p.status = 'approved')`,
      // Row by row (OFFSET 0), however many there are.
      `asked AS MATERIALIZED (
  SELECT a.ordinal, a.item_id, a.location_id, a.quantity, s.price_amount, s.price_currency, i.external_ref, i.title, l.location_ref,
    CASE WHEN s.availability <> 'out_of_stock' THEN greatest(s.quantity - s.reserved, 0) ELSE 0 END AS left_now
  FROM partner CROSS JOIN ${boundLines(bind, order.lines)}
  LEFT JOIN LATERAL (
    SELECT * FROM stock_rows WHERE location_id = a.location_id AND item_id = a.item_id AND partner_id = ${partner} AND listed OFFSET 0) AS s ON true
  LEFT JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = ${partner} OFFSET 0) AS i ON true
  LEFT JOIN LATERAL (SELECT * FROM locations WHERE location_id = s.location_id AND partner_id = ${partner} OFFSET 0) AS l ON true)`,
      `totals AS MATERIALIZED (
  SELECT price_currency AS currency, sum(quantity::numeric * price_amount) AS amount FROM asked GROUP BY price_currency)`,
      `short AS MATERIALIZED (SELECT EXISTS (SELECT FROM asked WHERE quantity > left_now) AS is_short)`,
      `accepted AS MATERIALIZED (
  SELECT FROM partner, short WHERE NOT is_short AND NOT EXISTS (SELECT FROM totals WHERE amount > ${Number.MAX_SAFE_INTEGER}))`,
      `reserved AS (
  UPDATE stock_rows s SET reserved = s.reserved + a.quantity FROM accepted, asked a
  WHERE s.location_id = a.location_id AND s.item_id = a.item_id AND s.partner_id = ${partner})`,
      orderStampCte(partner, bindInstant(bind, nowMs)),
      `placed AS (
  INSERT INTO orders (order_id, partner_id, payment_ref, deliver_to, created_at, updated_at)
  SELECT ${bind(order.orderId, "uuid")}, ${partner}, ${bind(order.paymentRef, "text")}, ${bind(JSON.stringify(order.deliverTo), "json")}, at, at
  FROM accepted, order_stamp RETURNING *)`,
      `placed_lines AS (
  INSERT INTO order_lines (order_id, partner_id, line, ${LINE_COLUMNS})
  SELECT order_id, partner_id, ordinal, ${LINE_COLUMNS} FROM asked, (SELECT order_id, partner_id FROM placed) AS p)`,
      ...paidCtes(bind, partnerId, nowMs),
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM (SELECT ${orderColumns("placed", `SELECT ${LINE_COLUMNS} FROM asked ORDER BY ordinal`)} FROM placed) AS shown) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM partner) THEN '${NO_PARTNER}'
      WHEN is_short THEN (SELECT json_agg(left_now ORDER BY ordinal)::text FROM asked)
      WHEN NOT EXISTS (SELECT FROM accepted) THEN '${TOTAL_TOO_LARGE}' END AS refusal
  FROM permit, short)`,
    ];
  };
}

function boundLines(bind: Bind, lines: readonly NewLine[]): string {
  return bindRows(bind, "a", lines, {
    item_id: ["uuid", ({ itemId }) => itemId],
    location_id: ["uuid", ({ locationId }) => locationId],
    quantity: ["int4", ({ quantity }) => quantity],
  });
}

/** The event of the order, with all that a POS needs to fulfil it but to whom: refs that do not fit are left out. */
function paidCtes(bind: Bind, partnerId: string, nowMs: number): readonly string[] {
  const price = jsonSql({ amount: "price_amount", currency: "price_currency" });
  const ids = { item_id: "wire_id('itm', item_id)", location_id: "wire_id('loc', location_id)" };
  const whole = {
    item_id: ids.item_id,
    external_ref: "external_ref",
    location_id: ids.location_id,
    location_ref: "location_ref",
    quantity: "quantity",
    price,
  };
  const listOf = (members: string) => `'[' || string_agg((${members})::text, ',' ORDER BY ordinal) || ']'`;
  return [
    `told_lines AS MATERIALIZED (
  SELECT ${listOf(jsonSql(whole))} AS whole, ${listOf(jsonSql({ ...ids, quantity: "quantity", price }))} AS without_refs
  FROM accepted CROSS JOIN asked)`,
    `told_totals AS MATERIALIZED (
  SELECT '[' || string_agg((${jsonSql({ amount: "amount", currency: "currency" })})::text, ',' ORDER BY currency) || ']' AS totals FROM totals)`,
    `paid AS (
  SELECT placed.*, totals, fits, CASE WHEN fits THEN whole ELSE without_refs END AS lines
  FROM placed CROSS JOIN told_lines CROSS JOIN told_totals CROSS JOIN LATERAL (
    SELECT octet_length(whole) + octet_length(totals) + octet_length(to_json(payment_ref)::text) <= ${MAX_PAYLOAD_BYTES - ENVELOPE_BYTES} AS fits) AS f)`,
    outboxCte(
      bind,
      { type: "order.paid", partnerId, atMs: nowMs },
      {
        from: "paid",
        data: {
          order_id: "wire_id('ord', order_id)",
          status: "status",
          payment_ref: "payment_ref",
          version: "version",
          created_at: isoSql("created_at"),
          totals: "totals::json",
          lines: "lines::json",
          refs_omitted: "NOT fits",
        },
      },
    ),
  ];
}

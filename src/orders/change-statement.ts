import { derivedAvailabilitySql, MAX_QUANTITY } from "../availability.ts";
import { rowStampCte } from "../db/row-stamp.ts";
import { type Bind, bindInstant, isoSql } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import { itemUpsertedCte, proofSql } from "../outbox/item-upserted.ts";
import { outboxCte } from "../outbox/outbox-cte.ts";
import { orderColumns, orderStampCte } from "./order-columns.ts";
import { hasEnded, type NextStatus, statusesBefore } from "./order-status.ts";

export type StatusChange = {
  readonly partnerId: string;
  readonly orderId: string;
  readonly status: NextStatus;
  readonly nowMs: number;
};

/** The refusal of `changeStatement` when there is no such order. */
export const NO_ORDER = "no_order";

/**
 * Gives the order the status, with what that does to its stock, and leaves the events; nothing when it has the status
 * already. The outcome is an `OrderRow`. Refused: `NO_ORDER`, or the status from which it cannot go there. To be written
 * in the partner's `catalogTurn`.
 */
export function changeStatement({ partnerId, orderId, status, nowMs }: StatusChange): Write {
  return (bind) => {
    const partner = bind(partnerId, "uuid");
    const now = bindInstant(bind, nowMs);
    const next = bind(status, "order_status");
    const isCancelled = status === "cancelled";
    return [
      `present AS MATERIALIZED (
  SELECT o.*, o.status = ANY (${bind(statusesBefore(status), "order_status[]")}) AS moves
  FROM permit, orders o WHERE o.partner_id = ${partner} AND o.order_id = ${bind(orderId, "uuid")})`,
      ...(isCancelled ? cancelledLines(partner) : confirmedLines(partner)),
      ...rowCtes(bind, partnerId, nowMs),
      orderStampCte(partner, now),
      `changed AS (
  UPDATE orders o SET status = ${next}, version = o.version + 1, updated_at = at,
    confirmed_at = ${isCancelled ? "o.confirmed_at" : "coalesce(o.confirmed_at, at)"}, ended_at = ${hasEnded(status) ? "at" : "NULL"}
  FROM present, order_stamp WHERE o.partner_id = ${partner} AND o.order_id = present.order_id AND present.moves
  RETURNING o.*, present.status AS previous_status)`,
      outboxCte(
        bind,
        { type: "order.status.updated", partnerId, atMs: nowMs },
        {
          from: "changed",
          data: {
            order_id: "wire_id('ord', order_id)",
            status: "status",
            previous_status: "previous_status",
            version: "version",
            updated_at: isoSql("updated_at"),
          },
        },
      ),
      `shown AS (
  SELECT ${orderColumns("changed")} FROM changed UNION ALL SELECT ${orderColumns("present")} FROM present WHERE status = ${next})`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN '${NO_ORDER}'
      WHEN NOT EXISTS (SELECT FROM shown) THEN (SELECT status::text FROM present) END AS refusal
  FROM permit)`,
    ];
  };
}

/** `settled`: by how much each line's count drops (null when there is nothing to take from) and its reservation shrinks. */
function settledLines(partner: string, drop: string, released: string, which: string): string {
  return `settled AS MATERIALIZED (
  SELECT n.line, n.order_id, n.location_id, n.item_id, s.counted_observed_at, ${released} AS released,
    CASE WHEN s.quantity IS NOT NULL THEN ${drop} END AS drop
  FROM present o JOIN order_lines n ON n.order_id = o.order_id AND n.partner_id = ${partner}
  LEFT JOIN LATERAL (
    SELECT * FROM stock_rows WHERE location_id = n.location_id AND item_id = n.item_id AND partner_id = ${partner} OFFSET 0) AS s ON true
  WHERE o.moves AND ${which})`;
}

/** The first step past `paid` takes the goods from the count. */
function confirmedLines(partner: string): readonly string[] {
  return [
    settledLines(partner, "least(n.quantity, s.quantity)", "n.quantity", "o.confirmed_at IS NULL"),
    `taken AS (
  UPDATE order_lines n SET taken = coalesce(settled.drop, 0), taken_from_count_at = settled.counted_observed_at
  FROM settled WHERE n.order_id = settled.order_id AND n.line = settled.line AND n.partner_id = ${partner})`,
  ];
}

/** Reservations end; what was taken is given back where no newer count knows of it. */
function cancelledLines(partner: string): readonly string[] {
  const isNewestCount =
    "coalesce(s.counted_observed_at <= n.taken_from_count_at, s.counted_observed_at IS NULL)";
  const back = `nullif(greatest(-n.taken, s.quantity - ${MAX_QUANTITY}), 0)`;
  return [
    settledLines(
      partner,
      `CASE WHEN o.confirmed_at IS NOT NULL AND ${isNewestCount} THEN ${back} END`,
      "CASE WHEN o.confirmed_at IS NULL THEN n.quantity ELSE 0 END",
      "true",
    ),
  ];
}

/** The stock rows as `settled` leaves them, and an event for each that changed and is listed. */
function rowCtes(bind: Bind, partnerId: string, nowMs: number): readonly string[] {
  const partner = bind(partnerId, "uuid");
  const now = bindInstant(bind, nowMs);
  // That it can be had is derived from how many are left; that it cannot, or not off the shelf, stays as it was stated.
  const stays = "s.availability_stated AND s.availability NOT IN ('in_stock', 'low_stock')";
  const dropped = "coalesce(settled.drop, 0) <> 0";
  return [
    rowStampCte(partner, now),
    `settled_rows AS (
  UPDATE stock_rows s SET reserved = greatest(s.reserved - settled.released, 0), quantity = s.quantity - coalesce(settled.drop, 0),
    availability = CASE WHEN ${dropped} AND NOT (${stays}) THEN ${derivedAvailabilitySql("(s.quantity - settled.drop)")} ELSE s.availability END,
    availability_stated = s.availability_stated AND NOT (${dropped} AND NOT (${stays})),
    stock_observed_at = CASE WHEN settled.drop IS NULL THEN s.stock_observed_at ELSE greatest(s.stock_observed_at, ${now}) END,
    version = s.version + (${dropped})::int, updated_at = CASE WHEN ${dropped} THEN stamp.at ELSE s.updated_at END
  FROM settled, stamp WHERE s.location_id = settled.location_id AND s.item_id = settled.item_id AND s.partner_id = ${partner}
  RETURNING s.*, ${dropped} AS dropped)`,
    `told AS (
  SELECT r.*, i.external_ref, i.title AS item_title, i.brand, i.category, i.gtin, i.image_url, i.buy_url,
    l.location_ref, wire_id('loc', r.location_id) AS wire_location_id,
    ${proofSql("r.proof_id", (column) => (column === "sha256" ? "encode(f.sha256, 'hex')" : `f.${column}`))} AS proof
  FROM settled_rows r
  CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = r.item_id AND partner_id = ${partner} OFFSET 0) AS i
  CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = r.location_id AND partner_id = ${partner} OFFSET 0) AS l
  LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = r.proof_id AND partner_id = ${partner} OFFSET 0) AS f ON true
  WHERE r.dropped AND r.listed)`,
    itemUpsertedCte(bind, { partnerId, atMs: nowMs }, "told"),
  ];
}

import { wireInstant, wireInstantOrNull } from "../http/instant.ts";
import { type IdPrefix, parseWireId, wireId } from "../ids.ts";
import type { OrderStatus } from "./order-status.ts";
import type { DeliverTo, Order } from "./schema.ts";

/** What the statements return, as PostgreSQL's JSON; not to whom it goes, which nothing but the order itself keeps. */
export type OrderRow = {
  readonly order_id: string;
  readonly partner_id: string;
  readonly status: OrderStatus;
  readonly payment_ref: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
  readonly confirmed_at: string | null;
  readonly ended_at: string | null;
  readonly lines: readonly LineRow[];
};

type LineRow = {
  readonly item_id: string;
  readonly location_id: string;
  readonly external_ref: string;
  readonly location_ref: string;
  readonly title: string;
  readonly quantity: number;
  readonly price_amount: number;
  readonly price_currency: string;
};

/** What the wire shows of it, and of whom it goes to. */
export function orderOf(row: OrderRow, deliverTo: DeliverTo | null): Order {
  return {
    order_id: wireId("ord", row.order_id),
    partner_id: wireId("ptr", row.partner_id),
    status: row.status,
    lines: row.lines.map((line) => ({
      item_id: wireId("itm", line.item_id),
      external_ref: line.external_ref,
      title: line.title,
      location_id: wireId("loc", line.location_id),
      location_ref: line.location_ref,
      quantity: line.quantity,
      price: { amount: line.price_amount, currency: line.price_currency },
    })),
    totals: totalsOf(row.lines),
    deliver_to: deliverTo && contactOf(deliverTo),
    payment_ref: row.payment_ref,
    version: row.version,
    created_at: wireInstant(row.created_at),
    updated_at: wireInstant(row.updated_at),
    confirmed_at: wireInstantOrNull(row.confirmed_at),
    ended_at: wireInstantOrNull(row.ended_at),
  };
}

/** Its members in the order in which they are kept and shown. Adding 0 turns -0 into 0. */
export function contactOf({ name, phone, address, lat, lng }: DeliverTo): DeliverTo {
  return { name, phone, address, lat: lat + 0, lng: lng + 0 };
}

/** The UUID behind an id that a schema has let through. */
export function uuidOf(prefix: IdPrefix, id: string): string {
  const uuid = parseWireId(prefix, id);
  if (uuid === undefined) throw new Error(`an id that is none: ${prefix}`);
  return uuid;
}

function totalsOf(lines: readonly LineRow[]): Order["totals"] {
  const totals = new Map<string, number>();
  for (const { quantity, price_amount, price_currency } of lines) {
    totals.set(price_currency, (totals.get(price_currency) ?? 0) + quantity * price_amount);
  }
  return [...totals]
    .map(([currency, amount]) => ({ amount, currency }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

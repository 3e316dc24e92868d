import { catalogTurn } from "../db/turns.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { Problem } from "../http/problem.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import type { OrdersContext } from "./context.ts";
import { NO_PARTNER, placeStatement, TOTAL_TOO_LARGE } from "./place-statement.ts";
import { contactOf, type OrderRow, orderOf, uuidOf } from "./records.ts";
import type { LineLeft, Order, OrderBody } from "./schema.ts";

/**
 * Reserves what is ordered and keeps the order.
 * @throws {Problem} 404 unless the partner is approved; 409 that says how many are left of each line when that is too few
 * of any.
 */
export async function placeOrder(
  { database, now }: OrdersContext,
  body: OrderBody,
  idempotencyKey: WriteKey | undefined,
): Promise<Order> {
  const nowMs = now();
  const partnerId = uuidOf("ptr", body.partner_id);
  // The outcome is kept with the key, to whom it goes is not: a repetition brings that along in its body, which is the same.
  const deliverTo = contactOf(body.deliver_to);
  const write = placeStatement({
    orderId: newId(nowMs),
    partnerId,
    lines: body.lines.map(({ item_id, location_id, quantity }) => ({
      itemId: uuidOf("itm", item_id),
      locationId: uuidOf("loc", location_id),
      quantity,
    })),
    deliverTo,
    paymentRef: body.payment_ref,
    nowMs,
  });
  const result = settled(await writeOnce(database, write, idempotencyKey, catalogTurn(partnerId)));
  if (result.kind === "refused") throw refusalOf(result.refusal, body);
  return orderOf(result.outcome as OrderRow, deliverTo);
}

function refusalOf(refusal: string | null, { lines }: OrderBody): Problem {
  if (refusal === null || refusal === NO_PARTNER) {
    return new Problem("not_found", "There is no approved partner with this partner_id.");
  }
  if (refusal === TOTAL_TOO_LARGE) {
    return new Problem(
      "conflict",
      `The lines cost more than ${Number.MAX_SAFE_INTEGER} minor units together. Divide the order.`,
    );
  }
  const left = JSON.parse(refusal) as readonly number[];
  return insufficientStock(
    lines.map(({ item_id, location_id, quantity }, i) => ({
      item_id,
      location_id,
      requested: quantity,
      left: left[i] ?? 0,
    })),
  );
}

function insufficientStock(lines: readonly LineLeft[]): Problem {
  const errors = lines.flatMap(({ requested, left }, i) =>
    requested <= left
      ? []
      : [{ pointer: `/lines/${i}/quantity`, code: "insufficient_stock", detail: leftText(left) }],
  );
  return new Problem(
    "insufficient_stock",
    errors.length === 1
      ? "There is not enough of one line."
      : `There is not enough of ${errors.length} lines.`,
    { errors, members: { lines } },
  );
}

function leftText(left: number): string {
  if (left === 0) return "None is left.";
  return left === 1 ? "1 is left." : `${left} are left.`;
}

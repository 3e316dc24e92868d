import { catalogTurn } from "../db/turns.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { Problem } from "../http/problem.ts";
import { settled } from "../http/write-request.ts";
import { changeStatement, NO_ORDER } from "./change-statement.ts";
import { noSuchOrder, type OrdersContext } from "./context.ts";
import { type NextStatus, type OrderStatus, statusesAfter } from "./order-status.ts";
import { type OrderName, readContact } from "./queries.ts";
import { type OrderRow, orderOf } from "./records.ts";
import type { Order } from "./schema.ts";

/**
 * Gives the partner's order the status, and returns it as it then is.
 * @throws {Problem} 404 when there is none; 409 when it cannot go there from where it is.
 */
export async function changeStatus(
  { database, now }: OrdersContext,
  name: OrderName,
  status: NextStatus,
  idempotencyKey: WriteKey | undefined,
): Promise<Order> {
  const write = changeStatement({ ...name, status, nowMs: now() });
  const result = settled(await writeOnce(database, write, idempotencyKey, catalogTurn(name.partnerId)));
  if (result.kind === "refused") throw refusalOf(result.refusal, status);
  // Kept by the order alone, and so not in the outcome.
  return orderOf(result.outcome as OrderRow, await readContact(database, name));
}

function refusalOf(refusal: string | null, wanted: NextStatus): Problem {
  if (refusal === null || refusal === NO_ORDER) return noSuchOrder();
  const next = statusesAfter(refusal as OrderStatus);
  const allowed =
    next.length === 0 ? "and stays so" : `and can become ${next.join(", ").replace(/, (\w+)$/, " or $1")}`;
  return new Problem("conflict", `This order is ${refusal}, ${allowed}: it cannot become ${wanted}.`);
}

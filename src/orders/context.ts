import type { Database } from "../db/client.ts";
import { Problem } from "../http/problem.ts";

/** What the verbs of this capability need of the world around them. */
export type OrdersContext = { readonly database: Database; readonly now: () => number };

/** The 404 of an order that does not exist, or belongs to another: nobody can tell which. */
export function noSuchOrder(): Problem {
  return new Problem("not_found", "There is no order with this id.");
}

import type { Availability } from "./stock-words.ts";

/** A row's count goes no higher. */
export const MAX_QUANTITY = 1_000_000;

/** At most this many left is `low_stock`. */
const LOW_STOCK_THRESHOLD = 5;

/** What a quantity says by itself. */
export function derivedAvailability(quantity: number): Availability {
  if (quantity === 0) return "out_of_stock";
  return quantity <= LOW_STOCK_THRESHOLD ? "low_stock" : "in_stock";
}

/** The same in SQL. */
export function derivedAvailabilitySql(quantity: string): string {
  return `(CASE WHEN ${quantity} = 0 THEN 'out_of_stock' WHEN ${quantity} <= ${LOW_STOCK_THRESHOLD} THEN 'low_stock' ELSE 'in_stock' END)::availability`;
}

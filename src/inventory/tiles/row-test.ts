import type { RowReason } from "../nearby-filters.ts";
import type { RowKind } from "../nearby-json.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import { priceOf, quantityOf, verifiedAtMsOf } from "./row-numbers.ts";
import type { Shelf } from "./tile.ts";

/** Why a row is left out, by the first reason; undefined when it is shown. */
export type RowTest = (shelf: Shelf, row: number) => RowReason | undefined;

/** What `rowConditions` asks in SQL. */
export function rowTest(query: NearbyQuery, startedAtMs: number): RowTest {
  const { availability, minQty, maxAgeS, proofRequired, currency, maxPrice } = query;
  const oldestMs = Math.trunc(startedAtMs - maxAgeS * 1000);
  const isShown = (kind: RowKind) => availability.includes(kind.availability);
  const isCountless = ({ availability: one }: RowKind) => one === "on_request" || one === "scheduled_only";
  return (shelf, row) => {
    const kind = shelf.kinds[row];
    if (kind === undefined || !isShown(kind)) return "availability";
    if (quantityOf(shelf, row) < minQty && !isCountless(kind)) return "quantity";
    if (verifiedAtMsOf(shelf, row) < oldestMs) return "stale";
    if (proofRequired && (shelf.proofs?.[row] ?? null) === null) return "no_proof";
    if (currency !== undefined && kind.currency !== currency) return "price";
    if (maxPrice !== undefined && priceOf(shelf, row) > maxPrice) return "price";
    return undefined;
  };
}

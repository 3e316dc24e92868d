import type { NearbyQuery } from "./nearby-query.ts";

/**
 * One text for each question, as the parser made it: the same for queries that differ in nothing but `cursor`, another
 * for any other difference. What a cursor is bound to.
 */
export function canonicalNearbyQuery(query: NearbyQuery): string {
  return JSON.stringify({ ...query, cursor: undefined });
}

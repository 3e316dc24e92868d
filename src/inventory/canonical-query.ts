import type { NearbyQuery } from "./nearby-query.ts";

/**
 * One text for each question: the same for queries that differ in nothing but `cursor`, another for any
 * other difference. What a cursor is bound to.
 */
export function canonicalNearbyQuery(query: NearbyQuery): string {
  const { cursor: _, point, ...parameters } = query;
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([point.lat, point.lng, sorted]);
}

import type { NearbyQuery } from "./nearby-query.ts";

/** Stands between values: no text of a query has it. */
const BETWEEN = "\0";

/**
 * One text for each question: the same for queries that differ in nothing but `cursor`, another for any other
 * difference. What a cursor is bound to. Written out, because JSON takes three times as long.
 */
export function canonicalNearbyQuery(query: NearbyQuery): string {
  const { point, product, category, gtin, partnerId, locationId, maxPrice, currency } = query;
  return [
    point.lat,
    point.lng,
    query.radiusM,
    product,
    category,
    gtin,
    partnerId,
    locationId,
    query.availability.join(),
    query.minQty,
    query.maxAgeS,
    query.proofRequired,
    maxPrice,
    currency,
    query.openNow,
    query.deliverable,
    query.sort,
    query.limit,
    query.explain,
  ].join(BETWEEN);
}

/** What may be asked of a world of tiles. */
import fc from "fast-check";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import type { Shelf } from "../../../src/inventory/tiles/tile.ts";
import { AVAILABILITIES } from "../../../src/stock-words.ts";
import { spreadM } from "../../geo/places.ts";
import { DEFAULTS } from "../nearby-arbitraries.ts";
import { geodesicM } from "./obvious-search.ts";
import { type Crowd, CURRENCIES, GTINS, PARTNER_IDS } from "./tile-worlds.ts";

const products = ["bread", "braed", "cola coca", "eba", "milk", "straßenkafee 𐐨𐐩𐐨𐐩", "!", ...GTINS] as const;
const filter: fc.Arbitrary<Partial<NearbyQuery>> = fc.oneof(
  fc.record({ product: fc.constantFrom(...products) }),
  fc.record({ category: fc.constantFrom("drinks", "grocery", "other") }),
  fc.record({ gtin: fc.constantFrom(...GTINS) }),
  fc.record({ partnerId: fc.constantFrom(...PARTNER_IDS) }),
  fc.record({ availability: fc.subarray([...AVAILABILITIES], { minLength: 1 }) }),
  fc.record({ minQty: fc.constantFrom(0, 2, 6) }),
  fc.record({ maxAgeS: fc.constantFrom(0, 3600, 40 * 3600) }),
  fc.constant({ proofRequired: true }),
  fc.record({ currency: fc.constantFrom(...CURRENCIES), maxPrice: fc.constantFrom(undefined, 0, 100, 600) }),
  fc.constant({ openNow: true }),
  fc.constant({ deliverable: true }),
);
const filters = fc
  .array(filter, { maxLength: 3 })
  .map((some): Partial<NearbyQuery> => Object.assign({}, ...some));
const sorts = fc.constantFrom("distance", "delivery", "price", "freshness");

/** A few filters, or none; a radius that now and then ends at a shop exactly. */
export const asked = fc.record({
  sort: fc.oneof(fc.constant("distance" as const), sorts),
  filters,
  radius: fc.oneof(spreadM(1, 50_000), fc.record({ rimOf: fc.nat() })),
  location: fc.option(fc.nat(), { freq: 10 }),
  rows: fc.integer({ min: 2, max: 9 }),
});

/** The question of a crowd, from its centre. */
export function queryOf(
  { centre, shelves }: Crowd,
  question: typeof asked extends fc.Arbitrary<infer T> ? T : never,
) {
  const { sort, filters, radius, location } = question;
  const pick = (number: number): Shelf => shelves[number % shelves.length]!;
  const radiusM = typeof radius === "number" ? radius : geodesicM(centre, pick(radius.rimOf));
  const locationId = location === null ? undefined : pick(location).locationId;
  return { ...DEFAULTS, point: centre, ...filters, sort, locationId, radiusM: Math.min(50_000, radiusM) };
}

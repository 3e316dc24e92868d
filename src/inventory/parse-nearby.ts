import type { Point } from "../geo/point.ts";
import { type ParameterError, queryReader, type ReadQuery } from "../http/query-parameters.ts";
import type { NearbyQuery } from "./nearby-query.ts";
import { NEARBY_PARAMETERS } from "./parameters.ts";

export type NearbyParse =
  | { readonly ok: true; readonly query: NearbyQuery }
  | { readonly ok: false; readonly errors: readonly ParameterError[] };

const readNearby = queryReader(NEARBY_PARAMETERS);

/**
 * The question that a raw query string (a leading `?` allowed) asks, or everything that is wrong with it:
 * one error for each parameter. Never throws.
 */
export function parseNearby(rawQuery: string): NearbyParse {
  const read = readNearby(rawQuery);
  const { values, given, errors } = read;
  const point = deliveryPoint(read);
  if (given.has("max_price") && !given.has("currency")) {
    errors.add("currency", "missing", `max_price needs currency: ${NEARBY_PARAMETERS.currency.mustBe}`);
  }
  if (!errors.none || point === undefined) return { ok: false, errors: errors.list };
  return {
    ok: true,
    query: {
      point,
      radiusM: values.radius_m,
      product: values.product,
      category: values.category,
      gtin: values.gtin,
      partnerId: values.partner_id,
      locationId: values.location_id,
      availability: values.availability,
      minQty: values.min_qty,
      maxAgeS: values.max_age_s,
      proofRequired: values.proof === "required",
      maxPrice: values.max_price,
      currency: values.currency,
      openNow: values.open_now,
      deliverable: values.deliverable,
      sort: values.sort,
      limit: values.limit,
      cursor: values.cursor,
      explain: values.explain,
    },
  };
}

/** The point asked about; undefined, and the reason reported, when it is not given in exactly one way. */
function deliveryPoint({ values, given, errors }: ReadQuery<typeof NEARBY_PARAMETERS>): Point | undefined {
  const coordinates = ["lat", "lng"] as const;
  if (given.has("cell")) {
    if (coordinates.some((name) => given.has(name))) {
      errors.add("cell", "conflict", "cell stands in place of lat and lng; give one or the other");
    }
    return values.cell;
  }
  for (const name of coordinates) {
    if (given.has(name)) continue;
    const mustBe = NEARBY_PARAMETERS[name].mustBe;
    errors.add(name, "missing", `${name} is missing: give lat and lng, or cell; ${name} must be ${mustBe}`);
  }
  if (values.lat === undefined || values.lng === undefined) return undefined;
  return { lat: values.lat, lng: values.lng };
}

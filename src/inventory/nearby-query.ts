import type { Point } from "../geo/point.ts";
import type { Availability } from "../stock-words.ts";

export type NearbySort = "distance" | "delivery" | "price" | "freshness";

/** A well-formed question to `GET /inventory/nearby`: what the parser yields and `findNearby` answers. */
export type NearbyQuery = {
  readonly point: Point;
  /** Metres, 1 to 50000, inclusive. */
  readonly radiusM: number;
  /** Words to find, as asked; a GTIN here is an exact GTIN or words. */
  readonly product: string | undefined;
  readonly category: string | undefined;
  /** GTIN-14. */
  readonly gtin: string | undefined;
  /** UUID. */
  readonly partnerId: string | undefined;
  /** UUID. */
  readonly locationId: string | undefined;
  readonly availability: readonly Availability[];
  readonly minQty: number;
  readonly maxAgeS: number;
  readonly proofRequired: boolean;
  /** Minor units of `currency`. */
  readonly maxPrice: number | undefined;
  readonly currency: string | undefined;
  readonly openNow: boolean;
  readonly deliverable: boolean;
  readonly sort: NearbySort;
  readonly limit: number;
  readonly cursor: string | undefined;
  readonly explain: boolean;
};

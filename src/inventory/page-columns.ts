import type { Availability, VerificationMethod } from "../stock-words.ts";
import type { DeliveryTerms } from "./delivery-estimate.ts";
import type { OpeningHours } from "./opening-hours.ts";

/** One stock row of a page with everything about it that an answer shows; instants in epoch milliseconds. */
export type PageRow = {
  readonly itemId: string;
  readonly externalRef: string;
  readonly title: string;
  readonly brand: string | null;
  readonly category: string | null;
  readonly gtin: string | null;
  readonly imageUrl: string | null;
  readonly buyUrl: string | null;
  /** A `bigint` column; prices stay within safe integers. */
  readonly priceAmount: string;
  readonly priceCurrency: string;
  readonly quantity: number;
  readonly availability: Availability;
  readonly verificationMethod: VerificationMethod;
  readonly verifiedAtMs: number;
  readonly proofId: string | null;
  readonly proofKind: VerificationMethod | null;
  readonly mediaUrl: string | null;
  readonly sha256: string | null;
  readonly capturedAtMs: number | null;
  readonly receivedAtMs: number | null;
  readonly distanceFromLocationM: number | null;
  readonly locationId: string;
  readonly locationName: string;
  readonly partnerId: string;
  readonly partnerName: string;
  readonly lat: number;
  readonly lng: number;
  readonly timeZone: string;
  readonly openingHours: OpeningHours;
  readonly deliveryRadiusM: number | null;
  readonly prepMinutes: number | null;
  readonly speedKmh: number | null;
  /** What the row is ordered by, before item and location. */
  readonly sortKeys: readonly string[];
  readonly nearness: number;
};

type Column = Exclude<keyof PageRow, LocationColumn | "sortKeys" | "nearness">;

/** s: row of the page, i: item, f: proof. */
const COLUMNS: Readonly<Record<Column, string>> = {
  itemId: "i.item_id",
  externalRef: "i.external_ref",
  title: "i.title",
  brand: "i.brand",
  category: "i.category",
  gtin: "i.gtin",
  imageUrl: "i.image_url",
  buyUrl: "i.buy_url",
  priceAmount: "s.price_amount",
  priceCurrency: "s.price_currency",
  quantity: "greatest(s.quantity - s.reserved, 0)",
  availability: "s.availability",
  verificationMethod: "s.verification_method",
  verifiedAtMs: "s.verified_at",
  proofId: "s.proof_id",
  proofKind: "f.kind",
  mediaUrl: "f.media_url",
  sha256: "encode(f.sha256, 'hex')",
  capturedAtMs: "f.captured_at",
  receivedAtMs: "f.received_at",
  distanceFromLocationM: "f.distance_from_location_m",
  locationId: "s.location_id",
  partnerId: "s.partner_id",
};

type LocationColumn =
  | "locationName"
  | "partnerName"
  | "lat"
  | "lng"
  | "timeZone"
  | "openingHours"
  | "deliveryRadiusM"
  | "prepMinutes"
  | "speedKmh";

/** What all rows of a location share. */
const LOCATION: Readonly<Record<LocationColumn, string>> = {
  locationName: "location.name",
  partnerName: "partner.name",
  lat: "location.lat",
  lng: "location.lng",
  timeZone: "location.timezone",
  openingHours: "location.opening_hours",
  deliveryRadiusM: "location.delivery_radius_m",
  prepMinutes: "location.prep_minutes",
  speedKmh: "location.speed_kmh",
};

const NAMES = Object.keys(COLUMNS);
const LOCATION_NAMES = Object.keys(LOCATION);
/** Columns of a `location` and its `partner`, in the order of the JSON. */
export const LOCATION_COLUMNS = Object.values(LOCATION).join(", ");

/**
 * The location and partner of `row`, as one JSON value. A page's rows are few locations': as a scalar of the location
 * alone it is made once for all its rows, where looking up columns takes a join for each of them.
 */
export function locationJson(row: string): string {
  return `(SELECT json_build_array(${LOCATION_COLUMNS}) FROM locations location, partners partner
WHERE location.location_id = ${row}.location_id AND location.partner_id = ${row}.partner_id AND partner.partner_id = ${row}.partner_id)`;
}

/** The select list that `pageRow` reads, over `PAGE_TABLES`, but for what orders it. */
export const PAGE_COLUMNS = [...Object.values(COLUMNS), "s.location"].join(", ");

/**
 * `page` (stock rows with their `location` as JSON) and everything its rows point at; each look-up names the tenant, and
 * is a subquery of its own (OFFSET 0): to weigh every order of joining them would take longer than all the rest.
 */
export const PAGE_TABLES = `page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i`;

/** A row of `SELECT <PAGE_COLUMNS>, nearness, <sort keys>`. */
export function pageRow(values: readonly unknown[]): PageRow {
  const row: Record<string, unknown> = {};
  NAMES.forEach((name, i) => {
    row[name] = values[i];
  });
  const [location, nearness, ...sortKeys] = values.slice(NAMES.length);
  LOCATION_NAMES.forEach((name, i) => {
    row[name] = (location as readonly unknown[])[i];
  });
  row["nearness"] = nearness;
  row["sortKeys"] = sortKeys;
  return row as PageRow;
}

type DeliveryColumns = Pick<PageRow, "deliveryRadiusM" | "prepMinutes" | "speedKmh">;

/** A location's delivery terms, which it has all or none of. */
export function deliveryTerms({
  deliveryRadiusM,
  prepMinutes,
  speedKmh,
}: DeliveryColumns): DeliveryTerms | null {
  if (deliveryRadiusM === null || prepMinutes === null || speedKmh === null) return null;
  return { radiusM: deliveryRadiusM, prepMinutes, speedKmh };
}

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
/** The columns of a page's row, over `PAGE_TABLES`. */
export const PAGE_COLUMNS = Object.values(COLUMNS).join(", ");
/** Columns of a `location` and its `partner`. */
export const LOCATION_COLUMNS = Object.values(LOCATION).join(", ");

/**
 * `page` (stock rows with their nearness) and everything its rows point at; each look-up names the tenant, and is a
 * subquery of its own (OFFSET 0): to weigh every order of joining them would take longer than all the rest.
 */
const PAGE_TABLES = `page AS s
LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = s.item_id AND partner_id = s.partner_id OFFSET 0) AS i`;

/**
 * SQL of the JSON members that `pageRows` reads, of `page` with as many sort keys. One text for the whole page: columns
 * cost more to send and to read than to find. A page's rows are few locations', which therefore come by themselves.
 */
export function pageMembersJson(sortKeys: number, order: (relation: string) => string): string {
  const keys = Array.from({ length: sortKeys }, (_, i) => `s.key_${i}::text`);
  const row = [...Object.entries(COLUMNS).map(jsonColumn), "s.nearness", ...keys];
  return `'"rows":[' || coalesce((SELECT string_agg(json_build_array(${row.join(", ")})::text, ',' ORDER BY ${order("s")})
FROM ${PAGE_TABLES}), '') || '],"locations":[' || coalesce((SELECT string_agg(json_build_array(location.location_id, ${LOCATION_COLUMNS})::text, ',')
FROM (SELECT DISTINCT location_id, partner_id FROM page) AS shown
CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = shown.location_id AND partner_id = shown.partner_id OFFSET 0) AS location
CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = shown.partner_id OFFSET 0) AS partner), '') || ']'`;
}

/** As `PageRow` has it: JSON knows neither instants nor numbers of 64 bits. */
function jsonColumn([name, sql]: readonly [name: string, sql: string]): string {
  if (name.endsWith("AtMs")) return `(date_part('epoch', ${sql}) * 1000)::int8`;
  return name === "priceAmount" ? `${sql}::text` : sql;
}

/** What `pageMembersJson` makes. */
export type PageJson = {
  readonly rows: readonly (readonly unknown[])[];
  readonly locations: readonly (readonly [locationId: string, ...columns: readonly unknown[]])[];
};

/** The rows of a page. */
export function pageRows({ rows, locations }: PageJson): PageRow[] {
  const columnsOf = new Map(locations.map(([id, ...columns]) => [id, columns]));
  const locationId = NAMES.indexOf("locationId");
  return rows.map((values) => {
    const location = columnsOf.get(values[locationId] as string) ?? [];
    const [nearness, ...sortKeys] = values.slice(NAMES.length);
    return pageRow(values, location, nearness as number, sortKeys as string[]);
  });
}

/**
 * A row with the values of `PAGE_COLUMNS` and of `LOCATION_COLUMNS`, and what it is ordered by. A literal: an object that
 * is given so many members by computed names becomes a hash table, which takes ten times as long to make and to read.
 */
export function pageRow(
  values: readonly unknown[],
  location: readonly unknown[],
  nearness: number,
  sortKeys: readonly string[],
): PageRow {
  const [
    itemId,
    externalRef,
    title,
    brand,
    category,
    gtin,
    imageUrl,
    buyUrl,
    priceAmount,
    priceCurrency,
    quantity,
    availability,
    verificationMethod,
    verifiedAtMs,
    proofId,
    proofKind,
    mediaUrl,
    sha256,
    capturedAtMs,
    receivedAtMs,
    distanceFromLocationM,
    locationId,
    partnerId,
  ] = values;
  const [
    locationName,
    partnerName,
    lat,
    lng,
    timeZone,
    openingHours,
    deliveryRadiusM,
    prepMinutes,
    speedKmh,
  ] = location;
  return {
    itemId,
    externalRef,
    title,
    brand,
    category,
    gtin,
    imageUrl,
    buyUrl,
    priceAmount,
    priceCurrency,
    quantity,
    availability,
    verificationMethod,
    verifiedAtMs,
    proofId,
    proofKind,
    mediaUrl,
    sha256,
    capturedAtMs,
    receivedAtMs,
    distanceFromLocationM,
    locationId,
    partnerId,
    locationName,
    partnerName,
    lat,
    lng,
    timeZone,
    openingHours,
    deliveryRadiusM,
    prepMinutes,
    speedKmh,
    nearness,
    sortKeys,
  } as PageRow;
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

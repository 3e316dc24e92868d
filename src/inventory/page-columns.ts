import type { Availability } from "./nearby-query.ts";
import type { OpeningHours } from "./opening-hours.ts";

type VerificationMethod = "shelf_snap" | "count" | "pos_sync" | "assertion";

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

type Column = Exclude<keyof PageRow, "sortKeys" | "nearness">;

/** s: stock row, i: item, l: location, p: partner, f: proof. */
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
  locationId: "l.location_id",
  locationName: "l.name",
  partnerId: "p.partner_id",
  partnerName: "p.name",
  lat: "l.lat",
  lng: "l.lng",
  timeZone: "l.timezone",
  openingHours: "l.opening_hours",
  deliveryRadiusM: "l.delivery_radius_m",
  prepMinutes: "l.prep_minutes",
  speedKmh: "l.speed_kmh",
};

const NAMES = Object.keys(COLUMNS);

/** The select list that `pageRow` reads, over `PAGE_TABLES`, but for what orders it. */
export const PAGE_COLUMNS = Object.values(COLUMNS).join(", ");

/** Everything a page's rows point at, found by primary keys; each join names the tenant. */
export const PAGE_TABLES = `page
JOIN stock_rows s ON s.location_id = page.location_id AND s.item_id = page.item_id
JOIN items i ON i.item_id = s.item_id AND i.partner_id = s.partner_id
JOIN locations l ON l.location_id = s.location_id AND l.partner_id = s.partner_id
JOIN partners p ON p.partner_id = s.partner_id
LEFT JOIN proofs f ON f.proof_id = s.proof_id AND f.partner_id = s.partner_id`;

/** A row of `SELECT <PAGE_COLUMNS>, nearness, <sort keys>, place`. */
export function pageRow(values: readonly unknown[]): PageRow {
  const row: Record<string, unknown> = {};
  NAMES.forEach((name, i) => {
    row[name] = values[i];
  });
  row["nearness"] = values[NAMES.length];
  row["sortKeys"] = values.slice(NAMES.length + 1, -1);
  return row as PageRow;
}

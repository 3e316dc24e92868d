import { wireInstant } from "../http/instant.ts";
import { wireId } from "../ids.ts";
import type { Availability, VerificationMethod } from "../stock-words.ts";
import type { CatalogItem } from "./schema.ts";

/** A listed row with all that belongs to it, as PostgreSQL's JSON. */
export type ListedRow = {
  readonly item_id: string;
  readonly location_id: string;
  readonly external_ref: string;
  readonly location_ref: string;
  readonly title: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly category: string | null;
  readonly gtin: string | null;
  readonly image_url: string | null;
  readonly buy_url: string | null;
  readonly price_amount: number;
  readonly price_currency: string;
  readonly quantity: number;
  readonly availability: Availability;
  readonly verification_method: VerificationMethod;
  readonly verified_at: string;
  readonly observed_at: string;
  readonly version: number;
  readonly updated_at: string;
} & ProofColumns;

type ProofColumns = {
  readonly proof_id: string | null;
  readonly kind: VerificationMethod | null;
  readonly media_url: string | null;
  readonly sha256: string | null;
  readonly captured_at: string | null;
  readonly captured_lat: number | null;
  readonly captured_lng: number | null;
  readonly received_at: string | null;
  readonly distance_from_location_m: number | null;
};

/** What the wire shows of it. */
export function itemOf(row: ListedRow): CatalogItem {
  return {
    item_id: wireId("itm", row.item_id),
    external_ref: row.external_ref,
    location_ref: row.location_ref,
    title: row.title,
    description: row.description,
    brand: row.brand,
    category: row.category,
    gtin: row.gtin,
    image_url: row.image_url,
    buy_url: row.buy_url,
    price: { amount: row.price_amount, currency: row.price_currency },
    stock: { quantity: row.quantity, availability: row.availability },
    proof: proofOf(row),
    verification_method: row.verification_method,
    verified_at: wireInstant(row.verified_at),
    observed_at: wireInstant(row.observed_at),
    version: row.version,
    updated_at: wireInstant(row.updated_at),
  };
}

function proofOf(row: ProofColumns): CatalogItem["proof"] {
  const { proof_id, kind, captured_at, received_at, distance_from_location_m: distanceM } = row;
  if (proof_id === null || kind === null || captured_at === null || received_at === null) return null;
  return {
    proof_id: wireId("prf", proof_id),
    kind,
    media_url: row.media_url,
    sha256: row.sha256,
    captured_at: wireInstant(captured_at),
    captured_lat: row.captured_lat,
    captured_lng: row.captured_lng,
    received_at: wireInstant(received_at),
    distance_from_location_m: distanceM === null ? null : Math.round(distanceM),
  };
}

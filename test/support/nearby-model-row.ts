/** A stock row of the model, with all it points at, and what it must look like in an answer. */
import { TypeID } from "typeid-js";
import type { items, locations, partners, proofs, stockRows } from "../../src/db/schema.ts";
import { estimateDelivery } from "../../src/inventory/delivery-estimate.ts";
import { freshnessOf } from "../../src/inventory/freshness.ts";
import { isOpenAt, type OpeningHours } from "../../src/inventory/opening-hours.ts";

/** What an answer may depend on of everything there is, as it stands in the database. */
export type Market = {
  readonly partners: readonly Pick<typeof partners.$inferSelect, "partnerId" | "name" | "status">[];
  readonly locations: readonly Pick<typeof locations.$inferSelect, LocationColumn>[];
  readonly items: readonly Pick<typeof items.$inferSelect, ItemColumn>[];
  readonly proofs: readonly Pick<typeof proofs.$inferSelect, ProofColumn>[];
  readonly stockRows: readonly Pick<typeof stockRows.$inferSelect, StockColumn>[];
};

type LocationColumn =
  | ("locationId" | "partnerId" | "name" | "lat" | "lng" | "timezone" | "openingHours")
  | ("deliveryRadiusM" | "prepMinutes" | "speedKmh");
type ItemColumn =
  | ("itemId" | "partnerId" | "externalRef" | "title" | "brand" | "category" | "gtin")
  | ("imageUrl" | "buyUrl");
type ProofColumn =
  | ("proofId" | "kind" | "mediaUrl" | "sha256" | "capturedAt" | "receivedAt")
  | "distanceFromLocationM";
type StockColumn =
  | ("locationId" | "itemId" | "partnerId" | "proofId" | "verifiedAt" | "verificationMethod")
  | ("priceAmount" | "priceCurrency" | "availability" | "quantity" | "reserved" | "listed");

type StockRow = Market["stockRows"][number];
type KnownWhenListed =
  | ("verifiedAt" | "verificationMethod" | "availability" | "quantity")
  | ("priceAmount" | "priceCurrency");
/** A stock row that everybody may see. */
type ListedStockRow = StockRow & { readonly [Column in KnownWhenListed]: NonNullable<StockRow[Column]> };

export const isListed = (stock: StockRow): stock is ListedStockRow => stock.listed;

/** A stock row that matches words and filters, with all it points at. */
export type Row = {
  readonly stock: ListedStockRow;
  readonly item: Market["items"][number];
  readonly location: Market["locations"][number];
  readonly partner: Market["partners"][number];
  readonly proof: Market["proofs"][number] | undefined;
  readonly distanceM: number;
};

export const wire = (prefix: string, uuid: string): string => TypeID.fromUUID(prefix, uuid).toString();

export const quantityOf = ({ stock }: Row): number => Math.max(0, stock.quantity - stock.reserved);

export const hoursOf = ({ location }: Row): OpeningHours => location.openingHours as OpeningHours;

export function deliveryOf({ location, distanceM }: Row, nowMs: number) {
  const { deliveryRadiusM, prepMinutes, speedKmh, timezone } = location;
  const delivery =
    deliveryRadiusM === null || prepMinutes === null || speedKmh === null
      ? null
      : { radiusM: deliveryRadiusM, prepMinutes, speedKmh };
  const openingHours = location.openingHours as OpeningHours;
  return estimateDelivery({ distanceM, delivery, openingHours, timeZone: timezone, nowMs });
}

const iso = (epochMs: number): string => new Date(epochMs).toISOString();

/** The row in an answer of `nowMs`. */
export function shown(row: Row, nowMs: number): object {
  const { stock, item, location, partner, proof, distanceM } = row;
  const { ageS, expiresAtMs, freshness } = freshnessOf(stock.verifiedAt.getTime(), nowMs);
  const delivery = deliveryOf(row, nowMs);
  return {
    item_id: wire("itm", item.itemId),
    external_ref: item.externalRef,
    title: item.title,
    brand: item.brand,
    category: item.category,
    gtin: item.gtin,
    image_url: item.imageUrl,
    buy_url: item.buyUrl,
    price: { amount: stock.priceAmount, currency: stock.priceCurrency },
    stock: { quantity: quantityOf(row), availability: stock.availability },
    verification: {
      method: stock.verificationMethod,
      verified_at: stock.verifiedAt.toISOString(),
      age_s: ageS,
      expires_at: iso(expiresAtMs),
      freshness,
    },
    proof: proof === undefined ? null : shownProof(proof),
    location: {
      location_id: wire("loc", location.locationId),
      name: location.name,
      partner_id: wire("ptr", partner.partnerId),
      partner_name: partner.name,
      lat: location.lat,
      lng: location.lng,
      open_now: isOpenAt(hoursOf(row), location.timezone, nowMs),
    },
    distance_m: Math.round(distanceM),
    delivery: delivery.available
      ? {
          available: true,
          min_minutes: delivery.minMinutes,
          max_minutes: delivery.maxMinutes,
          earliest_at: iso(delivery.earliestAtMs),
          basis: "distance",
        }
      : { available: false, reason: delivery.reason },
  };
}

function shownProof(proof: NonNullable<Row["proof"]>): object {
  const { sha256, distanceFromLocationM } = proof;
  return {
    proof_id: wire("prf", proof.proofId),
    kind: proof.kind,
    media_url: proof.mediaUrl,
    sha256: sha256 && [...sha256].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    captured_at: proof.capturedAt.toISOString(),
    received_at: proof.receivedAt.toISOString(),
    distance_from_location_m: distanceFromLocationM === null ? null : Math.round(distanceFromLocationM),
  };
}

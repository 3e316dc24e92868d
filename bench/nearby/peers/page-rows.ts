import { wireId } from "../../../src/ids.ts";
import type { PageRow } from "../../../src/inventory/page-columns.ts";
import { instant, type PeerLocation, type PeerRow } from "./answer.ts";

/** What a row of the database says of its location. */
export function locationOf(row: PageRow): PeerLocation {
  const { deliveryRadiusM: radiusM, prepMinutes, speedKmh, timeZone, openingHours } = row;
  return {
    shown: {
      location_id: wireId("loc", row.locationId),
      name: row.locationName,
      partner_id: wireId("ptr", row.partnerId),
      partner_name: row.partnerName,
      lat: row.lat,
      lng: row.lng,
    },
    timeZone,
    openingHours,
    delivery:
      radiusM === null || prepMinutes === null || speedKmh === null
        ? null
        : { radiusM, prepMinutes, speedKmh },
  };
}

export function peerRowOf(row: PageRow): PeerRow {
  return {
    item: {
      item_id: wireId("itm", row.itemId),
      external_ref: row.externalRef,
      title: row.title,
      brand: row.brand,
      category: row.category,
      gtin: row.gtin,
      image_url: row.imageUrl,
      buy_url: row.buyUrl,
    },
    price: { amount: Number(row.priceAmount), currency: row.priceCurrency },
    stock: { quantity: row.quantity, availability: row.availability },
    method: row.verificationMethod,
    verifiedAtMs: row.verifiedAtMs,
    proof: proofOf(row),
  };
}

function proofOf(row: PageRow): object | null {
  const { proofId, capturedAtMs, receivedAtMs, distanceFromLocationM } = row;
  if (proofId === null || capturedAtMs === null || receivedAtMs === null) return null;
  return {
    proof_id: wireId("prf", proofId),
    kind: row.proofKind,
    media_url: row.mediaUrl,
    sha256: row.sha256,
    captured_at: instant(capturedAtMs),
    received_at: instant(receivedAtMs),
    distance_from_location_m: distanceFromLocationM === null ? null : Math.round(distanceFromLocationM),
  };
}

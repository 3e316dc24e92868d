import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import type { Point } from "../../src/geo/point.ts";
import { wireId } from "../../src/ids.ts";
import { estimateDelivery } from "../../src/inventory/delivery-estimate.ts";
import { freshnessOf } from "../../src/inventory/freshness.ts";
import { isOpenAt } from "../../src/inventory/opening-hours.ts";
import { deliveryTerms, type PageRow } from "../../src/inventory/page-columns.ts";
import type { NearbyItem } from "../../src/inventory/schema.ts";

/** What a row looks like from `point` at `nowMs`, member by member: the obvious version. */
export function nearbyItem(row: PageRow, point: Point, nowMs: number): NearbyItem {
  const distanceM = geodesicDistanceM(point, row);
  const { ageS, expiresAtMs, freshness } = freshnessOf(row.verifiedAtMs, nowMs);
  return {
    item_id: wireId("itm", row.itemId),
    external_ref: row.externalRef,
    title: row.title,
    brand: row.brand,
    category: row.category,
    gtin: row.gtin,
    image_url: row.imageUrl,
    buy_url: row.buyUrl,
    price: { amount: Number(row.priceAmount), currency: row.priceCurrency },
    stock: { quantity: row.quantity, availability: row.availability },
    verification: {
      method: row.verificationMethod,
      verified_at: instant(row.verifiedAtMs),
      age_s: ageS,
      expires_at: instant(expiresAtMs),
      freshness,
    },
    proof: proofOf(row),
    location: {
      location_id: wireId("loc", row.locationId),
      name: row.locationName,
      partner_id: wireId("ptr", row.partnerId),
      partner_name: row.partnerName,
      lat: row.lat,
      lng: row.lng,
      open_now: isOpenAt(row.openingHours, row.timeZone, nowMs),
    },
    distance_m: Math.round(distanceM),
    delivery: deliveryOf(row, distanceM, nowMs),
  };
}

function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function deliveryOf(row: PageRow, distanceM: number, nowMs: number): NearbyItem["delivery"] {
  const { openingHours, timeZone } = row;
  const estimate = estimateDelivery({
    distanceM,
    delivery: deliveryTerms(row),
    openingHours,
    timeZone,
    nowMs,
  });
  if (!estimate.available) return { available: false, reason: estimate.reason };
  return {
    available: true,
    min_minutes: estimate.minMinutes,
    max_minutes: estimate.maxMinutes,
    earliest_at: instant(estimate.earliestAtMs),
    basis: estimate.basis,
  };
}

function proofOf(row: PageRow): NearbyItem["proof"] {
  const { proofId, proofKind, capturedAtMs, receivedAtMs, distanceFromLocationM } = row;
  if (proofId === null || proofKind === null || capturedAtMs === null || receivedAtMs === null) return null;
  return {
    proof_id: wireId("prf", proofId),
    kind: proofKind,
    media_url: row.mediaUrl,
    sha256: row.sha256,
    captured_at: instant(capturedAtMs),
    received_at: instant(receivedAtMs),
    distance_from_location_m: distanceFromLocationM === null ? null : Math.round(distanceFromLocationM),
  };
}

import { type DeliveryTerms, estimateDelivery } from "../../../src/inventory/delivery-estimate.ts";
import { freshnessOf } from "../../../src/inventory/freshness.ts";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import { isOpenAt, type OpeningHours } from "../../../src/inventory/opening-hours.ts";

/** A location as answers show it, and what decides about it. */
export type PeerLocation = {
  readonly shown: {
    readonly location_id: string;
    readonly name: string;
    readonly partner_id: string;
    readonly partner_name: string;
    readonly lat: number;
    readonly lng: number;
  };
  readonly timeZone: string;
  readonly openingHours: OpeningHours;
  readonly delivery: DeliveryTerms | null;
};

/** A stock row as answers show it, but for what depends on the moment and the place. */
export type PeerRow = {
  /** From `item_id` to `buy_url`. */
  readonly item: { readonly item_id: string } & Readonly<Record<string, string | null>>;
  readonly price: { readonly amount: number; readonly currency: string };
  readonly stock: { readonly quantity: number; readonly availability: string };
  readonly method: string;
  readonly verifiedAtMs: number;
  readonly proof: object | null;
};

/** A row that was found, with its location; one object for all rows of a location. */
export type Found = { readonly row: PeerRow; readonly location: PeerLocation; readonly distanceM: number };

/** The JSON of a page of at most `limit` of the rows that were found, in the product's shape. */
export function answerJson(query: NearbyQuery, found: readonly Found[], nowMs: number): string {
  const { point, radiusM, limit } = query;
  const views = new Map<PeerLocation, ReturnType<typeof viewOf>>();
  const page = found.slice(0, limit);
  const items = page.map(({ row, location, distanceM }) => {
    let view = views.get(location);
    if (view === undefined) {
      view = viewOf(location, distanceM, nowMs);
      views.set(location, view);
    }
    const { ageS, expiresAtMs, freshness } = freshnessOf(row.verifiedAtMs, nowMs);
    return {
      ...row.item,
      price: row.price,
      stock: row.stock,
      verification: {
        method: row.method,
        verified_at: instant(row.verifiedAtMs),
        age_s: ageS,
        expires_at: instant(expiresAtMs),
        freshness,
      },
      proof: row.proof,
      location: view.location,
      distance_m: Math.round(distanceM),
      delivery: view.delivery,
    };
  });
  const last = found.length > limit ? page.at(-1) : undefined;
  const cursor =
    last === undefined
      ? null
      : btoa(`${last.distanceM} ${last.row.item.item_id} ${last.location.shown.location_id}`);
  return JSON.stringify({
    items,
    next_cursor: cursor,
    query: { lat: point.lat, lng: point.lng, radius_m: radiusM },
    as_of: instant(nowMs),
  });
}

/** What all rows of a location share. */
function viewOf(location: PeerLocation, distanceM: number, nowMs: number) {
  const { shown, timeZone, openingHours, delivery } = location;
  const estimate = estimateDelivery({ distanceM, delivery, openingHours, timeZone, nowMs });
  return {
    location: { ...shown, open_now: isOpenAt(openingHours, timeZone, nowMs) },
    delivery: estimate.available
      ? {
          available: true,
          min_minutes: estimate.minMinutes,
          max_minutes: estimate.maxMinutes,
          earliest_at: instant(estimate.earliestAtMs),
          basis: estimate.basis,
        }
      : { available: false, reason: estimate.reason },
  };
}

/** RFC 3339, UTC, with milliseconds. */
export function instant(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

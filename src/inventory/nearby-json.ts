/**
 * The answer of `GET /inventory/nearby` as text, put together from pieces that were made once: an item's members when
 * it was read, a location's place when the page was asked. What it looks like is said by `schema.ts`.
 *
 * What is put together here needs no escaping: words of the contract, currencies, instants and numbers.
 */
import { CHORD_ARC_ERROR_M, chordArcDistanceM } from "../geo/chord-arc.ts";
import { type Ecef, toEcef } from "../geo/ecef.ts";
import { geodesicDistanceM } from "../geo/geodesic.ts";
import type { Point } from "../geo/point.ts";
import { wireId } from "../ids.ts";
import type { Availability, VerificationMethod } from "../stock-words.ts";
import { estimateDelivery, isSameEstimate } from "./delivery-estimate.ts";
import { freshnessOf } from "./freshness.ts";
import { instantText } from "./instant-text.ts";
import type { Excluded, NearestOutside } from "./nearby-explain.ts";
import { isOpenAt } from "./opening-hours.ts";
import { deliveryTerms, type PageRow } from "./page-columns.ts";
import type { Shelf } from "./tiles/tile.ts";

type ItemColumns = Pick<
  PageRow,
  "itemId" | "externalRef" | "title" | "brand" | "category" | "gtin" | "imageUrl" | "buyUrl"
>;

/** The members of an answer's item from `item_id` to `buy_url`, without braces. */
export function itemMembersJson(item: ItemColumns): string {
  return membersJson({
    item_id: wireId("itm", item.itemId),
    external_ref: item.externalRef,
    title: item.title,
    brand: item.brand,
    category: item.category,
    gtin: item.gtin,
    image_url: item.imageUrl,
    buy_url: item.buyUrl,
  });
}

type ProofColumns = Pick<
  PageRow,
  "proofId" | "proofKind" | "mediaUrl" | "sha256" | "capturedAtMs" | "receivedAtMs" | "distanceFromLocationM"
>;

/** A row's proof; null for none. */
export function proofJson(proof: ProofColumns): string | null {
  const { proofId, proofKind, capturedAtMs, receivedAtMs, distanceFromLocationM } = proof;
  if (proofId === null || proofKind === null || capturedAtMs === null || receivedAtMs === null) return null;
  return JSON.stringify({
    proof_id: wireId("prf", proofId),
    kind: proofKind,
    media_url: proof.mediaUrl,
    sha256: proof.sha256,
    captured_at: instantText(capturedAtMs),
    received_at: instantText(receivedAtMs),
    distance_from_location_m: distanceFromLocationM === null ? null : Math.round(distanceFromLocationM),
  });
}

type LocationColumns = Pick<
  PageRow,
  "locationId" | "locationName" | "partnerId" | "partnerName" | "lat" | "lng"
>;

/** The members of an answer's `location` from `location_id` to `lng`, without braces. */
export function locationMembersJson(location: LocationColumns): string {
  return membersJson({
    location_id: wireId("loc", location.locationId),
    name: location.locationName,
    partner_id: wireId("ptr", location.partnerId),
    partner_name: location.partnerName,
    lat: location.lat,
    lng: location.lng,
  });
}

/** A location with the members that `locationMembersJson` makes. */
export type Place = Ecef & Pick<Shelf, "lat" | "lng" | "timeZone" | "openingHours" | "delivery" | "json">;

/** A delivery point, also as coordinates. */
export type Viewpoint = Point & Ecef;

export function viewpointAt({ lat, lng }: Point): Viewpoint {
  return { lat, lng, ...toEcef({ lat, lng }) };
}

/**
 * What all rows of a location end with, seen from `point` at `nowMs`: the members `location`, `distance_m`, `delivery`,
 * and the brace after them.
 */
export function placeJson(place: Place, point: Viewpoint, nowMs: number): string {
  const { openingHours, timeZone, delivery } = place;
  const distanceM = tellingDistanceM(place, point);
  const estimate = estimateDelivery({ distanceM, delivery, openingHours, timeZone, nowMs });
  const deliveryJson = estimate.available
    ? `{"available":true,"min_minutes":${estimate.minMinutes},"max_minutes":${estimate.maxMinutes},"earliest_at":"${instantText(estimate.earliestAtMs)}","basis":"${estimate.basis}"}`
    : `{"available":false,"reason":"${estimate.reason}"}`;
  return `"location":{${place.json},"open_now":${isOpenAt(openingHours, timeZone, nowMs)}},"distance_m":${Math.round(distanceM)},"delivery":${deliveryJson}}`;
}

/**
 * A distance that shows as the geodesic does, in metres and in minutes. The estimate, a hundred times faster, will do
 * unless it lies so near to a step of either that the geodesic may be beyond it.
 */
function tellingDistanceM(place: Place, point: Viewpoint): number {
  const estimateM = chordArcDistanceM(point, place);
  const leastM = estimateM - CHORD_ARC_ERROR_M;
  const mostM = estimateM + CHORD_ARC_ERROR_M;
  const isTelling =
    mostM < FARTHEST_ESTIMATE_M &&
    Math.round(leastM) === Math.round(mostM) &&
    isSameEstimate(place.delivery, leastM, mostM);
  return isTelling ? estimateM : geodesicDistanceM(point, place);
}

/** `CHORD_ARC_ERROR_M` holds up to here. */
const FARTHEST_ESTIMATE_M = 100_000;

/** A row as it is kept: its item's members and its proof as JSON, the rest as values. */
export type RowParts = {
  readonly itemJson: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly quantity: number;
  readonly availability: Availability;
  readonly method: VerificationMethod;
  readonly verifiedAtMs: number;
  readonly proofJson: string | null;
};

/** An answer's item: a row of the location whose `placeJson` is given, at `nowMs`. */
export function rowJson(row: RowParts, place: string, nowMs: number): string {
  const { ageS, expiresAtMs, freshness } = freshnessOf(row.verifiedAtMs, nowMs);
  return `{${row.itemJson},"price":{"amount":${row.amount},"currency":"${row.currency}"},"stock":{"quantity":${row.quantity},"availability":"${row.availability}"},"verification":{"method":"${row.method}","verified_at":"${instantText(row.verifiedAtMs)}","age_s":${ageS},"expires_at":"${instantText(expiresAtMs)}","freshness":"${freshness}"},"proof":${row.proofJson},${place}`;
}

/** Rows that the database gave, as an answer's items. */
export function pageRowsJson(rows: readonly PageRow[], point: Point, nowMs: number): string[] {
  const places = new Map<string, string>();
  const viewpoint = viewpointAt(point);
  return rows.map((row) => {
    let place = places.get(row.locationId);
    if (place === undefined) {
      const { lat, lng, timeZone, openingHours } = row;
      const json = locationMembersJson(row);
      place = placeJson(
        { lat, lng, ...toEcef(row), timeZone, openingHours, delivery: deliveryTerms(row), json },
        viewpoint,
        nowMs,
      );
      places.set(row.locationId, place);
    }
    const parts: RowParts = {
      itemJson: itemMembersJson(row),
      amount: Number(row.priceAmount),
      currency: row.priceCurrency,
      quantity: row.quantity,
      availability: row.availability,
      method: row.verificationMethod,
      verifiedAtMs: row.verifiedAtMs,
      proofJson: proofJson(row),
    };
    return rowJson(parts, place, nowMs);
  });
}

export type AnswerParts = {
  /** Each as `rowJson` makes it, with commas between them. Put together by `+`: `join` copies every row once more. */
  readonly items: string;
  readonly nextCursor: string | null;
  /** The disk that was searched. */
  readonly query: { readonly lat: number; readonly lng: number; readonly radius_m: number };
  readonly asOfMs: number;
  /** Only of an answer that explains itself. */
  readonly excluded?: Excluded | undefined;
  /** Shown beside `excluded`; nothing is null. */
  readonly nearestOutside?: NearestOutside | null | undefined;
};

/** The whole answer. */
export function answerJson({
  items,
  nextCursor,
  query,
  asOfMs,
  excluded,
  nearestOutside,
}: AnswerParts): string {
  const explained = excluded === undefined ? "" : explanationJson(excluded, nearestOutside ?? null);
  const next = JSON.stringify(nextCursor);
  return `{"items":[${items}],"next_cursor":${next},"query":{"lat":${query.lat},"lng":${query.lng},"radius_m":${query.radius_m}},"as_of":"${instantText(asOfMs)}"${explained}}`;
}

function explanationJson(excluded: Excluded, nearest: NearestOutside | null): string {
  const outside =
    nearest === null ? null : { distance_m: Math.round(nearest.distanceM), count: nearest.count };
  return `,"excluded":${JSON.stringify(excluded)},"nearest_outside":${JSON.stringify(outside)}`;
}

/** One piece of memory, which what is put together from pieces is not. */
function membersJson(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

/**
 * The answer of `GET /inventory/nearby` as text, put together from pieces that were made once: an item's members when
 * it was read, a location's place when the page was asked. What it looks like is said by `schema.ts`.
 *
 * What is put together here needs no escaping: words of the contract, currencies, cursors, instants and numbers.
 */
import { CHORD_ARC_ERROR_M, chordArcDistanceM } from "../geo/chord-arc.ts";
import { type Ecef, toEcef } from "../geo/ecef.ts";
import { geodesicDistanceM } from "../geo/geodesic.ts";
import type { Point } from "../geo/point.ts";
import { wireId } from "../ids.ts";
import type { Availability, VerificationMethod } from "../stock-words.ts";
import { type DeliveryTerms, estimateDelivery, isSameEstimate } from "./delivery-estimate.ts";
import { type Freshness, freshnessOf } from "./freshness.ts";
import { instantText } from "./instant-text.ts";
import type { Excluded, NearestOutside } from "./nearby-explain.ts";
import { isOpenAt, type OpeningHours } from "./opening-hours.ts";
import { deliveryTerms, type PageRow } from "./page-columns.ts";

type ItemColumns = Pick<
  PageRow,
  "itemId" | "externalRef" | "title" | "brand" | "category" | "gtin" | "imageUrl" | "buyUrl"
>;

/** What all rows of an item begin with: the brace, the members `item_id` to `buy_url`, and what stands before the amount. */
export function itemJson(item: ItemColumns): string {
  const members = membersJson({
    item_id: wireId("itm", item.itemId),
    external_ref: item.externalRef,
    title: item.title,
    brand: item.brand,
    category: item.category,
    gtin: item.gtin,
    image_url: item.imageUrl,
    buy_url: item.buyUrl,
  });
  return inOnePiece(`{${members},"price":{"amount":`);
}

/** What many rows have in common. */
export type KindColumns = {
  readonly currency: string;
  readonly availability: Availability;
  readonly method: VerificationMethod;
};

/** With what its rows have between their numbers, as JSON. */
export type RowKind = KindColumns & {
  readonly amountToQuantity: string;
  readonly quantityToVerifiedAt: string;
};

/** As many as there are currencies, times twenty: a megabyte if all of them were met. */
const kinds = new Map<string, RowKind>();

/** One object for all rows of a kind. */
export function rowKind({ currency, availability, method }: KindColumns): RowKind {
  const name = `${currency} ${availability} ${method}`;
  let kind = kinds.get(name);
  if (kind === undefined) {
    kind = {
      currency,
      availability,
      method,
      amountToQuantity: inOnePiece(`,"currency":"${currency}"},"stock":{"quantity":`),
      quantityToVerifiedAt: inOnePiece(
        `,"availability":"${availability}"},"verification":{"method":"${method}","verified_at":"`,
      ),
    };
    kinds.set(name, kind);
  }
  return kind;
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
  const members = membersJson({
    location_id: wireId("loc", location.locationId),
    name: location.locationName,
    partner_id: wireId("ptr", location.partnerId),
    partner_name: location.partnerName,
    lat: location.lat,
    lng: location.lng,
  });
  return inOnePiece(members);
}

/** A location as it is shown. */
export type Place = Point &
  Ecef & {
    readonly timeZone: string;
    readonly openingHours: OpeningHours;
    readonly delivery: DeliveryTerms | null;
    /** What `locationMembersJson` makes of it. */
    readonly json: string;
  };

/** A delivery point, also as coordinates. */
export type Viewpoint = Point & Ecef;

export function viewpointAt({ lat, lng }: Point): Viewpoint {
  return { lat, lng, ...toEcef({ lat, lng }) };
}

/**
 * What all rows of a location end with, seen from `point` at `nowMs`: a comma, the members `location`, `distance_m`,
 * `delivery`, and the brace after them.
 */
export function placeJson(place: Place, point: Viewpoint, nowMs: number): string {
  const { openingHours, timeZone, delivery } = place;
  const distanceM = tellingDistanceM(place, point);
  const estimate = estimateDelivery({ distanceM, delivery, openingHours, timeZone, nowMs });
  const deliveryJson = estimate.available
    ? `{"available":true,"min_minutes":${estimate.minMinutes},"max_minutes":${estimate.maxMinutes},"earliest_at":"${instantText(estimate.earliestAtMs)}","basis":"${estimate.basis}"}`
    : `{"available":false,"reason":"${estimate.reason}"}`;
  return `,"location":{${place.json},"open_now":${isOpenAt(openingHours, timeZone, nowMs)}},"distance_m":${Math.round(distanceM)},"delivery":${deliveryJson}}`;
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

/** A row as it is kept: what `itemJson`, `rowKind` and `proofJson` make of it, and its numbers. */
export type RowParts = {
  readonly item: string;
  readonly kind: RowKind;
  readonly proof: string | null;
  /** Minor units. */
  readonly amount: number;
  readonly quantity: number;
  readonly verifiedAtMs: number;
};

/** An answer's item: a row of the location whose `placeJson` is given, at `nowMs`. Of few pieces: each has its price. */
export function rowJson(row: RowParts, place: string, nowMs: number): string {
  const { item, kind, proof, amount, quantity, verifiedAtMs } = row;
  const { ageS, expiresAtMs, freshness } = freshnessOf(verifiedAtMs, nowMs);
  return `${item}${amount}${kind.amountToQuantity}${quantity}${kind.quantityToVerifiedAt}${instantText(verifiedAtMs)}","age_s":${ageS},"expires_at":"${instantText(expiresAtMs)}${EXPIRES_AT_TO_PROOF[freshness]}${proof}${place}`;
}

const EXPIRES_AT_TO_PROOF: Readonly<Record<Freshness, string>> = {
  fresh: '","freshness":"fresh"},"proof":',
  aging: '","freshness":"aging"},"proof":',
  stale: '","freshness":"stale"},"proof":',
};

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
    const { priceCurrency: currency, availability, verificationMethod: method } = row;
    const parts: RowParts = {
      item: itemJson(row),
      kind: rowKind({ currency, availability, method }),
      proof: proofJson(row),
      amount: Number(row.priceAmount),
      quantity: row.quantity,
      verifiedAtMs: row.verifiedAtMs,
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
  const next = nextCursor === null ? "null" : `"${nextCursor}"`;
  return `{"items":[${items}],"next_cursor":${next},"query":{"lat":${query.lat},"lng":${query.lng},"radius_m":${query.radius_m}},"as_of":"${instantText(asOfMs)}"${explained}}`;
}

function explanationJson(excluded: Excluded, nearest: NearestOutside | null): string {
  const outside =
    nearest === null ? null : { distance_m: Math.round(nearest.distanceM), count: nearest.count };
  return `,"excluded":${JSON.stringify(excluded)},"nearest_outside":${JSON.stringify(outside)}`;
}

function membersJson(object: object): string {
  return JSON.stringify(object).slice(1, -1);
}

/** The same text as one piece of memory: what is put together from pieces is looked up piece by piece whenever it is used. */
function inOnePiece(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

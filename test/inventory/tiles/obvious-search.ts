/** What a search finds, as slow and obvious as can be: every row is looked at, all are sorted. */
import geographiclib from "geographiclib-geodesic";
import { CHORD_ARC_ERROR_M, chordArcDistanceM } from "../../../src/geo/chord-arc.ts";
import { toEcef } from "../../../src/geo/ecef.ts";
import type { Point } from "../../../src/geo/point.ts";
import type { NearbyQuery } from "../../../src/inventory/nearby-query.ts";
import type { PagePosition } from "../../../src/inventory/nearby-statement.ts";
import type { Shelf } from "../../../src/inventory/tiles/tile.ts";
import { matchesWords, queryKeys, searchKeys } from "../../../src/words.ts";
import { itemId } from "./tile-worlds.ts";

/** A row's place in the order, and as much as a cursor needs. */
export type Found = PagePosition & { readonly shelf: Shelf; readonly row: number };

export const geodesicM = (from: Point, to: Point): number =>
  geographiclib.Geodesic.WGS84.Inverse(from.lat, from.lng, to.lat, to.lng).s12!;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** UTC is the shops' time zone, and every day is like every other. */
function nextOpeningMs({ openingHours }: Shelf, atMs: number): number {
  if (openingHours === null) return atMs;
  const [hours] = openingHours;
  if (hours === undefined) return Number.POSITIVE_INFINITY;
  const [opens, closes] = [hours.opens, hours.closes].map((time) => Number(time.slice(0, 2)) * HOUR_MS);
  const midnightMs = atMs - (atMs % DAY_MS);
  if (atMs < midnightMs + opens!) return midnightMs + opens!;
  return atMs < midnightMs + closes! ? atMs : midnightMs + DAY_MS + opens!;
}

/** Infinite where there is no delivery. */
function earliestAtMs(shelf: Shelf, distanceM: number, atMs: number): number {
  if (shelf.delivery === null || distanceM > shelf.delivery.radiusM) return Number.POSITIVE_INFINITY;
  const { prepMinutes, speedKmh } = shelf.delivery;
  const minutes = Math.ceil(prepMinutes + (distanceM * 1.3) / ((speedKmh * 1000) / 60));
  return nextOpeningMs(shelf, atMs) + minutes * 60_000;
}

const needsGeodesic = ({ openNow, deliverable, sort }: NearbyQuery) =>
  openNow || deliverable || sort === "delivery";

function matchesItem(query: NearbyQuery, shelf: Shelf, row: number): boolean {
  const item = shelf.items[row]!;
  if (query.category !== undefined && item.category !== query.category) return false;
  if (query.gtin !== undefined && item.gtin !== query.gtin) return false;
  if (query.product === undefined) return true;
  if (/^\d{8,14}$/.test(query.product) && item.gtin === query.product.padStart(14, "0")) return true;
  return matchesWords(new Set(searchKeys(item.searchText)), queryKeys(query.product));
}

type Reason = "availability" | "quantity" | "stale" | "no_proof" | "price" | "closed" | "not_deliverable";

function rowReason(query: NearbyQuery, shelf: Shelf, row: number, atMs: number): Reason | undefined {
  const { availability, currency } = shelf.kinds[row]!;
  const [verifiedAtMs, amount, quantity] = shelf.numbers.slice(3 * row, 3 * row + 3) as [
    number,
    number,
    number,
  ];
  if (!query.availability.includes(availability)) return "availability";
  if (!["on_request", "scheduled_only"].includes(availability) && quantity < query.minQty) return "quantity";
  if (atMs - verifiedAtMs > query.maxAgeS * 1000) return "stale";
  if (query.proofRequired && !shelf.proofs?.[row]) return "no_proof";
  if (query.currency !== undefined && currency !== query.currency) return "price";
  if (query.maxPrice !== undefined && amount > query.maxPrice) return "price";
  return undefined;
}

function shelfReason(query: NearbyQuery, shelf: Shelf, atMs: number): Reason | undefined {
  if (query.openNow && nextOpeningMs(shelf, atMs) !== atMs) return "closed";
  const earliestMs = earliestAtMs(shelf, geodesicM(query.point, shelf), atMs);
  return query.deliverable && earliestMs === Number.POSITIVE_INFINITY ? "not_deliverable" : undefined;
}

const rowNumbers = (shelf: Shelf): number[] => shelf.items.map((_, row) => row);

/** Every row in the order asked for, and how many were left out for which reason. */
export function obviousSearch(shelves: readonly Shelf[], query: NearbyQuery, atMs: number) {
  const { point, radiusM } = query;
  const asked = shelves.filter(
    (shelf) =>
      (query.partnerId === undefined || shelf.partnerId === query.partnerId) &&
      (query.locationId === undefined || shelf.locationId === query.locationId),
  );
  const inside = asked.filter((shelf) => geodesicM(point, shelf) <= radiusM);
  const estimateM = (shelf: Shelf) => chordArcDistanceM(toEcef(point), shelf);
  const eligible = needsGeodesic(query)
    ? inside.filter((shelf) => shelfReason(query, shelf, atMs) === undefined)
    : asked.filter((shelf) => estimateM(shelf) <= radiusM + CHORD_ARC_ERROR_M);
  const found = eligible.flatMap((shelf) => {
    const nearness = nearnessOf(shelf);
    return rowNumbers(shelf)
      .filter((row) => matchesItem(query, shelf, row) && rowReason(query, shelf, row, atMs) === undefined)
      .map((row): Found => {
        const ids = { itemId: itemId(shelf.items[row]!), locationId: shelf.locationId };
        return { shelf, row, sortKeys: sortKeys(query, shelf, row), nearness, ...ids };
      });
  });

  function nearnessOf(shelf: Shelf): number {
    if (!needsGeodesic(query)) return estimateM(shelf);
    if (query.sort !== "delivery") return geodesicM(point, shelf);
    const keys = (one: Shelf) =>
      [earliestAtMs(one, geodesicM(point, one), atMs), geodesicM(point, one)] as const;
    const [earliestMs, distanceM] = keys(shelf);
    return eligible.filter((other) => {
      const [otherMs, otherM] = keys(other);
      return otherMs < earliestMs || (otherMs === earliestMs && otherM < distanceM);
    }).length;
  }

  const excluded: Record<Reason, number> = {
    availability: 0,
    quantity: 0,
    stale: 0,
    no_proof: 0,
    price: 0,
    closed: 0,
    not_deliverable: 0,
  };
  for (const shelf of inside) {
    for (const row of rowNumbers(shelf)) {
      if (!matchesItem(query, shelf, row)) continue;
      const reason = rowReason(query, shelf, row, atMs) ?? shelfReason(query, shelf, atMs);
      if (reason !== undefined) excluded[reason] += 1;
    }
  }
  return { rows: found.sort(compare), excluded };
}

function sortKeys({ sort }: NearbyQuery, { kinds, numbers }: Shelf, row: number): string[] {
  if (sort === "price") return [kinds[row]!.currency, `${numbers[3 * row + 1]}`];
  if (sort === "freshness") return [(-numbers[3 * row]! / 1000).toFixed(6)];
  return [];
}

const ordered = ({ sortKeys, nearness, itemId, locationId }: PagePosition) => [
  ...sortKeys.map((key) => (Number.isNaN(Number(key)) ? key : Number(key))),
  nearness,
  itemId,
  locationId,
];

/** Negative when `a` comes first. */
export function compare(a: PagePosition, b: PagePosition): number {
  const [as, bs] = [ordered(a), ordered(b)];
  const i = as.findIndex((key, place) => key !== bs[place]);
  return i === -1 ? 0 : as[i]! < bs[i]! ? -1 : 1;
}

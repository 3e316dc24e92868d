import { nextOpeningMs, type OpeningHours } from "./opening-hours.ts";

/** `radiusM` ≥ 0, straight from the shop; `prepMinutes` ≥ 0; `speedKmh` > 0, the courier's, stops included. */
export interface DeliveryTerms {
  readonly radiusM: number;
  readonly prepMinutes: number;
  readonly speedKmh: number;
}

/**
 * `minMinutes` and `maxMinutes` count from the moment preparation starts: now, or when the shop next opens.
 * `earliestAtMs` is that moment plus `minMinutes`. `closed` means that the shop has no opening hours at all.
 */
export type DeliveryEstimate =
  | {
      readonly available: true;
      readonly minMinutes: number;
      readonly maxMinutes: number;
      readonly earliestAtMs: number;
      readonly basis: "distance";
    }
  | { readonly available: false; readonly reason: "not_offered" | "out_of_range" | "closed" };

/**
 * Road over straight-line distance (circuity, detour index): about 1.2 within cities (Newell, "Traffic Flow
 * on Transportation Networks", 1980), 1.2 and more by country (Ballou, Rahardja, Sakai, "Selected country
 * circuity factors for road travel distance estimation", 2002), 1.4 to the nearest hospital in the United
 * States (Boscoe, Henry, Zdeb, 2012).
 */
const ROAD_FACTOR = 1.3;

/** A busy kitchen or counter, and traffic: the slow end takes half as long again … */
const SLOW_FACTOR = 1.5;
/** … and there the courier still has to find the door. */
const HAND_OVER_MINUTES = 2;

/**
 * When an order placed now could be at the door.
 *
 *     travel = distance × 1.3 / speed
 *     min    = ⌈preparation + travel⌉
 *     max    = ⌈1.5 × (preparation + travel) + 2⌉
 *
 * `distanceM` is the geodesic distance; exactly the delivery radius is still in range.
 * Whole minutes, min < max; both grow with distance and preparation and shrink with speed.
 * Whether the shop will still be open when the order is ready is not considered.
 */
export function estimateDelivery(question: {
  readonly distanceM: number;
  readonly delivery: DeliveryTerms | null;
  readonly openingHours: OpeningHours;
  readonly timeZone: string;
  readonly nowMs: number;
}): DeliveryEstimate {
  const { distanceM, delivery, openingHours, timeZone, nowMs } = question;
  if (delivery === null) return { available: false, reason: "not_offered" };
  if (distanceM > delivery.radiusM) return { available: false, reason: "out_of_range" };
  const startsAtMs = nextOpeningMs(openingHours, timeZone, nowMs);
  if (startsAtMs === null) return { available: false, reason: "closed" };

  const minutes = minutesUnderWay(distanceM, delivery);
  const minMinutes = Math.ceil(minutes);
  return {
    available: true,
    minMinutes,
    maxMinutes: slowMinutes(minutes),
    earliestAtMs: startsAtMs + minMinutes * 60_000,
    basis: "distance",
  };
}

/** Whether the estimate is the same for all distances from `leastM` to `mostM`: nothing in it shrinks with distance. */
export function isSameEstimate(delivery: DeliveryTerms | null, leastM: number, mostM: number): boolean {
  if (delivery === null || leastM > delivery.radiusM) return true;
  if (mostM > delivery.radiusM) return false;
  const least = minutesUnderWay(leastM, delivery);
  const most = minutesUnderWay(mostM, delivery);
  return Math.ceil(least) === Math.ceil(most) && slowMinutes(least) === slowMinutes(most);
}

function minutesUnderWay(distanceM: number, { prepMinutes, speedKmh }: DeliveryTerms): number {
  const roadM = distanceM * ROAD_FACTOR;
  const metresPerMinute = (speedKmh * 1000) / 60;
  return prepMinutes + roadM / metresPerMinute;
}

function slowMinutes(minutes: number): number {
  return Math.ceil(SLOW_FACTOR * minutes + HAND_OVER_MINUTES);
}

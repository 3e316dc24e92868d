import { CHORD_ARC_ERROR_M } from "../../geo/chord-arc.ts";
import { geodesicDistanceM } from "../../geo/geodesic.ts";
import { withinRadius } from "../../geo/within-radius.ts";
import { estimateDelivery } from "../delivery-estimate.ts";
import type { LocationReason } from "../nearby-explain.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import { isOpenAt } from "../opening-hours.ts";
import type { Shelf } from "./tile.ts";

/**
 * What `judgeLocations` says, shelf by shelf. `estimateM` is a shelf's `chordArcDistanceM`: the geodesic takes longer
 * than all the rest and is asked only where the estimate cannot tell.
 */
export type ShelfJudge = {
  readonly isInside: (shelf: Shelf, estimateM: number) => boolean;
  /** Why the whole shelf is left out; undefined when it is not. */
  readonly reason: (shelf: Shelf, estimateM: number) => LocationReason | undefined;
  /** When an order placed at once could be at the door; infinite where there is no delivery. */
  readonly earliestAtMs: (shelf: Shelf, estimateM: number) => number;
  /** The geodesic, metres. */
  readonly distanceM: (shelf: Shelf) => number;
};

/** Judges as of `startedAtMs`. */
export function shelfJudge(query: NearbyQuery, startedAtMs: number): ShelfJudge {
  const { point, radiusM, openNow, deliverable } = query;
  const distanceM = (shelf: Shelf) => geodesicDistanceM(point, shelf);
  const earliestFrom = (distanceM: number, { delivery, openingHours, timeZone }: Shelf): number => {
    const estimate = estimateDelivery({ distanceM, delivery, openingHours, timeZone, nowMs: startedAtMs });
    return estimate.available ? estimate.earliestAtMs : Number.POSITIVE_INFINITY;
  };
  const earliestAtMs = (shelf: Shelf, estimateM: number): number => {
    if (shelf.delivery === null) return Number.POSITIVE_INFINITY;
    // Farther is never earlier: what holds at both ends holds between them.
    const atBest = earliestFrom(estimateM - CHORD_ARC_ERROR_M, shelf);
    const atWorst = earliestFrom(estimateM + CHORD_ARC_ERROR_M, shelf);
    return atBest === atWorst ? atBest : earliestFrom(distanceM(shelf), shelf);
  };
  return {
    isInside: (shelf, estimateM) => withinRadius(point, shelf, estimateM, radiusM),
    reason: (shelf, estimateM) => {
      if (openNow && !isOpenAt(shelf.openingHours, shelf.timeZone, startedAtMs)) return "closed";
      if (deliverable && earliestAtMs(shelf, estimateM) === Number.POSITIVE_INFINITY)
        return "not_deliverable";
      return undefined;
    },
    earliestAtMs,
    distanceM,
  };
}

import { CHORD_ARC_ERROR_M } from "./chord-arc.ts";
import { geodesicDistanceM } from "./geodesic.ts";
import type { Point } from "./point.ts";

/**
 * Whether the geodesic between two points is at most `radiusM` (0 to 100 km), inclusive and unrounded.
 * `estimateM` is their `chordArcDistanceM`; the geodesic is computed only where the estimate cannot tell.
 */
export function withinRadius(from: Point, to: Point, estimateM: number, radiusM: number): boolean {
  if (Math.abs(estimateM - radiusM) > CHORD_ARC_ERROR_M) return estimateM < radiusM;
  return geodesicDistanceM(from, to) <= radiusM;
}

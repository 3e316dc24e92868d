import { locationCell } from "./cells.ts";
import { type Ecef, toEcef } from "./ecef.ts";
import type { Point } from "./point.ts";

/** What a location is found by and measured from: stored beside its coordinates, and written whenever they are. */
export type LocationPosition = Ecef & { readonly h3Cell: bigint };

/** The stored position of a location at a point. */
export function locationPosition(point: Point): LocationPosition {
  return { h3Cell: locationCell(point), ...toEcef(point) };
}

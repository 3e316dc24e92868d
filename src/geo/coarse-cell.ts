import { latLngToCell } from "h3-js";
import type { Cell } from "./cells.ts";
import type { Point } from "./point.ts";

/** Hexagons of about 5 km², with edges of some 1.4 km: a part of a town, and nobody's door. */
const COARSE_RESOLUTION = 7;

/** The H3 cell of resolution 7 around a point: as much as may be kept of where somebody is. */
export function coarseCell({ lat, lng }: Point): Cell {
  return latLngToCell(lat, lng, COARSE_RESOLUTION) as Cell;
}

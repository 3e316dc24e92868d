import { cellToChildren, cellToLatLng, getRes0Cells, getResolution } from "h3-js";
import { reachM } from "./cover.ts";
import { type Ecef, toEcef } from "./ecef.ts";

/** Where a cell is: everything in it lies within `reachM` metres of its centre, in a straight line. */
export type CellShape = Ecef & {
  /** H3 index. */
  readonly cell: string;
  readonly resolution: number;
  readonly reachM: number;
};

/** The 122 cells of resolution 0, which are the whole earth. */
export function baseCells(): CellShape[] {
  return getRes0Cells().map(shapeOf);
}

/** The cells one resolution finer that have the cell's descendants among them: seven, or six of a pentagon. */
export function childCells({ cell, resolution }: CellShape): CellShape[] {
  return cellToChildren(cell, resolution + 1).map(shapeOf);
}

function shapeOf(cell: string): CellShape {
  const resolution = getResolution(cell);
  const [lat, lng] = cellToLatLng(cell);
  return { cell, resolution, ...toEcef({ lat, lng }), reachM: reachM(resolution) };
}

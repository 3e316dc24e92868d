import { cellToLatLng, getResolution, isValidCell, latLngToCell } from "h3-js";
import type { Point } from "./point.ts";

/** A valid H3 cell of any resolution: 15 lower-case hexadecimal digits. */
export type Cell = string & { readonly brand: "H3 cell" };

/** Every index from `lo` to `hi`, both included. */
export type CellRange = { readonly lo: bigint; readonly hi: bigint };

/** The resolution at which locations are indexed: cells about half a metre across its edge. */
const LOCATION_RESOLUTION = 15;

const BITS_PER_DIGIT = 3n;
const RESOLUTION_SHIFT = 52n;
const RESOLUTION_MASK = 15n << RESOLUTION_SHIFT;
/** The digit 6, the last child, at each of the fifteen resolutions. */
const ALL_SIXES = 0o666_666_666_666_666n;

/** The H3 index of the point at resolution 15; fits a PostgreSQL `bigint`. */
export function locationCell({ lat, lng }: Point): bigint {
  return toIndex(latLngToCell(lat, lng, LOCATION_RESOLUTION));
}

/** From 0, a continent, to 15. */
export function cellResolution(cell: string): number {
  return getResolution(cell);
}

/** The indexes of all resolution-15 descendants of a cell, which are contiguous: they share its digits and differ in the lower ones. */
export function cellRange(cell: string): CellRange {
  return cellsRange(cell, cell);
}

/** The indexes of all resolution-15 descendants of two cells of one resolution and of every cell between them. */
export function cellsRange(first: string, last: string): CellRange {
  const freeBits = BITS_PER_DIGIT * BigInt(LOCATION_RESOLUTION - getResolution(first));
  const freeDigits = (1n << freeBits) - 1n;
  return {
    lo: (toIndex(first) | RESOLUTION_MASK) & ~freeDigits,
    hi: ((toIndex(last) | RESOLUTION_MASK) & ~freeDigits) | (ALL_SIXES & freeDigits),
  };
}

/** The cell that a caller wrote, in either case of letters; undefined unless it is the 15-digit index of an existing cell. */
export function parseCell(text: string): Cell | undefined {
  const cell = text.toLowerCase();
  return isCell(cell) ? cell : undefined;
}

/** The centre of a cell. */
export function cellCentre(cell: Cell): Point {
  const [lat, lng] = cellToLatLng(cell);
  return { lat, lng };
}

function isCell(text: string): text is Cell {
  return /^[0-9a-f]{15}$/.test(text) && isValidCell(text);
}

function toIndex(cell: string): bigint {
  return BigInt(`0x${cell}`);
}

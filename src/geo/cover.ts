import { cellToChildren, cellToLatLng, getRes0Cells } from "h3-js";
import { type CellRange, cellsRange } from "./cells.ts";
import { chordSquared, type Ecef, toEcef } from "./ecef.ts";
import type { Point } from "./point.ts";
import { LARGEST_CURVATURE_RADIUS_M } from "./wgs84.ts";

/** The largest radius that can be covered, in metres. */
export const MAX_COVER_RADIUS_M = 50_000;

/** No cover has more ranges than this, wherever it is. */
export const MAX_COVER_RANGES = 12;

/** Reading through a cell outside the disk costs the rows in it, beginning another range an index descent: so many cells are worth a range. */
const CELLS_READ_THROUGH = 1;

/** Cells are fine enough when their reach is at most this part of the radius, and never finer than FINEST_RESOLUTION. */
const REACH_PER_RADIUS = 0.5;
const FINEST_RESOLUTION = 11;

/** A shopping street within a few minutes' walk: in a city enough for a page, and few rows to read for nothing elsewhere. */
const FIRST_BAND_M = 800;
/** Each band costs a step of the statement's recursion, each metre too many the rows in it: see docs/benchmarks/nearby-sql.md. */
const BAND_GROWTH = 4;
/** A band is left out unless the disk is wider than this many times its radius. */
const LAST_BAND_GROWTH = 1.6;

/** The disk of radius `outerM`, covered. */
export type Band = { readonly outerM: number; readonly ranges: readonly CellRange[] };

/** `rank` numbers the cells of a resolution in the order of their indexes; cells of adjacent ranks have no index between them. */
type RankedCell = { readonly cell: string; readonly rank: number; readonly centre: Ecef };

type Cells = { readonly resolution: number; readonly cells: readonly RankedCell[] };

const WHOLE_EARTH: Cells = { resolution: 0, cells: getRes0Cells().map(rankedCell) };

/**
 * Sorted, disjoint ranges of resolution-15 cells that surely contain the `locationCell` of every point within
 * `radiusM` of the centre; at most MAX_COVER_RANGES of them. They reach beyond the disk too: measure what is found.
 * @throws RangeError unless `radiusM` is from 0 to MAX_COVER_RADIUS_M
 */
export function coverDisk(centre: Point, radiusM: number): CellRange[] {
  assertCoverable(radiusM);
  return toRanges(cellsTouching(toEcef(centre), radiusM, WHOLE_EARTH));
}

/**
 * Disks around the centre that grow up to `radiusM`, nearest first, without those of less than `fromM`.
 * Each is covered whole, as `coverDisk` does, so that what is nearer must be told by its distance.
 * @throws RangeError unless `radiusM` is from 0 to MAX_COVER_RADIUS_M
 */
export function coverBands(centre: Point, radiusM: number, fromM = 0): Band[] {
  assertCoverable(radiusM);
  const origin = toEcef(centre);
  let outside = WHOLE_EARTH;
  return bandRadiiM(radiusM)
    .filter((outerM) => outerM >= fromM)
    .reverse()
    .map((outerM) => {
      outside = cellsTouching(origin, outerM, outside);
      return { outerM, ranges: toRanges(outside) };
    })
    .reverse();
}

/**
 * No resolution-15 descendant of a cell extends farther from the centre of the cell than this.
 *
 * H3 lays its hexagons on the faces of an icosahedron, 0.38196601125 sphere radii apart at resolution 0 and √7 times
 * closer at each next one. From parent to child the centre moves by one such step in any of six directions, which turn
 * by asin(√(3/28)) = 19.1° to and fro; the farthest descendant is the sum of two geometric series at that angle, 0.601
 * steps away. Projecting a face onto the sphere stretches nothing, and the sphere onto the ellipsoid by at most a²/b.
 * The metre on top takes in rounding and the error of the estimated distance.
 */
export function reachM(resolution: number): number {
  return 0.60093 * 0.38196601125 * LARGEST_CURVATURE_RADIUS_M * 7 ** (-resolution / 2) + 1;
}

function assertCoverable(radiusM: number): void {
  if (!(radiusM >= 0 && radiusM <= MAX_COVER_RADIUS_M)) {
    throw new RangeError(`A radius of ${radiusM} m cannot be covered: 0 to ${MAX_COVER_RADIUS_M} m can`);
  }
}

function coverResolution(radiusM: number): number {
  let resolution = 0;
  while (resolution < FINEST_RESOLUTION && reachM(resolution) > REACH_PER_RADIUS * radiusM) resolution++;
  return resolution;
}

function bandRadiiM(radiusM: number): number[] {
  const radiiM: number[] = [];
  for (let outerM = FIRST_BAND_M; outerM * LAST_BAND_GROWTH < radiusM; outerM *= BAND_GROWTH)
    radiiM.push(outerM);
  return [...radiiM, radiusM];
}

/** The cells, at the resolution that suits the radius, with a descendant in the disk, given their ancestors or themselves among others. */
function cellsTouching(origin: Ecef, radiusM: number, among: Cells): Cells {
  const finest = coverResolution(radiusM);
  let { resolution, cells } = among;
  for (;;) {
    const farthestM = radiusM + reachM(resolution);
    cells = cells.filter(({ centre }) => chordSquared(origin, centre) <= farthestM * farthestM);
    if (resolution === finest) return { resolution, cells };
    resolution++;
    cells = cells.flatMap((parent) => childrenOf(parent, resolution));
  }
}

/** About 3 MB. Where one asks, others have asked: to know a cell's children takes a hundredth of asking H3. */
const KNOWN_PARENTS = 2000;
const knownChildren = new Map<string, readonly RankedCell[]>();

function childrenOf({ cell, rank }: RankedCell, resolution: number): readonly RankedCell[] {
  const known = knownChildren.get(cell);
  if (known !== undefined) return known;
  const children = cellToChildren(cell, resolution).map((child, place) =>
    rankedCell(child, rank * 7 + place),
  );
  if (knownChildren.size >= KNOWN_PARENTS) knownChildren.clear();
  knownChildren.set(cell, children);
  return children;
}

function rankedCell(cell: string, rank: number): RankedCell {
  const [lat, lng] = cellToLatLng(cell);
  return { cell, rank, centre: toEcef({ lat, lng }) };
}

/** The ranges of cells in rank order, parted only at the widest gaps between them. */
function toRanges({ cells }: Cells): CellRange[] {
  const starts = cells
    .map((cell, place) => ({
      place,
      gap: cell.rank - (cells[place - 1]?.rank ?? Number.NEGATIVE_INFINITY) - 1,
    }))
    .filter(({ gap }) => gap > CELLS_READ_THROUGH)
    .sort((one, other) => other.gap - one.gap)
    .slice(0, MAX_COVER_RANGES)
    .map(({ place }) => place)
    .sort((one, other) => one - other);
  return starts.flatMap((start, i) => {
    const first = cells[start];
    const last = cells[(starts[i + 1] ?? cells.length) - 1];
    return first && last ? [cellsRange(first.cell, last.cell)] : [];
  });
}

import { CHORD_ARC_ERROR_M } from "../../geo/chord-arc.ts";
import type { FoundRow } from "./found-row.ts";
import { type ChildrenOf, type Missing, whyMissing } from "./missing.ts";
import { NearestHeap } from "./nearest-heap.ts";
import { PageRows } from "./page-rows.ts";
import { estimatedDistanceM, lowestDistanceM, type RowSearch } from "./row-search.ts";
import type { Shelf, TileNode } from "./tile.ts";

type Nearest =
  | { readonly kind: "found"; readonly rows: readonly FoundRow[]; readonly used: readonly TileNode[] }
  | Missing;

/**
 * The first rows by distance, from as few tiles as can be: cells and shelves are looked at by distance, the nearest
 * first, a cell before what it holds. Only shelves that are reached are measured by the geodesic, if the order is its.
 */
export function nearestRows(
  roots: readonly TileNode[],
  childrenOf: ChildrenOf,
  search: RowSearch,
  oldestAsOfMs: number,
): Nearest {
  const walk = new NearestWalk(childrenOf, search, oldestAsOfMs);
  for (const root of roots) walk.look(root);
  walk.run();
  return walk.missing ?? { kind: "found", rows: walk.page.rows, used: walk.used };
}

class NearestWalk {
  readonly page: PageRows;
  readonly used: TileNode[] = [];
  missing: Missing | undefined;
  readonly #childrenOf: ChildrenOf;
  readonly #search: RowSearch;
  readonly #oldestAsOfMs: number;
  /** By the least distance of what they hold. */
  readonly #cells = new NearestHeap<TileNode>();
  /** By the least distance that the geodesic may turn out to be. */
  readonly #estimated = new NearestHeap<Shelf>();
  /** By what orders the page. */
  readonly #measured = new NearestHeap<Shelf>();
  /** Everything nearer has been looked at. */
  #reachedM = 0;
  /** The one location that is asked for is found: other cells do not matter. */
  #hasOnlyOne = false;

  constructor(childrenOf: ChildrenOf, search: RowSearch, oldestAsOfMs: number) {
    this.page = new PageRows(search);
    this.#childrenOf = childrenOf;
    this.#search = search;
    this.#oldestAsOfMs = oldestAsOfMs;
  }

  run(): void {
    while (!this.page.isFull && this.missing === undefined) {
      const cellM = this.#hasOnlyOne ? Number.POSITIVE_INFINITY : this.#cells.nearestM;
      const estimatedM = this.#estimated.nearestM;
      const measuredM = this.#measured.nearestM;
      this.#reachedM = Math.min(cellM, estimatedM, measuredM);
      if (this.#reachedM === Number.POSITIVE_INFINITY) return;
      if (cellM === this.#reachedM) {
        const cell = this.#cells.pop();
        if (cell !== undefined) this.#enter(cell);
      } else if (estimatedM === this.#reachedM) {
        this.#measure();
      } else {
        this.#show();
      }
    }
  }

  /** Enters a cell at once if its turn has come. */
  look(node: TileNode): void {
    if (this.missing !== undefined || this.#hasOnlyOne) return;
    const lowestM = lowestDistanceM(this.#search, node);
    if (lowestM <= this.#reachedM) this.#enter(node);
    else if (lowestM !== Number.POSITIVE_INFINITY) this.#cells.push(lowestM, node);
  }

  #enter(node: TileNode): void {
    const children = this.#childrenOf(node);
    if (children === undefined) this.#open(node);
    else for (const child of children) this.look(child);
  }

  #open(leaf: TileNode): void {
    this.missing = whyMissing(leaf, this.#oldestAsOfMs);
    if (this.missing !== undefined) return;
    this.used.push(leaf);
    const { judged, nearestM, query } = this.#search;
    for (const shelf of leaf.tile?.shelves ?? []) {
      const estimateM = estimatedDistanceM(this.#search, shelf);
      if (estimateM === Number.POSITIVE_INFINITY) continue;
      if (query.locationId !== undefined) this.#hasOnlyOne = true;
      if (estimateM < nearestM) continue;
      if (judged) this.#estimated.push(estimateM - CHORD_ARC_ERROR_M, shelf);
      else this.#measured.push(estimateM, shelf);
    }
  }

  #measure(): void {
    const { judge } = this.#search;
    const shelf = this.#estimated.pop();
    if (shelf === undefined) return;
    const estimateM = this.#reachedM + CHORD_ARC_ERROR_M;
    if (judge.reason(shelf, estimateM) !== undefined) return;
    const distanceM = judge.distanceM(shelf);
    if (distanceM <= this.#search.query.radiusM) this.#measured.push(distanceM, shelf);
  }

  #show(): void {
    const shelf = this.#measured.pop();
    if (shelf === undefined) return;
    if (this.#measured.nearestM !== this.#reachedM) {
      this.page.add(shelf, this.#reachedM);
      return;
    }
    const tied = [shelf];
    while (this.#measured.nearestM === this.#reachedM) {
      const beside = this.#measured.pop();
      if (beside !== undefined) tied.push(beside);
    }
    this.page.addTied(tied, this.#reachedM);
  }
}

import type { Excluded } from "../nearby-explain.ts";
import { deliveryRows } from "./delivery-rows.ts";
import { discTiles } from "./disc-tiles.ts";
import { excludedRows } from "./excluded-rows.ts";
import type { FoundRow } from "./found-row.ts";
import type { ChildrenOf, Missing } from "./missing.ts";
import { addOutdated } from "./moved-shelves.ts";
import { nearestRows } from "./nearest-rows.ts";
import { type RowQuestion, type RowSearch, rowSearch } from "./row-search.ts";
import { sortedRows } from "./sorted-rows.ts";
import type { Shelf, TileNode } from "./tile.ts";

/** What a search looks at. */
export type Tiles = {
  /** Together they hold every location within the radius. */
  readonly roots: readonly TileNode[];
  readonly childrenOf: ChildrenOf;
  /** UUIDs of the locations that more than one tile holds. */
  readonly inMany: ReadonlySet<string>;
};

export type TileQuestion = RowQuestion & {
  /** Tiles as of an earlier moment are too old. */
  readonly oldestAsOfMs: number;
};

export type TileSearch =
  | {
      readonly kind: "found";
      readonly rows: readonly FoundRow[];
      /** With `explain` alone. */
      readonly excluded: Excluded | undefined;
      /** Of the oldest tile used. */
      readonly asOfMs: number;
      readonly used: readonly TileNode[];
    }
  | Missing;

/**
 * The rows of a page, in their order: those that `pageStatement` gives for the same question and data, with the same
 * `nearness` and `sortKeys`. By distance, only tiles are needed that lie no farther than the page's last row; else, and
 * with `explain`, all of the disc.
 */
export function searchTiles(tiles: Tiles, question: TileQuestion): TileSearch {
  const outdated = new Set<Shelf>();
  for (;;) {
    const found = searchOnce(tiles, question, rowSearch(question, outdated));
    if (found.kind === "missing") return found;
    if (!addOutdated(outdated, found, tiles.inMany, question.query.explain)) return found;
  }
}

function searchOnce(
  { roots, childrenOf }: Tiles,
  { query, oldestAsOfMs }: TileQuestion,
  search: RowSearch,
): TileSearch {
  if (query.sort === "distance" && !query.explain) {
    const walk = nearestRows(roots, childrenOf, search, oldestAsOfMs);
    return walk.kind === "missing" ? walk : found(walk.rows, walk.used, undefined);
  }
  const disc = discTiles(roots, childrenOf, search, oldestAsOfMs);
  if (disc.kind === "missing") return disc;
  const excluded = query.explain ? excludedRows(disc.used, search) : undefined;
  if (query.sort === "delivery") return found(deliveryRows(disc.used, search), disc.used, excluded);
  if (query.sort !== "distance") return found(sortedRows(disc.used, search, query.sort), disc.used, excluded);
  const walk = nearestRows(roots, childrenOf, search, oldestAsOfMs);
  return walk.kind === "missing" ? walk : found(walk.rows, disc.used, excluded);
}

function found(
  rows: readonly FoundRow[],
  used: readonly TileNode[],
  excluded: Excluded | undefined,
): TileSearch {
  let asOfMs = Number.POSITIVE_INFINITY;
  for (const { tile } of used) if (tile !== undefined && tile.asOfMs < asOfMs) asOfMs = tile.asOfMs;
  return { kind: "found", rows, excluded, asOfMs, used };
}

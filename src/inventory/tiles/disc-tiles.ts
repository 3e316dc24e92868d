import { type ChildrenOf, type Missing, whyMissing } from "./missing.ts";
import { estimatedDistanceM, lowestDistanceM, type RowSearch } from "./row-search.ts";
import type { Shelf, TileNode } from "./tile.ts";

/** Every leaf that may hold a shelf within the radius. */
export function discTiles(
  roots: readonly TileNode[],
  childrenOf: ChildrenOf,
  search: RowSearch,
  oldestAsOfMs: number,
): { readonly kind: "found"; readonly used: readonly TileNode[] } | Missing {
  const used: TileNode[] = [];
  let missing: Missing | undefined;
  const look = (node: TileNode): void => {
    if (missing !== undefined || lowestDistanceM(search, node) === Number.POSITIVE_INFINITY) return;
    const children = childrenOf(node);
    if (children === undefined) {
      missing = whyMissing(node, oldestAsOfMs);
      used.push(node);
    } else {
      for (const child of children) look(child);
    }
  };
  for (const root of roots) look(root);
  return missing ?? { kind: "found", used };
}

/** Shows every shelf that may lie within the radius and is asked for, with its `estimatedDistanceM`. */
export function eachShelf(
  used: readonly TileNode[],
  search: RowSearch,
  show: (shelf: Shelf, estimateM: number) => void,
): void {
  for (const { tile } of used) {
    if (tile === undefined) continue;
    for (const shelf of tile.shelves) {
      const estimateM = estimatedDistanceM(search, shelf);
      if (estimateM !== Number.POSITIVE_INFINITY) show(shelf, estimateM);
    }
  }
}

import { type Excluded, REASONS } from "../nearby-explain.ts";
import { eachShelf } from "./disc-tiles.ts";
import type { RowSearch } from "./row-search.ts";
import type { TileNode } from "./tile.ts";

/** Rows within the radius that match words and filters but are left out, counted by the first reason. */
export function excludedRows(used: readonly TileNode[], search: RowSearch): Excluded {
  const { judge, judged, rowReason, nextAsked } = search;
  const counts = Object.fromEntries(REASONS.map((reason) => [reason, 0])) as Record<keyof Excluded, number>;
  eachShelf(used, search, (shelf, estimateM) => {
    if (!judge.isInside(shelf, estimateM)) return;
    const shelfReason = judged ? judge.reason(shelf, estimateM) : undefined;
    for (let row = nextAsked(shelf, 0); row !== -1; row = nextAsked(shelf, row + 1)) {
      const reason = rowReason(shelf, row) ?? shelfReason;
      if (reason !== undefined) counts[reason] += 1;
    }
  });
  return counts;
}

import { CHORD_ARC_ERROR_M } from "../../geo/chord-arc.ts";
import { eachShelf } from "./disc-tiles.ts";
import type { FoundRow } from "./found-row.ts";
import { PageRows } from "./page-rows.ts";
import type { RowSearch } from "./row-search.ts";
import type { ShelfJudge } from "./shelf-judge.ts";
import type { Shelf, TileNode } from "./tile.ts";

type Delivering = {
  readonly shelf: Shelf;
  readonly earliestAtMs: number;
  readonly estimateM: number;
  /** The geodesic, once it had to be known. */
  distanceM: number | undefined;
};

/** The first rows of a page sorted by `delivery`. Their nearness is their shelf's rank, which `judgeLocations` gives. */
export function deliveryRows(used: readonly TileNode[], search: RowSearch): readonly FoundRow[] {
  const { judge } = search;
  const shelves: Delivering[] = [];
  eachShelf(used, search, (shelf, estimateM) => {
    if (!judge.isInside(shelf, estimateM) || judge.reason(shelf, estimateM) !== undefined) return;
    const earliestAtMs = judge.earliestAtMs(shelf, estimateM);
    shelves.push({ shelf, earliestAtMs, estimateM, distanceM: undefined });
  });
  const compare = comparison(judge);
  shelves.sort(compare);

  const page = new PageRows(search);
  let tied: Delivering[] = [];
  let rank = 0;
  const show = (): void => {
    const [first] = tied;
    if (first !== undefined && tied.length === 1) page.add(first.shelf, rank);
    if (tied.length > 1)
      page.addTied(
        tied.map(({ shelf }) => shelf),
        rank,
      );
  };
  for (const [i, one] of shelves.entries()) {
    if (page.isFull) break;
    const [first] = tied;
    if (first !== undefined && compare(first, one) !== 0) {
      show();
      tied = [];
      rank = i;
    }
    tied.push(one);
  }
  show();
  return page.rows;
}

/** Earliest first, then nearest, to the last bit of the geodesic. */
function comparison(judge: ShelfJudge): (a: Delivering, b: Delivering) => number {
  const distanceM = (one: Delivering): number => {
    one.distanceM ??= judge.distanceM(one.shelf);
    return one.distanceM;
  };
  return (a, b) => {
    if (a.earliestAtMs !== b.earliestAtMs) return a.earliestAtMs < b.earliestAtMs ? -1 : 1;
    const fartherM = a.estimateM - b.estimateM;
    return Math.abs(fartherM) > 2 * CHORD_ARC_ERROR_M ? fartherM : distanceM(a) - distanceM(b);
  };
}

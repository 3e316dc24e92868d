import type { PagePosition } from "../nearby-statement.ts";
import { eachShelf } from "./disc-tiles.ts";
import type { FoundRow } from "./found-row.ts";
import { compareIds, positionIds, type RowIds, rowIds } from "./row-ids.ts";
import { ROW_ORDERS, type RowKey, type RowOrder } from "./row-orders.ts";
import type { RowSearch } from "./row-search.ts";
import type { Shelf, TileNode } from "./tile.ts";

/** A row's place in the order: its keys, then its nearness, then its ids. */
type Place = RowKey & { readonly nearness: number; readonly ids: RowIds };
type Placed = Place & { readonly shelf: Shelf; readonly row: number };

/** The first rows by keys of their own, which takes looking at all of them. */
export function sortedRows(
  used: readonly TileNode[],
  search: RowSearch,
  sort: keyof typeof ROW_ORDERS,
): readonly FoundRow[] {
  const { judge, judged, rowReason, nextAsked } = search;
  const order = ROW_ORDERS[sort];
  const after = search.after === undefined ? undefined : placeAfter(order, search.after);
  const first = new FirstPlaced(search.rows);
  eachShelf(used, search, (shelf, estimateM) => {
    const firstRow = nextAsked(shelf, 0);
    if (firstRow === -1) return;
    if (judged && !judge.isInside(shelf, estimateM)) return;
    if (judged && judge.reason(shelf, estimateM) !== undefined) return;
    let nearness = judged ? undefined : estimateM;
    for (let row = firstRow; row !== -1; row = nextAsked(shelf, row + 1)) {
      const text = order.textOf(shelf, row);
      const number = order.numberOf(shelf, row);
      if (!first.mayTake(text, number)) continue;
      if (after !== undefined && compareKeys(text, number, after) < 0) continue;
      if (rowReason(shelf, row) !== undefined) continue;
      nearness ??= judge.distanceM(shelf);
      const placed = { text, number, nearness, ids: rowIds(shelf, row), shelf, row };
      if (after === undefined || comparePlaces(placed, after) > 0) first.take(placed);
    }
  });
  return first.placed.map(({ shelf, row, nearness, text, number }) => ({
    shelf,
    row,
    nearness,
    sortKeys: order.sortKeys({ text, number }),
  }));
}

function placeAfter(order: RowOrder, position: PagePosition): Place {
  return { ...order.keyOf(position.sortKeys), nearness: position.nearness, ids: positionIds(position) };
}

function compareKeys(text: string, number: number, other: RowKey): number {
  if (text !== other.text) return text < other.text ? -1 : 1;
  return number - other.number;
}

function comparePlaces(one: Place, other: Place): number {
  return (
    compareKeys(one.text, one.number, other) ||
    one.nearness - other.nearness ||
    compareIds(one.ids, other.ids)
  );
}

/** The first rows of all that are taken, in order. */
class FirstPlaced {
  readonly placed: Placed[] = [];
  readonly #most: number;
  #last: Placed | undefined;

  constructor(most: number) {
    this.#most = most;
  }

  /** Whether a row with these keys may be among the first. */
  mayTake(text: string, number: number): boolean {
    return this.#last === undefined || compareKeys(text, number, this.#last) <= 0;
  }

  take(one: Placed): void {
    if (this.#last !== undefined && comparePlaces(one, this.#last) > 0) return;
    let from = 0;
    let to = this.placed.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const other = this.placed[middle];
      if (other !== undefined && comparePlaces(other, one) < 0) from = middle + 1;
      else to = middle;
    }
    this.placed.splice(from, 0, one);
    if (this.placed.length > this.#most) this.placed.pop();
    if (this.placed.length === this.#most) this.#last = this.placed.at(-1);
  }
}

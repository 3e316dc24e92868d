import type { FoundRow } from "./found-row.ts";
import { compareIds, positionIds, type RowIds, rowIds } from "./row-ids.ts";
import type { RowSearch } from "./row-search.ts";
import type { Shelf } from "./tile.ts";

const NO_SORT_KEYS: readonly string[] = [];

/** A page in the order of nearness, filled shelf by shelf. */
export class PageRows {
  readonly rows: FoundRow[] = [];
  readonly #search: RowSearch;
  readonly #afterIds: RowIds | undefined;

  constructor(search: RowSearch) {
    this.#search = search;
    this.#afterIds = search.after === undefined ? undefined : positionIds(search.after);
  }

  get isFull(): boolean {
    return this.rows.length >= this.#search.rows;
  }

  /** Adds what the shelf shows, as much as there is room for. No shelf added before is farther. */
  add(shelf: Shelf, nearness: number): void {
    this.#collect(this.rows, shelf, nearness, this.#search.rows);
  }

  /** The same for shelves that are equally near. */
  addTied(shelves: readonly Shelf[], nearness: number): void {
    const tied: FoundRow[] = [];
    for (const shelf of shelves) this.#collect(tied, shelf, nearness, tied.length + this.#search.rows);
    const sorted = tied
      .map((found) => ({ found, ids: rowIds(found.shelf, found.row) }))
      .sort((a, b) => compareIds(a.ids, b.ids));
    for (const { found } of sorted) if (!this.isFull) this.rows.push(found);
  }

  #collect(into: FoundRow[], shelf: Shelf, nearness: number, most: number): void {
    const { rowReason, nextAsked, after } = this.#search;
    if (after !== undefined && nearness < after.nearness) return;
    const afterIds = nearness === after?.nearness ? this.#afterIds : undefined;
    for (let row = nextAsked(shelf, 0); row !== -1 && into.length < most; row = nextAsked(shelf, row + 1)) {
      if (rowReason(shelf, row) !== undefined) continue;
      if (afterIds !== undefined && compareIds(rowIds(shelf, row), afterIds) <= 0) continue;
      into.push({ shelf, row, nearness, sortKeys: NO_SORT_KEYS });
    }
  }
}

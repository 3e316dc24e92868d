import type { Place, RowKind } from "../nearby-json.ts";

/** What an item shows and is found by; one object for all the shelves of an isolate that carry it. */
export type TileItem = {
  /**
   * What `itemJson` makes of it: `{"item_id":"itm_…",…`. Two of them compare as the items' ids do.
   */
  readonly json: string;
  readonly category: string | null;
  /** GTIN-14. */
  readonly gtin: string | null;
  /** What the item's words are in: title, brand and category. */
  readonly searchText: string;
  /** Once somebody has asked for words. */
  words: ItemWords | undefined;
  /** Whether it is what was asked for of late; what the numbers mean, `asked-rows.ts` knows. */
  asked: number[] | undefined;
};

/** What an item is found by. */
export type ItemWords = {
  /** `wordsOf(searchText)`. */
  readonly words: readonly string[];
  /** The `letterSet` of each. */
  readonly letters: readonly number[];
};

/** Numbers of each row in `Shelf.numbers`, in this order: `verifiedAtMs`, price in minor units, quantity shown. */
export const NUMBERS_PER_ROW = 3;

/** A location of an approved partner with its listed rows, as at one moment of the database. */
export type Shelf = Place & {
  /** UUIDs. */
  readonly locationId: string;
  readonly partnerId: string;
  /** Another one whenever anything about the shelf has changed. */
  readonly version: string;
  /** The rows, column by column, in the order of item ids. */
  readonly items: readonly TileItem[];
  readonly kinds: readonly RowKind[];
  /** Each row's `proof`, as JSON; null for "null". The whole is null when no row has one. */
  readonly proofs: readonly (string | null)[] | null;
  readonly numbers: readonly number[];
  /** Which of its rows are what was asked for of late, as in `TileItem`. */
  asked: number[] | undefined;
};

/** Everything that nearby needs to know about one H3 cell. */
export type Tile = {
  /** The clock before the statement that this was checked by was sent, epoch milliseconds. */
  readonly asOfMs: number;
  /** The database's, of all the cell's shelves. */
  readonly version: string;
  readonly shelves: readonly Shelf[];
};

/** A cell of the tree: a leaf, which may hold a tile, or split into `children`. */
export type TileNode = {
  /** H3 index. */
  readonly cell: string;
  readonly resolution: number;
  /** The centre, Earth-centred and Earth-fixed. */
  readonly xM: number;
  readonly yM: number;
  readonly zM: number;
  /** No location of the cell is farther from the centre. */
  readonly reachM: number;
  children: readonly TileNode[] | undefined;
  /** Undefined while nothing is known; never there beside `children`. */
  tile: Tile | undefined;
};

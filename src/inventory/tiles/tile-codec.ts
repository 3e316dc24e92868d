import { type KindColumns, type RowKind, rowKind } from "../nearby-json.ts";
import { NUMBERS_PER_ROW, type Shelf, type Tile, type TileItem } from "./tile.ts";

/** Raised whenever a tile of before cannot be read as one of now, or shows other bytes. */
export const TILE_FORMAT = 2;

type ItemRecord = readonly [json: string, category: string | null, gtin: string | null, searchText: string];
type ShelfRecord = Omit<Shelf, "items" | "kinds" | "asked"> & {
  /** Places in the tile's lists. */
  readonly items: readonly number[];
  readonly kinds: readonly number[];
};
type TileRecord = {
  readonly format: number;
  readonly cell: string;
  readonly asOfMs: number;
  readonly version: string;
  readonly items: readonly ItemRecord[];
  readonly kinds: readonly KindColumns[];
  readonly shelves: readonly ShelfRecord[];
};

/** Stands for the tile of a cell that is split. */
export const SPLIT_TILE = JSON.stringify({ format: TILE_FORMAT, split: true });

/** The tile of a cell as JSON, each item once. */
export function encodeTile(cell: string, { asOfMs, version, shelves }: Tile): string {
  const items = new Places<TileItem>();
  const kinds = new Places<RowKind>();
  const shelfRecords = shelves.map((shelf) => ({
    ...shelf,
    items: shelf.items.map(items.placeOf),
    kinds: shelf.kinds.map(kinds.placeOf),
    // Their numbers mean nothing elsewhere.
    asked: undefined,
  }));
  const record: TileRecord = {
    format: TILE_FORMAT,
    cell,
    asOfMs,
    version,
    items: items.list.map(({ json, category, gtin, searchText }) => [json, category, gtin, searchText]),
    kinds: kinds.list.map(({ currency, availability, method }) => ({ currency, availability, method })),
    shelves: shelfRecords,
  };
  return JSON.stringify(record);
}

/** The tile of the cell that `encodeTile` made the text of; undefined of any other text, as of one that was cut. */
export function decodeTile(cell: string, text: string): Tile | undefined {
  try {
    const record = JSON.parse(text) as TileRecord;
    if (record.format !== TILE_FORMAT || record.cell !== cell) return undefined;
    const items = record.items.map(
      ([json, category, gtin, searchText]): TileItem => ({
        json,
        category,
        gtin,
        searchText,
        words: undefined,
        asked: undefined,
      }),
    );
    const kinds = record.kinds.map(rowKind);
    const shelves = record.shelves.map((shelf) => ({
      ...shelf,
      items: shelf.items.map((place) => atPlace(items, place)),
      kinds: shelf.kinds.map((place) => atPlace(kinds, place)),
      asked: undefined,
    }));
    const { asOfMs, version } = record;
    const isSound = Number.isFinite(asOfMs) && typeof version === "string" && shelves.every(isWhole);
    return isSound ? { asOfMs, version, shelves } : undefined;
  } catch {
    return undefined;
  }
}

function isWhole({ items, kinds, proofs, numbers }: Shelf): boolean {
  const rows = items.length;
  return (
    kinds.length === rows && numbers.length === rows * NUMBERS_PER_ROW && (proofs?.length ?? rows) === rows
  );
}

function atPlace<T>(list: readonly T[], place: number): T {
  const value = list[place];
  if (value === undefined) throw new RangeError(`nothing at place ${place}`);
  return value;
}

/** Different values, in the order in which they came. */
class Places<T> {
  readonly list: T[] = [];
  readonly #places = new Map<T, number>();

  readonly placeOf = (value: T): number => {
    const known = this.#places.get(value);
    if (known !== undefined) return known;
    const place = this.list.push(value) - 1;
    this.#places.set(value, place);
    return place;
  };
}

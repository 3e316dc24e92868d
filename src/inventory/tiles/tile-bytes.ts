import { ITEM_ASKED_BYTES, shelfAskedBytes } from "./asked-rows.ts";
import type { Shelf, TileItem } from "./tile.ts";

/**
 * About how many bytes of the heap things take, as V8 lays them out without compressed pointers, rather too many than
 * too few: `test/inventory/tiles/tile-bytes.test.ts` weighs them.
 */

/** A tile without its shelves: its cell's node and those of the siblings that came with it. */
export const TILE_BYTES = 1500;
/** With its place among the locations that are held, and what may come to be noted of when it opens. */
const SHELF_BYTES = 600 + 50 + 120;
/** With what it may come to note of questions. */
const ITEM_BYTES = 290 + ITEM_ASKED_BYTES;
const OPENING_INTERVAL_BYTES = 120;
const STRING_BYTES = 24;
/** Beside its letters. */
const WORD_BYTES = 26;
/** Three numbers and two or three pointers. */
const ROW_BYTES = 3 * 8 + 3 * 8;

/** Of the shelf itself, with what it may come to note of questions; its items are weighed apart, because others share them. */
export function shelfBytes({ json, openingHours, items, proofs }: Shelf): number {
  const proofBytes = (proofs ?? []).reduce(
    (sum, proof) => sum + (proof === null ? 0 : stringBytes(proof)),
    0,
  );
  const hoursBytes = (openingHours?.length ?? 0) * OPENING_INTERVAL_BYTES;
  const rowBytes = items.length * ROW_BYTES + shelfAskedBytes(items.length);
  return SHELF_BYTES + stringBytes(json) + hoursBytes + rowBytes + proofBytes;
}

/** Of an item, with the words that it may come to keep. */
export function itemBytes({ json, searchText }: TileItem): number {
  const words = searchText.split(" ").length;
  return ITEM_BYTES + stringBytes(json) + 3 * stringBytes(searchText) + words * WORD_BYTES;
}

const LATIN1 = /^[\0-\xff]*$/;

function stringBytes(text: string): number {
  return STRING_BYTES + text.length * (LATIN1.test(text) ? 1 : 2);
}

import type { NearbyQuery } from "../nearby-query.ts";
import { itemTest } from "./item-test.ts";
import { QUESTIONS_REMEMBERED, type RememberedQuestion, rememberQuestion } from "./remembered-questions.ts";
import type { Shelf, TileItem } from "./tile.ts";

/** The place of the shelf's next row, from `from` on, whose item is asked for; -1 when there is none. */
export type NextAsked = (shelf: Shelf, from: number) => number;

/** Made once for each question that is remembered. */
const madeFor = new WeakMap<RememberedQuestion, NextAsked>();

/** The rows whose items are as the query wants them. */
export function rowsAsked(query: NearbyQuery): NextAsked {
  const { category, gtin, product } = query;
  if (category === undefined && gtin === undefined && product === undefined) return nextRow;
  const question = rememberQuestion(`${category ?? ""}\0${gtin ?? ""}\0${product ?? ""}`);
  let nextAsked = madeFor.get(question);
  if (nextAsked === undefined) {
    nextAsked = nextRowAsked(question, itemTest(query));
    madeFor.set(question, nextAsked);
  }
  return nextAsked;
}

function nextRow({ items }: Shelf, from: number): number {
  return from < items.length ? from : -1;
}

/** `isAsked` is asked at most once of each item as long as the question is remembered. */
function nextRowAsked(
  { place, no, yes }: RememberedQuestion,
  isAsked: (item: TileItem) => boolean,
): NextAsked {
  // A chain's items stand on many shelves.
  const isItemAsked = (item: TileItem): boolean => {
    item.asked ??= new Array<number>(QUESTIONS_REMEMBERED).fill(0);
    const noted = item.asked[place];
    if (noted !== no && noted !== yes) item.asked[place] = isAsked(item) ? yes : no;
    return item.asked[place] === yes;
  };
  const note = (shelf: Shelf, at: number): number[] => {
    const { items } = shelf;
    shelf.asked ??= new Array<number>(QUESTIONS_REMEMBERED * numbersOf(items.length)).fill(0);
    const { asked } = shelf;
    asked.fill(0, at, at + numbersOf(items.length));
    asked[at] = no;
    for (const [row, item] of items.entries()) {
      if (!isItemAsked(item)) continue;
      asked[at] = yes;
      const word = at + 1 + wordOf(row);
      asked[word] = (asked[word] ?? 0) | (1 << (row % ROWS_PER_NUMBER));
    }
    return asked;
  };
  return (shelf, from) => {
    const { length } = shelf.items;
    const at = place * numbersOf(length);
    const noted = shelf.asked?.[at];
    if (noted === no) return -1;
    const asked = noted === yes && shelf.asked !== undefined ? shelf.asked : note(shelf, at);
    for (let row = from; row < length; row += ROWS_PER_NUMBER - (row % ROWS_PER_NUMBER)) {
      const bits = (asked[at + 1 + wordOf(row)] ?? 0) >> (row % ROWS_PER_NUMBER);
      if (bits !== 0) return row + LOWEST_BIT - Math.clz32(bits & -bits);
    }
    return -1;
  };
}

/** Of something of which anything is remembered: a JavaScript array with a number for each question. */
export const ITEM_ASKED_BYTES = 48 + 8 * QUESTIONS_REMEMBERED;

/** The same of a shelf of so many rows. */
export function shelfAskedBytes(rows: number): number {
  return 48 + 8 * QUESTIONS_REMEMBERED * numbersOf(rows);
}

/** Few enough that a number with a bit for each is one that V8 holds without a box. */
const ROWS_PER_NUMBER = 30;
const LOWEST_BIT = 31;

/** For each question: what was said, and then a bit for each row that is asked for. */
function numbersOf(rows: number): number {
  return 1 + Math.ceil(rows / ROWS_PER_NUMBER);
}

function wordOf(row: number): number {
  return Math.trunc(row / ROWS_PER_NUMBER);
}

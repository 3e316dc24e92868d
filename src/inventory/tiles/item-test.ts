import { gtin14 } from "../../gtin.ts";
import { letterSet, mayShareKey, sharesKey, wordsOf } from "../../words.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import { remembering, type Verdicts, verdictsOn } from "./remembered-questions.ts";
import type { ItemWords, Shelf, TileItem } from "./tile.ts";

/** What a query asks of items. */
export type ItemTest = {
  readonly isAsked: (item: TileItem) => boolean;
  /** Whether the shelf has any item that is asked for: most have none of what few words name. */
  readonly hasAsked: (shelf: Shelf) => boolean;
};

/** Made once for each question that is remembered. */
const tests = new WeakMap<Verdicts, ItemTest>();

/** What `itemConditions` asks in SQL; undefined when the query does not look at items. */
export function itemTest({ category, gtin, product }: NearbyQuery): ItemTest | undefined {
  if (category === undefined && gtin === undefined && product === undefined) return undefined;
  const verdicts = verdictsOn(`${category ?? ""}\0${gtin ?? ""}\0${product ?? ""}`);
  const known = tests.get(verdicts);
  if (known !== undefined) return known;
  const isProduct = product === undefined ? undefined : productTest(product);
  // A chain's items stand on many shelves.
  const isAsked = remembering<TileItem>(
    verdicts,
    (item) =>
      (category === undefined || item.category === category) &&
      (gtin === undefined || item.gtin === gtin) &&
      (isProduct === undefined || isProduct(item)),
  );
  const test = { isAsked, hasAsked: remembering<Shelf>(verdicts, ({ items }) => items.some(isAsked)) };
  tests.set(verdicts, test);
  return test;
}

function productTest(product: string): (item: TileItem) => boolean {
  const words = wordsOf(product);
  if (words.length === 0) return () => false;
  const gtin = gtin14(product);
  const asked = words.map((word) => ({ word, letters: letterSet(word) }));
  return (item) => {
    if (gtin !== undefined && item.gtin === gtin) return true;
    item.words ??= itemWords(item);
    for (const { word, letters } of asked) if (!hasWord(item.words, word, letters)) return false;
    return true;
  };
}

function itemWords({ searchText }: TileItem): ItemWords {
  const words = wordsOf(searchText);
  return { words, letters: words.map(letterSet) };
}

function hasWord({ words, letters }: ItemWords, asked: string, askedLetters: number): boolean {
  for (let i = 0; i < words.length; i++) {
    if (mayShareKey(letters[i] ?? 0, askedLetters) && sharesKey(words[i] ?? "", asked)) return true;
  }
  return false;
}

import { gtin14 } from "../../gtin.ts";
import { letterSet, mayShareKey, sharesKey, wordsOf } from "../../words.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import type { ItemWords, TileItem } from "./tile.ts";

/** Whether an item is what the query asks for. */
export type ItemTest = (item: TileItem) => boolean;

/** What `itemConditions` asks in SQL; undefined when the query does not look at items. */
export function itemTest({ category, gtin, product }: NearbyQuery): ItemTest | undefined {
  if (category === undefined && gtin === undefined && product === undefined) return undefined;
  const isProduct = product === undefined ? undefined : productTest(product);
  return (item) =>
    (category === undefined || item.category === category) &&
    (gtin === undefined || item.gtin === gtin) &&
    (isProduct === undefined || isProduct(item));
}

function productTest(product: string): ItemTest {
  const words = wordsOf(product);
  if (words.length === 0) return () => false;
  const gtin = gtin14(product);
  const asked = words.map((word) => ({ word, letters: letterSet(word) }));
  const isAsked = (item: TileItem, words: ItemWords): boolean => {
    if (gtin !== undefined && item.gtin === gtin) return true;
    for (const { word, letters } of asked) if (!hasWord(words, word, letters)) return false;
    return true;
  };
  // A chain's items stand on many shelves; a map of those judged would take longer than all the rest.
  const question = {};
  return (item) => {
    item.words ??= itemWords(item);
    const known = item.words;
    if (known.question !== question) {
      known.question = question;
      known.isAsked = isAsked(item, known);
    }
    return known.isAsked;
  };
}

function itemWords({ searchText }: TileItem): ItemWords {
  const words = wordsOf(searchText);
  return { words, letters: words.map(letterSet), question: undefined, isAsked: false };
}

function hasWord({ words, letters }: ItemWords, asked: string, askedLetters: number): boolean {
  for (let i = 0; i < words.length; i++) {
    if (mayShareKey(letters[i] ?? 0, askedLetters) && sharesKey(words[i] ?? "", asked)) return true;
  }
  return false;
}

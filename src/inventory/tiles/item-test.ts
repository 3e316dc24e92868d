import { gtin14 } from "../../gtin.ts";
import { letterSet, mayShareKey, sharesKey, wordsOf } from "../../words.ts";
import type { NearbyQuery } from "../nearby-query.ts";
import type { ItemWords, TileItem } from "./tile.ts";

/** Whether an item is what the query asks for, as `itemConditions` asks in SQL. */
export function itemTest({ category, gtin, product }: NearbyQuery): (item: TileItem) => boolean {
  const isProduct = product === undefined ? undefined : productTest(product);
  return (item) =>
    (category === undefined || item.category === category) &&
    (gtin === undefined || item.gtin === gtin) &&
    (isProduct === undefined || isProduct(item));
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

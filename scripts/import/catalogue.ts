import { readFileSync } from "node:fs";
import { searchKeys } from "../../src/words.ts";
import { parseCsvTable } from "./csv.ts";
import { demonstrationGtin } from "./gtin.ts";
import { type Random, seededUuid } from "./random.ts";

/** A product in one of its sizes, before a partner sells it. */
type Article = {
  readonly ref: string;
  readonly title: string;
  readonly brand: string | null;
  readonly category: string;
  readonly gtin: string | null;
  /** US cents, before a partner's margin. */
  readonly usualPrice: number;
};

/** An item of a partner's catalogue. */
export type CatalogueItem = Article & {
  readonly itemId: string;
  readonly searchKeys: readonly string[];
};

const { firstSizes: FIRST_SIZES, furtherSizes: FURTHER_SIZES } = readArticles();

/** The size of the largest catalogue that the list of products yields. */
export const MAX_CATALOGUE_SIZE = FIRST_SIZES.length + FURTHER_SIZES.length;

/**
 * What a partner sells: `size` items, of as many different products as possible.
 * Ids depend on `partnerId` and the product, and rise from `firstTimeMs` by a millisecond each.
 */
export function partnerCatalogue(
  partnerId: string,
  size: number,
  firstTimeMs: number,
  random: Random,
): CatalogueItem[] {
  const margin = 0.85 + random.fraction() * 0.4;
  const articles = [...random.shuffle(FIRST_SIZES), ...random.shuffle(FURTHER_SIZES)];
  return articles.slice(0, size).map((article, i) => ({
    ...article,
    usualPrice: article.usualPrice * margin,
    itemId: seededUuid(`${partnerId}/${article.ref}`, firstTimeMs + i),
    searchKeys: searchKeys([article.title, article.brand, article.category].join(" ")),
  }));
}

function readArticles(): { firstSizes: Article[]; furtherSizes: Article[] } {
  const firstSizes: Article[] = [];
  const furtherSizes: Article[] = [];
  let count = 0;
  const table = readFileSync(new URL("./products.csv", import.meta.url), "utf8");
  for (const product of parseCsvTable(table)) {
    const { title = "", brand = "", category = "" } = product;
    const prices = (product["prices_minor"] ?? "").split("|");
    for (const [i, size] of (product["sizes"] ?? "").split("|").entries()) {
      count++;
      const titleWithSize = `${title} ${size}`;
      (i === 0 ? firstSizes : furtherSizes).push({
        ref: titleWithSize.toLowerCase().replaceAll(/[^a-z0-9%.]+/g, "-"),
        title: titleWithSize,
        brand: brand === "" ? null : brand,
        category,
        gtin: category === "produce" ? null : demonstrationGtin(count),
        usualPrice: Number(prices[i]),
      });
    }
  }
  return { firstSizes, furtherSizes };
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNearby } from "../../../src/inventory/parse-nearby.ts";
import { type ItemTest, itemTest } from "../../../src/inventory/tiles/item-test.ts";
import type { Shelf, TileItem } from "../../../src/inventory/tiles/tile.ts";
import { matchesWords, queryKeys, searchKeys } from "../../../src/words.ts";

const WORDS = "bread bred breads milk mild coffee tea rice ryce water".split(" ");
const CATEGORIES = ["bakery", "dairy", "drinks"];

type Asked = { readonly product: string | undefined; readonly category: string | undefined };

const word = fc.constantFrom(...WORDS);
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((some) => some.join(" "));
const asked = fc
  .record({
    product: fc.option(words, { nil: undefined }),
    category: fc.option(fc.constantFrom(...CATEGORIES), { nil: undefined }),
  })
  .filter(({ product, category }) => product !== undefined || category !== undefined);
const items = fc.array(
  fc.record({ title: words, category: fc.constantFrom(...CATEGORIES, null) }).map(
    ({ title, category }): TileItem => ({
      json: "",
      category,
      gtin: null,
      searchText: [title, category].filter((text) => text !== null).join(" "),
      words: undefined,
      verdicts: undefined,
    }),
  ),
  { minLength: 1, maxLength: 6 },
);

function testOf({ product, category }: Asked): ItemTest {
  const parameters = Object.entries({ lat: "6.5", lng: "3.4", product, category }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const parsed = parseNearby(parameters.join("&"));
  return (parsed.ok ? itemTest(parsed.query) : undefined)!;
}

function isObviouslyAsked({ product, category }: Asked, item: TileItem): boolean {
  if (category !== undefined && item.category !== category) return false;
  return product === undefined || matchesWords(new Set(searchKeys(item.searchText)), queryKeys(product));
}

describe("what is remembered of items", () => {
  it("is what looking at their words anew says, however many questions are asked in whatever order", () => {
    fc.assert(
      fc.property(items, fc.array(asked, { minLength: 1, maxLength: 120 }), (known, questions) => {
        const shelf = { items: known, verdicts: undefined } as unknown as Shelf;
        for (const question of [...questions, ...questions]) {
          const { isAsked, hasAsked } = testOf(question);
          const expected = known.map((item) => isObviouslyAsked(question, item));
          expect(hasAsked(shelf)).toBe(expected.includes(true));
          expect(known.map(isAsked)).toEqual(expected);
          expect(hasAsked(shelf)).toBe(expected.includes(true));
        }
      }),
      { seed: 71, numRuns: 150 },
    );
  });

  it("takes no more room, however many questions are asked", () => {
    const [known = []] = fc.sample(items, { seed: 72, numRuns: 1 });
    const noted = (): number[] => known.map(({ verdicts }) => verdicts?.length ?? 0);
    known.forEach(testOf({ product: "bread", category: undefined }).isAsked);
    const before = noted();
    for (let i = 0; i < 500; i++)
      known.forEach(testOf({ product: `bread ${i}`, category: undefined }).isAsked);
    expect(noted()).toEqual(before);
  });
});

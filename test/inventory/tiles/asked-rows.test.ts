import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseNearby } from "../../../src/inventory/parse-nearby.ts";
import { type NextAsked, rowsAsked } from "../../../src/inventory/tiles/asked-rows.ts";
import type { Shelf, TileItem } from "../../../src/inventory/tiles/tile.ts";
import { matchesWords, queryKeys, searchKeys } from "../../../src/words.ts";

const WORDS = "bread bred breads milk mild coffee tea rice ryce water".split(" ");
const CATEGORIES = ["bakery", "dairy", "drinks"];

type Asked = { readonly product: string | undefined; readonly category: string | undefined };

const word = fc.constantFrom(...WORDS);
const words = fc.array(word, { minLength: 1, maxLength: 3 }).map((some) => some.join(" "));
const asked: fc.Arbitrary<Asked> = fc.record({
  product: fc.option(words, { nil: undefined }),
  category: fc.option(fc.constantFrom(...CATEGORIES), { nil: undefined }),
});
const item = fc.record({ title: words, category: fc.constantFrom(...CATEGORIES, null) }).map(
  ({ title, category }): TileItem => ({
    json: "",
    category,
    gtin: null,
    searchText: [title, category].filter((text) => text !== null).join(" "),
    words: undefined,
    asked: undefined,
  }),
);
/** Of few items and of more than a number has bits for, some on several shelves. */
const shelves = fc
  .array(item, { minLength: 1, maxLength: 12 })
  .chain((pool) =>
    fc.array(fc.array(fc.constantFrom(...pool), { maxLength: 100 }), { minLength: 1, maxLength: 4 }),
  )
  .map((some) => some.map(shelfOf));

function shelfOf(items: readonly TileItem[]): Shelf {
  return { items, asked: undefined } as unknown as Shelf;
}

function nextAskedOf({ product, category }: Asked): NextAsked {
  const parameters = Object.entries({ lat: "6.5", lng: "3.4", product, category }).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const parsed = parseNearby(parameters.join("&"));
  if (!parsed.ok) throw new Error("the test asks wrongly");
  return rowsAsked(parsed.query);
}

function rowsOf(nextAsked: NextAsked, shelf: Shelf): number[] {
  const rows: number[] = [];
  for (let row = nextAsked(shelf, 0); row !== -1; row = nextAsked(shelf, row + 1)) rows.push(row);
  return rows;
}

function isObviouslyAsked({ product, category }: Asked, { category: its, searchText }: TileItem): boolean {
  if (category !== undefined && its !== category) return false;
  return product === undefined || matchesWords(new Set(searchKeys(searchText)), queryKeys(product));
}

describe("the rows that are asked for", () => {
  it("are those of which looking at their words anew says so, however many questions are asked in whatever order", () => {
    fc.assert(
      fc.property(shelves, fc.array(asked, { minLength: 1, maxLength: 120 }), (all, questions) => {
        for (const question of [...questions, ...questions]) {
          const nextAsked = nextAskedOf(question);
          for (const shelf of all) {
            const expected = [...shelf.items.keys()].filter((row) =>
              isObviouslyAsked(question, shelf.items[row]!),
            );
            expect(rowsOf(nextAsked, shelf)).toEqual(expected);
            // Remembered by now.
            expect(rowsOf(nextAsked, shelf)).toEqual(expected);
          }
        }
      }),
      { seed: 71, numRuns: 60 },
    );
  });

  it("begin at the row from which they are wanted", () => {
    fc.assert(
      fc.property(shelves, asked, fc.nat({ max: 110 }), ([shelf], question, from) => {
        const nextAsked = nextAskedOf(question);
        const next = rowsOf(nextAsked, shelf!).find((row) => row >= from);
        expect(nextAsked(shelf!, from)).toBe(next ?? -1);
      }),
      { seed: 73, numRuns: 300 },
    );
  });

  it("are remembered in no more room, however many questions are asked", () => {
    const [items = []] = fc.sample(fc.array(item, { minLength: 70, maxLength: 70 }), {
      seed: 72,
      numRuns: 1,
    });
    const shelf = shelfOf(items);
    const noted = () => [shelf.asked?.length, ...items.map((one) => one.asked?.length)];
    nextAskedOf({ product: "bread", category: undefined })(shelf, 0);
    const before = noted();
    expect(before).not.toContain(undefined);
    for (let i = 0; i < 500; i++) nextAskedOf({ product: `bread ${i}`, category: undefined })(shelf, 0);
    expect(noted()).toEqual(before);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  letterSet,
  matchesWords,
  mayShareKey,
  queryKeys,
  searchKeys,
  sharesKey,
  wordsOf,
} from "../src/words.ts";

const SEED = { seed: 20_261_121, numRuns: 2000 };

const finds = (query: string, itemText: string): boolean =>
  matchesWords(new Set(searchKeys(itemText)), queryKeys(query));

/** Letters that no folding touches, so that a word's length in the test is its length in the rule; some beyond the BMP. */
const letter = fc.constantFrom(..."abcdeghiklmnoprstuwyабвжя茶酒水ظمك𐐨𠮷");
const wordOf = (minLength: number, maxLength: number): fc.Arbitrary<string[]> =>
  fc.array(letter, { minLength, maxLength });
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);

describe("the words of a text", () => {
  it.each([
    ["Coca-Cola 50cl", ["coca", "cola", "50cl"]],
    ["  Milk, milk & MILK!  ", ["milk"]],
    ["Ẹ̀bà", ["eba"]],
    ["Ọ̀fẹ́ jollof", ["ofe", "jollof"]],
    ["Crème brûlée", ["creme", "brulee"]],
    ["STRASSE Straße STRAẞE", ["strasse"]],
    ["İstanbul ISPARTA ısparta", ["istanbul", "isparta"]],
    ["ΟΔΟΣ οδός", ["οδοσ"]],
    ["ﬁlet ﬂour", ["filet", "flour"]],
    ["ＣＯＬＡ ５０", ["cola", "50"]],
    ["①② m² 5½", ["12", "m2", "51", "2"]],
    ["أرُزّ", ["ارز"]],
    ["緑茶 ｶﾌｪ", ["緑茶", "カフェ"]],
    ["Bäckerei—Müller's", ["backerei", "muller", "s"]],
    ["a\u0000b\ud800c\udc00d", ["a", "b", "c", "d"]],
    ["", []],
    ["!?… 🍞 \u0301", []],
  ])("of %j are %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });

  it("stay as they are when split again, for every text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const words = wordsOf(text);
        expect(wordsOf(words.join(" "))).toEqual(words);
        expect(new Set(words).size).toBe(words.length);
      }),
      SEED,
    );
  });

  it("stay as they are when split again, for every character, and do not depend on case", () => {
    const unchanging = /[\p{Cn}\p{Co}\p{Unified_Ideograph}]/u;
    const unstable: string[] = [];
    for (let code = 0; code <= 0x10ffff; code++) {
      const char = String.fromCodePoint(code);
      if (unchanging.test(char)) continue;
      const words = wordsOf(char).join(" ");
      // The iota subscript is a mark in lower case and a letter in upper case.
      const cased = char.normalize("NFKD").includes("\u0345") ? [] : [char.toUpperCase(), char.toLowerCase()];
      if ([words, ...cased].some((same) => wordsOf(same).join(" ") !== words)) unstable.push(char);
    }
    expect(unstable).toEqual([]);
  });
});

describe("the keys of a text", () => {
  it("are its words, and for words of five letters the word without each letter", () => {
    expect(searchKeys("Bread, milk")).toEqual(
      ["bead", "brad", "brea", "bred", "bread", "milk", "read"].sort(),
    );
  });

  it("count letters by code point, not by UTF-16 unit", () => {
    expect(searchKeys("𠮷𠮷𠮷𠮷")).toEqual(["𠮷𠮷𠮷𠮷"]);
    expect(searchKeys("𠮷野𠮷野家")).toContain("𠮷野𠮷野");
  });

  it("are distinct, sorted, made of letters and digits only, and bounded in number and size for every text", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const keys = searchKeys(text);
        expect(keys).toEqual([...new Set(keys)].sort());
        expect(keys.length).toBeLessThanOrEqual(text.normalize("NFKD").toUpperCase().length + 1);
        for (const key of keys) {
          expect(key).toMatch(/^[\p{L}\p{N}]{1,32}$/u);
          expect(key.isWellFormed()).toBe(true);
        }
      }),
      SEED,
    );
  });

  it.each([
    ["one 300-letter word", "abcdefghij".repeat(30), 33],
    ["300 decomposing syllables", "닭".repeat(300), 33],
    ["as many long words as fit", "abcdefghijklmnopqrstuvwxyz123456 ".repeat(15), 33],
  ])("stay few and small for %s", (_, text, count) => {
    const keys = searchKeys(text);
    expect(keys.length).toBeLessThanOrEqual(count);
    expect(keys.join("").length).toBeLessThanOrEqual(33 * 32);
  });

  it("of a question are those of its words, one list each", () => {
    expect(queryKeys("Coca coca cola").map((keys) => keys.join())).toEqual(["coca", "cola"]);
    expect(queryKeys("?!")).toEqual([]);
    fc.assert(
      fc.property(anyText, (text) => {
        const asked = queryKeys(text);
        expect(asked.length).toBe(wordsOf(text).length);
        expect([...new Set(asked.flat())].sort()).toEqual(searchKeys(text));
      }),
      SEED,
    );
  });
});

describe("a question", () => {
  it.each([
    ["coca cola", "Coca-Cola 50cl"],
    ["cola 50CL", "Coca-Cola 50cl"],
    ["braed", "Sliced bread"],
    ["eba", "Ẹ̀bà with egusi"],
    ["Ẹ̀bà", "Eba with egusi"],
    ["STRASSE", "Straßenkarte Straße"],
    ["chocolat", "Chocolate bar"],
    ["chocolatte", "Chocolate bar"],
  ])("for %j finds %j", (query, item) => {
    expect(finds(query, item)).toBe(true);
  });

  it.each([
    ["coca tea", "Coca-Cola 50cl"],
    ["mild", "Milk"],
    ["brd", "Bread"],
    ["col", "Coca-Cola"],
    ["", "Bread"],
    ["?", "Bread ?"],
    ["🍞", "Bread 🍞"],
    ["bread", ""],
  ])("for %j does not find %j", (query, item) => {
    expect(finds(query, item)).toBe(false);
  });

  it("finds every item by any of its own words, in any order", () => {
    fc.assert(
      fc.property(anyText, anyText, (text, other) => {
        const words = wordsOf(text);
        expect(finds(text, `${other} ${text}`)).toBe(words.length > 0);
        expect(finds(words.toReversed().join(" "), text)).toBe(words.length > 0);
      }),
      SEED,
    );
  });

  it("finds a word of any length from five letters on with one letter missing, added, replaced or swapped", () => {
    fc.assert(
      fc.property(wordOf(5, 80), fc.nat(), letter, (letters, anywhere, other) => {
        const at = anywhere % letters.length;
        const left = anywhere % (letters.length - 1);
        const edits = [
          letters.toSpliced(at, 1),
          letters.toSpliced(anywhere % (letters.length + 1), 0, other),
          letters.toSpliced(at, 1, other),
          letters.toSpliced(left, 2, ...letters.slice(left, left + 2).reverse()),
        ];
        for (const edited of edits) {
          expect(finds(edited.join(""), letters.join(""))).toBe(true);
          expect(finds(letters.join(""), edited.join(""))).toBe(true);
        }
      }),
      SEED,
    );
  });

  it("finds short words only as they stand", () => {
    fc.assert(
      fc.property(wordOf(1, 4), wordOf(1, 4), (asked, word) => {
        expect(finds(asked.join(""), word.join(""))).toBe(asked.join("") === word.join(""));
      }),
      SEED,
    );
  });

  it("never finds a word that differs in length by more than one letter", () => {
    fc.assert(
      fc.property(wordOf(1, 25), wordOf(1, 25), (asked, word) => {
        fc.pre(Math.abs(asked.length - word.length) > 1);
        expect(finds(asked.join(""), word.join(""))).toBe(false);
      }),
      SEED,
    );
  });
});

describe("whether two words share a key", () => {
  function keysInCommon(one: string, other: string): boolean {
    const keys = new Set(searchKeys(one));
    return searchKeys(other).some((key) => keys.has(key));
  }
  const mayShare = (one: string, other: string): boolean => mayShareKey(letterSet(one), letterSet(other));

  function expectAgreement(one: string, other: string): void {
    const shares = keysInCommon(one, other);
    expect([one, other, sharesKey(one, other)]).toEqual([one, other, shares]);
    expect(sharesKey(other, one)).toBe(shares);
    if (shares) expect([one, other, mayShare(one, other)]).toEqual([one, other, true]);
  }

  /** Few letters, so that they repeat; two astral ones that share their first half, and two their second. */
  const few = fc.constantFrom("a", "b", "𐐨", "𐐩", "𠐨");

  it("is what their keys say, for any two short words of few letters", () => {
    const shortWord = fc.array(few, { minLength: 1, maxLength: 8 }).map((letters) => letters.join(""));
    fc.assert(fc.property(shortWord, shortWord, expectAgreement), { seed: 5, numRuns: 20_000 });
  });

  it("is what their keys say, for every two words of up to six of two letters", () => {
    const words: string[] = [];
    for (let length = 1, longest = [""]; length <= 6; length++) {
      longest = longest.flatMap((word) => [`${word}a`, `${word}𐐨`]);
      words.push(...longest);
    }
    for (const one of words) {
      for (const other of words) {
        const shares = keysInCommon(one, other);
        if (sharesKey(one, other) !== shares || (shares && !mayShare(one, other)))
          expectAgreement(one, other);
      }
    }
    expect(words).toHaveLength(126);
  });

  it("is what their keys say, a few edits apart and around the longest that is keyed whole", () => {
    const edit = fc.record({
      at: fc.nat(),
      out: fc.constantFrom(0, 1, 1, 2),
      put: fc.array(few, { maxLength: 2 }),
    });
    const lengths = fc.constantFrom([1, 7], [28, 36], [60, 66]);
    const pairs = lengths.chain(([minLength, maxLength]) =>
      fc.tuple(
        fc.array(fc.oneof(few, letter), { minLength: minLength!, maxLength: maxLength! }),
        fc.array(edit, { maxLength: 3 }),
      ),
    );
    fc.assert(
      fc.property(pairs, ([letters, edits]) => {
        const edited = edits.reduce(
          (word, { at, out, put }) => word.toSpliced(at % (word.length + 1), out, ...put),
          letters,
        );
        fc.pre(edited.length > 0);
        expectAgreement(letters.join(""), edited.join(""));
      }),
      { seed: 6, numRuns: 20_000 },
    );
  });

  it("is mostly told by their letters alone", () => {
    const words = wordsOf(
      "coca cola bread milk organic chicken noodles rice chocolate water tomato sauce coffee",
    );
    const candidates = words.flatMap((one) => words.filter((other) => mayShare(one, other)));
    expect(candidates).toHaveLength(words.length + 2); // coca and cola
  });

  it("is what their keys say, for the words of every text", () => {
    fc.assert(
      fc.property(anyText, anyText, (one, other) => {
        for (const word of wordsOf(one).slice(0, 5))
          for (const another of wordsOf(other).slice(0, 5)) expectAgreement(word, another);
      }),
      SEED,
    );
  });
});

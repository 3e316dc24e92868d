import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChunkTerms, chunksOf } from "../../src/sdk/chunks.ts";

type Entry = { readonly ref: string; readonly title: string };

const terms = (maxEntries: number, maxBytes: number): ChunkTerms<Entry> => ({
  list: "items",
  maxEntries,
  maxBytes,
  nameOf: ({ ref }) => ref,
});
const anyEntry = fc.record({
  ref: fc.string({ maxLength: 3 }),
  title: fc.string({ unit: "grapheme", maxLength: 40 }),
});
const anyEntriesAndLimits = [
  fc.array(anyEntry),
  fc.integer({ min: 1, max: 7 }),
  fc.integer({ min: 20, max: 400 }),
] as const;
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

describe("chunks", () => {
  it("hold every entry once, in its order, and know where each stood and what it is called", () => {
    fc.assert(
      fc.property(...anyEntriesAndLimits, (entries, n, bytes) => {
        const chunks = [...chunksOf(entries, terms(n, bytes))];
        const held = chunks.map(({ body }) => JSON.parse(body).items as Entry[]);
        expect(held.flat()).toEqual(entries);
        for (const [number, chunk] of chunks.entries()) {
          expect(chunk.number).toBe(number);
          expect(entries.slice(chunk.first, chunk.first + chunk.count)).toEqual(held[number]);
          expect(chunk.names).toEqual(new Set(held[number]!.map(({ ref }) => ref)));
        }
      }),
      { seed: 7 },
    );
  });

  it("are as large as they may be and no larger, but for an entry that is too large alone", () => {
    fc.assert(
      fc.property(...anyEntriesAndLimits, (entries, n, bytes) => {
        const chunks = [...chunksOf(entries, terms(n, bytes))];
        for (const [number, { body, count, first }] of chunks.entries()) {
          expect(count).toBeLessThanOrEqual(n);
          if (count > 1) expect(bytesOf(body)).toBeLessThanOrEqual(bytes);
          if (number === chunks.length - 1 || count === n) continue;
          const grown = JSON.stringify({ items: entries.slice(first, first + count + 1) });
          expect(bytesOf(grown)).toBeGreaterThan(bytes - 1);
        }
      }),
      { seed: 7 },
    );
  });

  it("are none when there is nothing", () => expect([...chunksOf([], terms(1, 100))]).toEqual([]));

  it("are made one by one: the first is there before the second is looked at", () => {
    const looked: string[] = [];
    const watched = (ref: string) => ({ ref, title: "x", toJSON: () => looked.push(ref) });
    const chunks = chunksOf([watched("a"), watched("b"), watched("c")], terms(1, 100));
    chunks.next();
    expect(looked).toEqual(["a", "b"]);
  });

  it("let through what JSON has no text for, as null, for the service to refuse", () => {
    const [chunk] = chunksOf([undefined, () => 1] as unknown as Entry[], {
      ...terms(9, 99),
      nameOf: () => 1,
    });
    expect(chunk?.body).toBe('{"items":[null,null]}');
  });
});

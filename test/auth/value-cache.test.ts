import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValueCache } from "../../src/auth/value-cache.ts";

type Value = { readonly key: string; readonly asOfMs: number };
const values = fc.array(fc.record({ key: fc.constantFrom("a", "b", "c"), asOfMs: fc.nat(9) }), {
  maxLength: 60,
});

describe("ValueCache", () => {
  it("keeps the youngest value of a key, and of two as young the later", () => {
    fc.assert(
      fc.property(values, (history) => {
        const cache = new ValueCache<Value>(10);
        const youngest = new Map<string, Value>();
        for (const value of history) {
          cache.put(value.key, value);
          const present = youngest.get(value.key);
          if (present === undefined || present.asOfMs <= value.asOfMs) youngest.set(value.key, value);
          for (const [key, kept] of youngest) expect(cache.get(key)).toBe(kept);
        }
      }),
      { seed: 7, numRuns: 500 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RecentMap } from "../src/recent-map.ts";

type Step = { readonly kind: "get" | "set"; readonly key: number };
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({ kind: fc.constantFrom("get", "set"), key: fc.nat({ max: 12 }) }),
  { maxLength: 200, size: "max" },
);

describe("a map of recent keys", () => {
  it("has what was set last of half as many keys as its capacity, those used last", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 10 }), (history, capacity) => {
        const map = new RecentMap<number, { readonly step: number }>(capacity);
        const lastSet = new Map<number, number>();
        /** The last used first. */
        let used: number[] = [];
        for (const [step, { kind, key }] of history.entries()) {
          if (kind === "set") {
            map.set(key, { step });
            lastSet.set(key, step);
          } else {
            const found = map.get(key);
            const isSure = used.slice(0, Math.ceil(capacity / 2)).includes(key);
            if (isSure) expect(found).toBeDefined();
            if (found !== undefined) expect(found.step).toBe(lastSet.get(key));
            // Forgotten: it counts as new when it is set again.
            if (found === undefined) {
              used = used.filter((other) => other !== key);
              continue;
            }
          }
          used = [key, ...used.filter((other) => other !== key)];
        }
      }),
      { seed: 77, numRuns: 1000 },
    );
  });

  it("has no more than its capacity, however many keys there are", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.nat({ max: 300 }), (capacity, keys) => {
        const map = new RecentMap<number, object>(capacity);
        for (let key = 0; key < keys; key++) map.set(key, {});
        // Looking in the order of age, so that what is found keeps nothing else alive.
        const held = Array.from({ length: keys }, (_, i) => keys - 1 - i).filter(
          (key) => map.get(key) !== undefined,
        );
        expect(held.length).toBeLessThanOrEqual(capacity);
        expect(held.length).toBeGreaterThanOrEqual(Math.min(keys, Math.ceil(capacity / 2)));
      }),
      { seed: 78, numRuns: 500 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ValueCache } from "../../src/auth/value-cache.ts";

type Step = { readonly put: boolean; readonly key: string; readonly asOfMs: number };

const steps = fc.array(
  fc.record({ put: fc.boolean(), key: fc.constantFrom("a", "b", "c", "d", "e"), asOfMs: fc.nat(9) }),
  { maxLength: 60 },
);

/** The obvious version: a list in order of use, searched from end to end. */
function replay(history: readonly Step[], capacity: number): (Step | undefined)[] {
  let used: Step[] = [];
  return history.map((step) => {
    const present = used.find(({ key }) => key === step.key);
    const touch = (kept: Step) => {
      used = [...used.filter(({ key }) => key !== kept.key), kept].slice(-capacity);
    };
    if (!step.put && present !== undefined) touch(present);
    if (step.put && (present === undefined || present.asOfMs <= step.asOfMs)) touch(step);
    return step.put ? undefined : present;
  });
}

describe("ValueCache", () => {
  it("keeps the values last used, and never an older one over a younger", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 4 }), (history, capacity) => {
        const cache = new ValueCache<Step>(capacity);
        const found = history.map((step) => (step.put ? cache.put(step.key, step) : cache.get(step.key)));
        expect(found).toEqual(replay(history, capacity));
      }),
      { seed: 7, numRuns: 1000 },
    );
  });
});

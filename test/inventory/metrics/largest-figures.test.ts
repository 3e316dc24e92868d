import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { largestFigures } from "../../../src/inventory/metrics/largest-figures.ts";
import type { Figures } from "../../../src/inventory/metrics/metrics.ts";
import { someFigures } from "./metrics-arbitraries.ts";

type Named = Figures & { readonly name: string };

const entries = fc.array(
  fc
    .tuple(someFigures, fc.constantFrom("", "a", "b", "c", "d", "e", "other"))
    .map(([figures, name]): Named => ({ ...figures, name })),
  { maxLength: 12 },
);
const nameOf = ({ name }: Named): string => name;

/** All counts, by their paths. */
function countsOf({ items, freshness, proof }: Figures): Readonly<Record<string, number>> {
  const { fresh, aging, stale } = freshness;
  return {
    ...items.by_availability,
    ...proof.by_kind,
    total: items.total,
    fresh,
    aging,
    stale,
    proven: proof.items_with_proof,
  };
}

function summed(all: readonly Figures[]): Readonly<Record<string, number>> {
  const sum: Record<string, number> = {};
  for (const figures of all) {
    for (const [path, count] of Object.entries(countsOf(figures))) sum[path] = (sum[path] ?? 0) + count;
  }
  return sum;
}

function sizes(all: readonly Named[]): Map<string, number> {
  return new Map([...Map.groupBy(all, nameOf)].map(([name, same]) => [name, summed(same)["total"]!]));
}

describe("largestFigures", () => {
  it("loses no count, and shows each label once", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 8 }), (all, max) => {
        const shown = largestFigures(all, nameOf, max);
        expect(summed(shown.map(({ figures }) => figures))).toEqual(summed(all));
        const labels = shown.map(({ label }) => label);
        expect(new Set(labels).size).toBe(labels.length);
        expect(labels.length).toBeLessThanOrEqual(max + 1);
        for (const { label, figures } of shown) {
          if (label !== "other") {
            expect(countsOf(figures)).toEqual(summed(all.filter(({ name }) => name === label)));
          }
        }
      }),
      { seed: 64 },
    );
  });

  it("keeps the largest, and what is called `other` only where nothing is cut", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 8 }), (all, max) => {
        const labels = largestFigures(all, nameOf, max).map(({ label }) => label);
        const known = sizes(all);
        if (known.size <= max) {
          expect(labels.sort()).toEqual([...known.keys()].sort());
          return;
        }
        const kept = labels.filter((label) => label !== "other");
        expect(kept.length).toBe(max);
        const smallestKept = Math.min(...kept.map((label) => known.get(label)!));
        for (const [label, size] of known) {
          if (label !== "other" && !kept.includes(label)) expect(size).toBeLessThanOrEqual(smallestKept);
        }
      }),
      { seed: 65 },
    );
  });

  it("gives a sum neither ratios nor ages, and what stands alone its own", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 8 }), (all, max) => {
        for (const { label, figures, entry } of largestFigures(all, nameOf, max)) {
          if (entry === undefined) {
            const { fresh_ratio, age_s } = figures.freshness;
            expect([fresh_ratio, figures.proof.coverage, ...Object.values(age_s)]).toEqual(
              new Array(6).fill(null),
            );
          } else {
            expect([figures, entry.name]).toEqual([entry, label]);
          }
        }
      }),
      { seed: 66 },
    );
  });
});

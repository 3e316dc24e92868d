import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Delta, NO_SUMS, Sums } from "../../src/stats/sums.ts";
import { readSums, writeSums } from "../../src/stats/sums-storage.ts";
import { openStorage } from "./open-storage.ts";

const NOW_MS = Date.parse("2026-11-21T10:00:00Z");

function delta(isolate: string, seq: number, sentMs = NOW_MS, counts: Delta["counts"] = { a: 1 }): Delta {
  return { isolate, seq, firstSentAtMs: sentMs, counts };
}

describe("sums", () => {
  it("count each delta of an isolate once, in whatever order they come again", () => {
    const sums = new Sums();
    for (const seq of [0, 0, 1, 1, 0, 2, 1, 2]) sums.add(delta("one", seq), NOW_MS);
    sums.add(delta("two", 0), NOW_MS);
    expect(sums.counts).toEqual({ a: 4 });
  });

  it("say since when they count", () => {
    const sums = new Sums();
    expect(sums.sinceMs).toBeUndefined();
    sums.add(delta("one", 0), NOW_MS);
    sums.add(delta("one", 1), NOW_MS + 5000);
    expect(sums.sinceMs).toBe(NOW_MS);
  });

  it("remember so many isolates and no more, and count no old delta of one that is forgotten", () => {
    const sums = new Sums(NO_SUMS, 3);
    const atMs = (i: number): number => NOW_MS + 60_000 * i;
    for (let i = 0; i < 5; i++) sums.add(delta(`isolate ${i}`, 0, atMs(i)), atMs(i));
    expect(sums.counts).toEqual({ a: 5 });
    // Known, and forgotten.
    expect(sums.add(delta("isolate 4", 0, atMs(4)), atMs(5))).toBeUndefined();
    expect(sums.add(delta("isolate 0", 0, atMs(0)), atMs(5))).toBeUndefined();
    // First sent after all that was forgotten had counted.
    expect(sums.add(delta("isolate 0", 1, atMs(5)), atMs(5))).toBeDefined();
    expect(sums.counts).toEqual({ a: 6 });
  });

  it("are after a restart what they were, at any point", () => {
    const deltas = fc.array(
      fc.record({
        isolate: fc.constantFrom("one", "two", "three", "four"),
        seq: fc.nat({ max: 5 }),
        counts: fc.dictionary(fc.constantFrom("a", "b", "__proto__", "c\td"), fc.nat({ max: 9 })),
        afterMs: fc.nat({ max: 30_000 }),
        restart: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(deltas, (arrivals) => {
        const storage = openStorage();
        const kept = new Sums(NO_SUMS, 3);
        let restarted = new Sums(readSums(storage), 3);
        let nowMs = NOW_MS;
        for (const { isolate, seq, counts, afterMs, restart } of arrivals) {
          nowMs += afterMs;
          const arrived = delta(isolate, seq, nowMs, counts);
          const changes = restarted.add(arrived, nowMs);
          expect(changes).toEqual(kept.add(arrived, nowMs));
          if (changes !== undefined) writeSums(storage, changes);
          if (restart) restarted = new Sums(readSums(storage), 3);
          expect(restarted.counts).toEqual(kept.counts);
        }
        expect(readSums(storage).isolates.length).toBeLessThanOrEqual(3);
      }),
      { seed: 20261122, numRuns: 200 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readRetryAfter, retryDelayMs } from "../../src/sdk/retry-delay.ts";

const NOW_MS = Date.parse("2026-11-22T10:00:00Z");

describe("the wait before another attempt", () => {
  it("lies anywhere below a bound that doubles up to 8 s", () => {
    const longest = [0, 1, 2, 3, 4, 5, 50].map((attempt) => retryDelayMs(attempt, undefined, 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
    expect(retryDelayMs(3, undefined, 0)).toBe(0);
  });

  it("is never shorter than what the service asks for, and at most 8 s longer", () => {
    const attempt = fc.nat(40);
    const askedMs = fc.nat(300_000);
    const chance = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(attempt, askedMs, chance, (n, asked, drawn) => {
        const delayMs = retryDelayMs(n, asked, drawn);
        return delayMs >= asked && delayMs <= asked + 8000;
      }),
      { seed: 7 },
    );
  });
});

describe("Retry-After", () => {
  it.each([
    [null, undefined],
    ["0", 0],
    ["120", 120_000],
    ["Sun, 22 Nov 2026 10:01:00 GMT", 60_000],
    ["Sun, 22 Nov 2026 09:00:00 GMT", 0],
    ["later", undefined],
    ["", undefined],
    ["9".repeat(40), undefined],
  ])("%o asks for %o ms", (header, expected) => expect(readRetryAfter(header, NOW_MS)).toBe(expected));
});

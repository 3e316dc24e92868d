import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { freshnessOf } from "../../src/inventory/freshness.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const DAY_S = 86_400;
const order = ["fresh", "aging", "stale"];

describe("freshness", () => {
  it.each([
    [0, "fresh"],
    [DAY_S, "fresh"],
    [DAY_S + 1, "aging"],
    [2 * DAY_S, "aging"],
    [2 * DAY_S + 1, "stale"],
    [400 * DAY_S, "stale"],
  ])("of a verification %i s ago is %s", (ageS, freshness) => {
    expect(freshnessOf(NOW_MS - ageS * 1000, NOW_MS)).toEqual({
      ageS,
      freshness,
      expiresAtMs: NOW_MS + (DAY_S - ageS) * 1000,
    });
  });

  it("ends a millisecond after it expires, while the age still shows whole seconds", () => {
    const verifiedAtMs = NOW_MS - DAY_S * 1000 - 1;
    expect(freshnessOf(verifiedAtMs, NOW_MS)).toEqual({
      ageS: DAY_S,
      freshness: "aging",
      expiresAtMs: NOW_MS - 1,
    });
  });

  it("gives a source whose clock runs five minutes ahead the age 0", () => {
    const { ageS, freshness, expiresAtMs } = freshnessOf(NOW_MS + 300_000, NOW_MS);
    expect([ageS, freshness, expiresAtMs]).toEqual([0, "fresh", NOW_MS + 300_000 + DAY_S * 1000]);
  });

  it("only declines as time passes, and is fresh exactly until it expires, for any window", () => {
    const verifiedAt = fc.integer({ min: NOW_MS - 5 * DAY_S * 1000, max: NOW_MS + 300_000 });
    fc.assert(
      fc.property(
        verifiedAt,
        fc.nat(3 * DAY_S * 1000),
        fc.nat(2 * DAY_S),
        (verifiedAtMs, laterMs, windowS) => {
          const now = freshnessOf(verifiedAtMs, NOW_MS, windowS);
          const later = freshnessOf(verifiedAtMs, NOW_MS + laterMs, windowS);
          expect(order.indexOf(later.freshness)).toBeGreaterThanOrEqual(order.indexOf(now.freshness));
          expect(later.ageS).toBeGreaterThanOrEqual(now.ageS);
          expect(now.freshness === "fresh").toBe(verifiedAtMs > NOW_MS || NOW_MS <= now.expiresAtMs);
          expect(Number.isInteger(now.ageS) && now.ageS >= 0).toBe(true);
        },
      ),
      { seed: 1 },
    );
  });
});

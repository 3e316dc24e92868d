import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nextAttemptMs, RETRY_DELAYS_MS } from "../../src/webhooks/retry-schedule.ts";

const AT_MS = Date.UTC(2026, 10, 22, 12);
const HOUR_MS = 3_600_000;
const MIDDLE = 0.5;

const delayMs = (failures: number, more: { retryAfter?: string; random?: number } = {}) => {
  const next = nextAttemptMs({ failures, atMs: AT_MS, retryAfter: null, random: MIDDLE, ...more });
  return next === undefined ? undefined : next - AT_MS;
};

describe("the retry schedule", () => {
  it("waits 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h and 24 h, and then gives up", () => {
    const minutes = (many: number) => many * 60_000;
    const expected = [5000, minutes(5), minutes(30), ...[2, 5, 10, 14, 20, 24].map((h) => h * HOUR_MS)];
    expect(expected.map((_, i) => delayMs(i + 1))).toEqual(expected);
    expect(delayMs(10)).toBeUndefined();
    expect(delayMs(11)).toBeUndefined();
  });

  it("is a fifth shorter or longer by chance, and no more", () => {
    const attempt = fc.record({
      failures: fc.integer({ min: 1, max: 9 }),
      random: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(attempt, ({ failures, random }) => {
        const plain = RETRY_DELAYS_MS[failures - 1]!;
        const waited = delayMs(failures, { random })!;
        expect(waited).toBeGreaterThanOrEqual(0.8 * plain);
        expect(waited).toBeLessThanOrEqual(1.2 * plain);
      }),
      { seed: 71 },
    );
    expect([delayMs(1, { random: 0 }), delayMs(1, { random: 1 })]).toEqual([4000, 6000]);
  });

  it.each([
    ["seconds that are longer than the schedule's", 1, "120", 120_000],
    ["seconds that are shorter", 2, "1", 300_000],
    ["a date", 1, new Date(AT_MS + HOUR_MS).toUTCString(), HOUR_MS],
    ["a date in the past", 1, new Date(AT_MS - HOUR_MS).toUTCString(), 5000],
    ["more than a day", 1, String(7 * 86_400), 24 * HOUR_MS],
    ["more than any number", 1, "9".repeat(400), 24 * HOUR_MS],
    ["less than nothing", 1, "-5", 5000],
    ["nonsense", 1, "soon", 5000],
    ["a number that is no date", 1, "2099-01-01", 5000],
    ["nothing", 1, "", 5000],
  ])("heeds a Retry-After of %s", (_what, failures, retryAfter, expected) => {
    expect(delayMs(failures, { retryAfter })).toBe(expected);
  });

  it("gives up when it is time to, whatever Retry-After says", () => {
    expect(delayMs(10, { retryAfter: "60" })).toBeUndefined();
  });
});

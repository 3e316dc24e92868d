import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instantText } from "../../src/inventory/instant-text.ts";

const FARTHEST_MS = 8.64e15;
const HOUR_MS = 3_600_000;

function expectAgreement(epochMs: number): void {
  expect(instantText(epochMs)).toBe(new Date(epochMs).toISOString());
}

describe("the text of an instant", () => {
  it("is what a Date says, in every year that a Date knows", () => {
    const instants = fc.oneof(
      fc.integer({ min: -FARTHEST_MS, max: FARTHEST_MS }),
      fc.integer({ min: 0, max: 4e12 }),
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    );
    fc.assert(fc.property(instants, expectAgreement), { seed: 31, numRuns: 20_000 });
  });

  it("is what a Date says around the end of every hour that shares a place with another", () => {
    fc.assert(
      fc.property(fc.integer({ min: -260, max: 260 }), fc.integer({ min: -2, max: 2 }), (hour, ms) => {
        expectAgreement(hour * HOUR_MS + ms);
      }),
      { seed: 32, numRuns: 3000 },
    );
  });

  it("is what a Date says at the ends of time and of a year of four digits", () => {
    const years = ["-000001-12-31T23:59:59.999Z", "0000-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"];
    for (const end of [-FARTHEST_MS, FARTHEST_MS, 0, ...years.map(Date.parse)]) {
      for (const ms of [-1, 0, 1]) if (Math.abs(end + ms) <= FARTHEST_MS) expectAgreement(end + ms);
    }
  });

  it.each([FARTHEST_MS + 1, -FARTHEST_MS - 1, Number.NaN, Number.POSITIVE_INFINITY])(
    "is refused where there is none: %s",
    (epochMs) => {
      expectAgreement(FARTHEST_MS);
      expectAgreement(-FARTHEST_MS);
      expect(() => instantText(epochMs)).toThrow(RangeError);
    },
  );
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DeliveryTerms, estimateDelivery } from "../../src/inventory/delivery-estimate.ts";
import type { OpeningHours } from "../../src/inventory/opening-hours.ts";

const NOW_MS = Date.parse("2026-11-16T12:00+01:00");
const terms: DeliveryTerms = { radiusM: 5000, prepMinutes: 18, speedKmh: 20 };
const NINE_TO_FIVE: OpeningHours = (["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const).map(
  (day) => ({
    day,
    opens: "09:00",
    closes: "17:00",
  }),
);

const question = {
  distanceM: 812,
  delivery: terms,
  openingHours: null,
  timeZone: "Africa/Lagos",
  nowMs: NOW_MS,
};

function minutesOf(distanceM: number, delivery: DeliveryTerms): [minMinutes: number, maxMinutes: number] {
  const estimate = estimateDelivery({ ...question, distanceM, delivery });
  if (!estimate.available) throw new Error(estimate.reason);
  return [estimate.minMinutes, estimate.maxMinutes];
}

describe("a delivery estimate", () => {
  it("for 812 m, 18 minutes of preparation and 20 km/h is 22 to 34 minutes", () => {
    expect(estimateDelivery(question)).toEqual({
      available: true,
      minMinutes: 22,
      maxMinutes: 34,
      earliestAtMs: NOW_MS + 22 * 60_000,
      basis: "distance",
    });
  });

  it.each([
    [0, { radiusM: 0, prepMinutes: 0, speedKmh: 20 }, [0, 2]],
    [0, { radiusM: 0, prepMinutes: 10, speedKmh: 20 }, [10, 17]],
    // 20 km by road at 40 km/h: 30 minutes on the way.
    [20_000 / 1.3, { radiusM: 20_000, prepMinutes: 10, speedKmh: 40 }, [40, 62]],
  ])("for %d m on %o is %o minutes", (distanceM, delivery, minutes) => {
    expect(minutesOf(distanceM, delivery)).toEqual(minutes);
  });

  it("reaches exactly as far as the delivery radius", () => {
    expect(estimateDelivery({ ...question, distanceM: 5000 }).available).toBe(true);
    const beyond = estimateDelivery({ ...question, distanceM: 5000.001 });
    expect(beyond).toEqual({ available: false, reason: "out_of_range" });
  });

  it("is not offered by a shop without delivery terms, at any distance and hour", () => {
    const estimate = estimateDelivery({ ...question, delivery: null, distanceM: 1e6, openingHours: [] });
    expect(estimate).toEqual({ available: false, reason: "not_offered" });
  });

  it("is not given by a shop that is closed all week", () => {
    expect(estimateDelivery({ ...question, openingHours: [] })).toEqual({
      available: false,
      reason: "closed",
    });
  });

  it.each([
    ["Africa/Lagos", "2026-11-16T12:00+01:00", "2026-11-16T12:22+01:00"],
    ["Africa/Lagos", "2026-11-16T16:59:59.999+01:00", "2026-11-16T17:21:59.999+01:00"],
    ["Africa/Lagos", "2026-11-16T17:00+01:00", "2026-11-17T09:22+01:00"],
    ["America/New_York", "2026-03-07T20:00-05:00", "2026-03-08T09:22-04:00"],
    ["America/New_York", "2026-10-31T20:00-04:00", "2026-11-01T09:22-05:00"],
  ])("counts in %s at %s from now or the next opening, to %s", (timeZone, now, earliest) => {
    const nowMs = Date.parse(now);
    expect(estimateDelivery({ ...question, openingHours: NINE_TO_FIVE, timeZone, nowMs })).toMatchObject({
      minMinutes: 22,
      maxMinutes: 34,
      earliestAtMs: Date.parse(earliest),
    });
  });

  const distance = fc.double({ min: 0, max: 50_000, noNaN: true });
  const anyTerms = fc.record({
    radiusM: fc.constant(50_000),
    prepMinutes: fc.integer({ min: 0, max: 1440 }),
    speedKmh: fc.double({ min: 1, max: 200, noNaN: true }),
  });

  it("is a range of whole minutes, not shorter than preparation and the straight way", () => {
    fc.assert(
      fc.property(distance, anyTerms, (distanceM, delivery) => {
        const [min, max] = minutesOf(distanceM, delivery);
        expect(Number.isInteger(min) && Number.isInteger(max) && min < max).toBe(true);
        expect(min).toBeGreaterThanOrEqual(
          delivery.prepMinutes + (distanceM / 1000 / delivery.speedKmh) * 60,
        );
      }),
      { seed: 4, numRuns: 1000 },
    );
  });

  it("never falls with distance or preparation and never rises with speed", () => {
    fc.assert(
      fc.property(
        distance,
        distance,
        anyTerms,
        fc.nat(120),
        fc.double({ min: 0, max: 100, noNaN: true }),
        (a, b, delivery, prep, speed) => {
          const near = minutesOf(Math.min(a, b), delivery);
          const slower = [
            minutesOf(Math.max(a, b), delivery),
            minutesOf(Math.min(a, b), { ...delivery, prepMinutes: delivery.prepMinutes + prep }),
          ];
          const faster = minutesOf(Math.min(a, b), { ...delivery, speedKmh: delivery.speedKmh + speed });
          for (const [min, max] of slower) {
            expect(min).toBeGreaterThanOrEqual(near[0]);
            expect(max).toBeGreaterThanOrEqual(near[1]);
          }
          expect(faster[0]).toBeLessThanOrEqual(near[0]);
          expect(faster[1]).toBeLessThanOrEqual(near[1]);
        },
      ),
      { seed: 5, numRuns: 1000 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import { azimuthDeg, PLACES, spreadM } from "./places.ts";
import { vincentyDirect, vincentyInverse } from "./vincenty.ts";

describe("the geodesic distance", () => {
  it("agrees with published distances", () => {
    // Vincenty's own check line in Australia; GeographicLib's Wellington to Salamanca.
    const flindersPeak = { lat: -(37 + 57 / 60 + 3.7203 / 3600), lng: 144 + 25 / 60 + 29.5244 / 3600 };
    const buninyong = { lat: -(37 + 39 / 60 + 10.1561 / 3600), lng: 143 + 55 / 60 + 35.3839 / 3600 };
    expect(geodesicDistanceM(flindersPeak, buninyong)).toBeCloseTo(54_972.271, 3);
    expect(geodesicDistanceM({ lat: -41.32, lng: 174.81 }, { lat: 40.96, lng: -5.5 })).toBeCloseTo(
      19_959_679.267,
      3,
    );
  });

  it("knows a quarter of the equator and of a meridian", () => {
    const origin = { lat: 0, lng: 0 };
    expect(geodesicDistanceM(origin, { lat: 0, lng: 90 })).toBeCloseTo((Math.PI / 2) * 6_378_137, 6);
    expect(geodesicDistanceM(origin, { lat: 90, lng: 77 })).toBeCloseTo(10_001_965.729, 3);
  });

  it("is zero at one and the same place, however it is written", () => {
    expect(geodesicDistanceM({ lat: 5, lng: 180 }, { lat: 5, lng: -180 })).toBe(0);
    expect(geodesicDistanceM({ lat: 90, lng: 10 }, { lat: 90, lng: -120 })).toBe(0);
  });

  it.each(PLACES)("agrees with Vincenty's formulas %s", (_, places) => {
    fc.assert(
      fc.property(places, azimuthDeg, spreadM(0.001, 100_000), (from, azimuth, distanceM) => {
        const to = vincentyDirect(from, azimuth, distanceM);
        const measuredM = geodesicDistanceM(from, to);
        expect(Math.abs(measuredM - distanceM)).toBeLessThan(1e-5);
        expect(Math.abs(measuredM - vincentyInverse(from, to))).toBeLessThan(1e-5);
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chordArcDistanceM } from "../../src/geo/chord-arc.ts";
import { toEcef } from "../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import type { Point } from "../../src/geo/point.ts";
import { withinRadius } from "../../src/geo/within-radius.ts";
import { azimuthDeg, onTheSphere, PLACES, spreadM } from "./places.ts";
import { vincentyDirect, vincentyInverse } from "./vincenty.ts";

const isWithin = (from: Point, to: Point, radiusM: number) =>
  withinRadius(from, to, chordArcDistanceM(toEcef(from), toEcef(to)), radiusM);

describe("being within a radius", () => {
  it.each(PLACES)("is told apart 1 m and 0.1 mm on either side of the rim %s", (_, places) => {
    fc.assert(
      fc.property(places, azimuthDeg, spreadM(2, 50_000), (centre, azimuth, radiusM) => {
        for (const [offsetM, expected] of [
          [-1, true],
          [-1e-4, true],
          [1e-4, false],
          [1, false],
        ] as const) {
          const place = vincentyDirect(centre, azimuth, radiusM + offsetM);
          expect(vincentyInverse(centre, place) <= radiusM).toBe(expected);
          expect(isWithin(centre, place, radiusM)).toBe(expected);
        }
      }),
      { numRuns: 4000, seed: 6 },
    );
  });

  it("is decided on the rim itself by the unrounded geodesic, inclusively", () => {
    fc.assert(
      fc.property(onTheSphere, azimuthDeg, spreadM(1, 50_000), (centre, azimuth, distanceM) => {
        const place = vincentyDirect(centre, azimuth, distanceM);
        const exactM = geodesicDistanceM(centre, place);
        expect(isWithin(centre, place, exactM)).toBe(true);
        expect(isWithin(centre, place, exactM - 1e-8)).toBe(false);
      }),
      { numRuns: 5000, seed: 7 },
    );
  });

  it("is refused to the other side of the earth", () => {
    expect(isWithin({ lat: 10, lng: 20 }, { lat: -10, lng: -160 }, 50_000)).toBe(false);
  });
});

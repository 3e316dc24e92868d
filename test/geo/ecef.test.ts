import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toEcef } from "../../src/geo/ecef.ts";
import { PLACES } from "./places.ts";

const A_M = 6_378_137;
const B_M = 6_356_752.314_245_179;

describe("earth-centred coordinates", () => {
  it("point the axes through the equator and the poles", () => {
    expect(toEcef({ lat: 0, lng: 0 })).toEqual({ xM: A_M, yM: 0, zM: 0 });
    expect(toEcef({ lat: 0, lng: 90 }).yM).toBe(A_M);
    expect(toEcef({ lat: 90, lng: 0 }).zM).toBeCloseTo(B_M, 8);
    expect(toEcef({ lat: -90, lng: 0 }).zM).toBeCloseTo(-B_M, 8);
  });

  it("agree with a point computed elsewhere", () => {
    // 45° N, 45° E: x = y = N/2 with N = a²/√((a² + b²)/2), z = (b²/a²)·N/√2.
    const normalM = A_M ** 2 / Math.sqrt((A_M ** 2 + B_M ** 2) / 2);
    const { xM, yM, zM } = toEcef({ lat: 45, lng: 45 });
    expect(xM).toBeCloseTo(normalM / 2, 7);
    expect(yM).toBeCloseTo(normalM / 2, 7);
    expect(zM).toBeCloseTo(((B_M / A_M) ** 2 * normalM) / Math.SQRT2, 7);
  });

  it.each(PLACES)("lie on the ellipsoid %s", (_, places) => {
    fc.assert(
      fc.property(places, (place) => {
        const { xM, yM, zM } = toEcef(place);
        expect((xM / A_M) ** 2 + (yM / A_M) ** 2 + (zM / B_M) ** 2).toBeCloseTo(1, 14);
      }),
      { numRuns: 1000, seed: 20 },
    );
  });
});

import { PGlite } from "@electric-sql/pglite";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHORD_ARC_ERROR_M, chordArcDistanceM, chordArcSelect } from "../../src/geo/chord-arc.ts";
import { chordSquared, type Ecef, toEcef } from "../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import type { Point } from "../../src/geo/point.ts";
import { azimuthDeg, onTheSphere, PLACES, spreadM } from "./places.ts";
import { vincentyDirect } from "./vincenty.ts";

const LONGEST_M = 100_000;

describe("the distance estimated from the chord", () => {
  // Five families x 12,000 starts x 2 lengths: 120,000 pairs.
  it.each(PLACES)("is within its stated error of the geodesic %s, short and long", (_, places) => {
    const lengthM = fc.oneof(spreadM(0.001, LONGEST_M), fc.double({ min: 0, max: LONGEST_M, noNaN: true }));
    let worstM = 0;
    fc.assert(
      fc.property(places, azimuthDeg, lengthM, (from, azimuth, distanceM) => {
        for (const far of [distanceM, LONGEST_M * (1 - distanceM / 1e7)]) {
          const to = vincentyDirect(from, azimuth, far);
          const errorM = Math.abs(chordArcDistanceM(toEcef(from), toEcef(to)) - geodesicDistanceM(from, to));
          worstM = Math.max(worstM, errorM);
        }
      }),
      { numRuns: 12_000, seed: 2 },
    );
    expect(worstM).toBeLessThan(CHORD_ARC_ERROR_M / 2);
  });

  it("is exactly zero from a place to itself, and the same in both directions", () => {
    fc.assert(
      fc.property(onTheSphere, onTheSphere, (from, to) => {
        const [p, q] = [toEcef(from), toEcef(to)];
        expect(chordArcDistanceM(p, p)).toBe(0);
        expect(chordArcDistanceM(p, q)).toBe(chordArcDistanceM(q, p));
      }),
      { numRuns: 1000, seed: 3 },
    );
  });

  it("is never less than the chord, so that a place beyond 100 km never seems to be within a smaller radius", () => {
    fc.assert(
      fc.property(onTheSphere, onTheSphere, (from, to) => {
        const [p, q] = [toEcef(from), toEcef(to)];
        expect(chordArcDistanceM(p, q)).toBeGreaterThanOrEqual(Math.sqrt(chordSquared(p, q)));
      }),
      { numRuns: 1000, seed: 4 },
    );
  });
});

describe("the same estimate in SQL", () => {
  let db: PGlite;
  beforeAll(async () => {
    db = await PGlite.create();
  }, 60_000);
  afterAll(() => db.close());

  const pairs = (count: number): [Point, Point][] => {
    const neighbours = fc
      .tuple(fc.oneof(...PLACES.map(([, places]) => places)), azimuthDeg, spreadM(0.001, LONGEST_M))
      .map(([from, azimuth, distanceM]): [Point, Point] => [from, vincentyDirect(from, azimuth, distanceM)]);
    const minute = fc.record({
      lat: fc.constantFrom(1e-200, -5e-324, 0, 1e-9, 90),
      lng: fc.constantFrom(1e-200, 0),
    });
    const same = onTheSphere.map((place): [Point, Point] => [place, place]);
    const any = fc.oneof(
      { weight: 8, arbitrary: neighbours },
      fc.tuple(onTheSphere, onTheSphere),
      fc.tuple(minute, minute),
      same,
    );
    return fc.sample(any, { numRuns: count, seed: 5 });
  };

  it("yields the same bits as the code, row for row", async () => {
    const measured = pairs(10_000).map(([from, to], id) => ({ id, p: toEcef(from), q: toEcef(to) }));
    const column = (of: (pair: { p: Ecef; q: Ecef }) => number) => measured.map(of);
    const { rows } = await db.query<{ id: number; distance_m: number }>(
      `${chordArcSelect({
        from: `unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::float8[], $7::float8[])
          AS pair (id, px, py, pz, qx, qy, qz)`,
        carry: ["id"],
        point: { xM: "px", yM: "py", zM: "pz" },
        row: { xM: "qx", yM: "qy", zM: "qz" },
      })} ORDER BY id`,
      [
        measured.map(({ id }) => id),
        column(({ p }) => p.xM),
        column(({ p }) => p.yM),
        column(({ p }) => p.zM),
        column(({ q }) => q.xM),
        column(({ q }) => q.yM),
        column(({ q }) => q.zM),
      ],
    );
    expect(rows.map(({ distance_m }) => distance_m)).toEqual(
      measured.map(({ p, q }) => chordArcDistanceM(p, q)),
    );
  });
});

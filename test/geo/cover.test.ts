import fc from "fast-check";
import { cellToChildren, cellToLatLng, cellToParent, latLngToCell } from "h3-js";
import { describe, expect, it } from "vitest";
import { type CellRange, locationCell } from "../../src/geo/cells.ts";
import { coverBands, coverDisk, MAX_COVER_RADIUS_M, MAX_COVER_RANGES, reachM } from "../../src/geo/cover.ts";
import type { Point } from "../../src/geo/point.ts";
import { azimuthDeg, onTheSphere, PENTAGON_CENTRES, PLACES, spreadM } from "./places.ts";
import { vincentyDirect, vincentyInverse } from "./vincenty.ts";

const GOLDEN_ANGLE_DEG = 137.507_764;
const radii = spreadM(1, MAX_COVER_RADIUS_M);

const holds = (ranges: readonly CellRange[], index: bigint) =>
  ranges.some(({ lo, hi }) => lo <= index && index <= hi);

/** Places in the disk: the centre, `count` on the rim, as many a metre inside it, as many all over. */
function placesWithin(centre: Point, radiusM: number, firstAzimuthDeg: number, count: number): Point[] {
  const places = [centre];
  for (let i = 0; i < count; i++) {
    const azimuth = firstAzimuthDeg + i * GOLDEN_ANGLE_DEG;
    places.push(
      vincentyDirect(centre, azimuth, radiusM),
      vincentyDirect(centre, azimuth, Math.max(0, radiusM - 1)),
      vincentyDirect(centre, azimuth, radiusM * Math.sqrt((i + 0.5) / count)),
    );
  }
  return places;
}

function missedBy(ranges: readonly CellRange[], places: readonly Point[]): Point[] {
  return places.filter((place) => !holds(ranges, locationCell(place)));
}

function expectOrderly(ranges: readonly CellRange[]): void {
  expect(ranges.length).toBeGreaterThan(0);
  expect(ranges.length).toBeLessThanOrEqual(MAX_COVER_RANGES);
  for (const [i, { lo, hi }] of ranges.entries()) {
    expect(lo <= hi).toBe(true);
    expect(i === 0 || ranges[i - 1]!.hi < lo).toBe(true);
  }
}

const centreOf = (cell: string): Point => {
  const [lat, lng] = cellToLatLng(cell);
  return { lat, lng };
};

/** The resolution-15 cell reached from a cell by going to the child farthest from its centre, again and again. */
function outermostDescendant(cell: string, resolution: number): Point {
  const middle = centreOf(cell);
  let outermost = cell;
  for (let finer = resolution + 1; finer <= 15; finer++) {
    const children = cellToChildren(outermost, finer).map((child) => ({
      child,
      farM: vincentyInverse(middle, centreOf(child)),
    }));
    outermost = children.reduce((one, other) => (other.farM > one.farM ? other : one)).child;
  }
  return centreOf(outermost);
}

/** On the sphere, which is near enough to point away from a place. */
function bearingDeg(from: Point, to: Point): number {
  const [lat1, lat2, lng] = [from.lat, to.lat, to.lng - from.lng].map((degrees) => (degrees * Math.PI) / 180);
  const east = Math.sin(lng!) * Math.cos(lat2!);
  const north = Math.cos(lat1!) * Math.sin(lat2!) - Math.sin(lat1!) * Math.cos(lat2!) * Math.cos(lng!);
  return (Math.atan2(east, north) * 180) / Math.PI;
}

/** The middle of a face of H3's icosahedron, where cells are largest. */
const FACE_CENTRE: Point = { lat: 46.041_894_318_837_72, lng: 71.527_903_299_099_25 };

describe("the cover of a disk", () => {
  // Five families x 2,000 disks x 31 places: 310,000 places.
  it.each(PLACES)("misses no place within the radius %s", (_, centres) => {
    fc.assert(
      fc.property(centres, radii, azimuthDeg, (centre, radiusM, azimuth) => {
        const ranges = coverDisk(centre, radiusM);
        expectOrderly(ranges);
        expect(missedBy(ranges, placesWithin(centre, radiusM, azimuth, 10))).toEqual([]);
      }),
      { numRuns: 2000, seed: 14 },
    );
  });

  // The radii meet every resolution in use: 12 x 24 x 8 disks x 26 places are 59,904 places.
  it("misses no place around any pentagon at any resolution in use", () => {
    for (const pentagon of PENTAGON_CENTRES) {
      for (let radiusM = MAX_COVER_RADIUS_M; radiusM >= 1; radiusM /= 1.6) {
        for (let i = 0; i < 8; i++) {
          const centre = vincentyDirect(pentagon, i * GOLDEN_ANGLE_DEG, (radiusM * i) / 4);
          const ranges = coverDisk(centre, radiusM);
          expectOrderly(ranges);
          expect(
            missedBy(
              ranges,
              [pentagon, ...placesWithin(centre, radiusM, i, 8)].filter(
                (place) => vincentyInverse(centre, place) <= radiusM,
              ),
            ),
          ).toEqual([]);
        }
      }
    }
  });

  it("misses no place that belongs to a cell whose centre is as far away as can be", () => {
    const cellsAround = fc.oneof(fc.constant(FACE_CENTRE), onTheSphere);
    fc.assert(
      fc.property(cellsAround, fc.integer({ min: 5, max: 11 }), ({ lat, lng }, resolution) => {
        const cell = latLngToCell(lat, lng, resolution);
        const place = outermostDescendant(cell, resolution);
        const outwardDeg = bearingDeg(place, centreOf(cell)) + 180;
        for (let radiusM = MAX_COVER_RADIUS_M; radiusM >= 1; radiusM /= 1.6) {
          const ranges = coverDisk(vincentyDirect(place, outwardDeg, radiusM), radiusM);
          expect(missedBy(ranges, [place])).toEqual([]);
        }
      }),
      { numRuns: 150, seed: 21 },
    );
  });

  it("misses no place of a crowd, each tried against every disk by brute force", () => {
    const crowd = fc.tuple(fc.oneof(...PLACES.map(([, places]) => places)), spreadM(10, 40_000));
    fc.assert(
      fc.property(crowd, azimuthDeg, ([middle, sizeM], azimuth) => {
        const places = placesWithin(middle, sizeM, azimuth, 40);
        const centre = vincentyDirect(middle, azimuth, sizeM / 2);
        for (const radiusM of [sizeM / 4, sizeM / 2, sizeM]) {
          const within = places.filter((place) => vincentyInverse(centre, place) <= radiusM);
          expect(missedBy(coverDisk(centre, radiusM), within)).toEqual([]);
        }
      }),
      { numRuns: 300, seed: 15 },
    );
  });

  it("reaches little beyond the disk: on average not 2.5 times its area", () => {
    let disks = 0;
    let areaRatio = 0;
    const times = 3;
    fc.assert(
      fc.property(onTheSphere, spreadM(250, MAX_COVER_RADIUS_M), (centre, radiusM) => {
        const ranges = coverDisk(centre, radiusM);
        const around = Array.from({ length: 100 }, (_, i) =>
          vincentyDirect(centre, i * GOLDEN_ANGLE_DEG, times * radiusM * Math.sqrt((i + 0.5) / 100)),
        );
        const covered = around.length - missedBy(ranges, around).length;
        areaRatio += (covered / around.length) * times * times;
        disks++;
      }),
      { numRuns: 300, seed: 16 },
    );
    expect(areaRatio / disks).toBeLessThan(2.5);
  });

  it.each([-1, MAX_COVER_RADIUS_M + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    "refuses a radius of %s",
    (radiusM) => {
      expect(() => coverDisk({ lat: 0, lng: 0 }, radiusM)).toThrow(RangeError);
      expect(() => coverBands({ lat: 0, lng: 0 }, radiusM)).toThrow(RangeError);
    },
  );
});

describe("the reach of a cell", () => {
  it.each(PLACES)("bounds the way from its centre to every place that belongs to it %s", (_, places) => {
    fc.assert(
      fc.property(places, (place) => {
        const index = locationCell(place).toString(16);
        for (let resolution = 0; resolution <= 11; resolution++) {
          const centre = centreOf(cellToParent(index, resolution));
          expect(vincentyInverse(centre, place)).toBeLessThan(reachM(resolution));
        }
      }),
      { numRuns: 3000, seed: 17 },
    );
  });

  it("is hardly more than the way to its outermost descendant where cells are largest", () => {
    for (let resolution = 5; resolution <= 11; resolution++) {
      const cell = latLngToCell(FACE_CENTRE.lat, FACE_CENTRE.lng, resolution);
      const farM = vincentyInverse(centreOf(cell), outermostDescendant(cell, resolution));
      expect(farM).toBeLessThan(reachM(resolution));
      expect(farM + 1).toBeGreaterThan(0.97 * reachM(resolution));
    }
  });
});

describe("the bands of a disk", () => {
  it.each(PLACES)("grow up to the radius, each missing no place of its own disk %s", (_, centres) => {
    fc.assert(
      fc.property(centres, radii, azimuthDeg, (centre, radiusM, azimuth) => {
        const bands = coverBands(centre, radiusM);
        const outerM = bands.map((band) => band.outerM);
        expect(outerM).toEqual([...new Set(outerM)].sort((one, other) => one - other));
        expect(outerM.at(-1)).toBe(radiusM);
        for (const band of bands) {
          expectOrderly(band.ranges);
          expect(missedBy(band.ranges, placesWithin(centre, band.outerM, azimuth, 4))).toEqual([]);
        }
      }),
      { numRuns: 500, seed: 18 },
    );
  });

  it("are those of the whole disk from a distance on, when resumed", () => {
    fc.assert(
      fc.property(onTheSphere, radii, fc.double({ min: 0, max: 1, noNaN: true }), (centre, radiusM, part) => {
        const fromM = part * radiusM;
        const whole = coverBands(centre, radiusM);
        expect(coverBands(centre, radiusM, fromM)).toEqual(whole.filter(({ outerM }) => outerM >= fromM));
        expect(coverBands(centre, radiusM, radiusM)).toEqual(whole.slice(-1));
        expect(whole.at(-1)?.ranges).toEqual(coverDisk(centre, radiusM));
      }),
      { numRuns: 500, seed: 19 },
    );
  });

  it("are one for a small disk and a handful for the largest", () => {
    const lagos = { lat: 6.43, lng: 3.42 };
    expect(coverBands(lagos, 1)).toHaveLength(1);
    expect(coverBands(lagos, 450)).toHaveLength(1);
    expect(coverBands(lagos, 1000)).toHaveLength(1);
    expect(coverBands(lagos, 6000).map(({ outerM }) => outerM)).toEqual([800, 3200, 6000]);
    expect(coverBands(lagos, MAX_COVER_RADIUS_M)).toHaveLength(4);
  });
});

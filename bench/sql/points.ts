import { seededRandom } from "../../scripts/import/random.ts";
import { chordArcDistanceM } from "../../src/geo/chord-arc.ts";
import { type Ecef, toEcef } from "../../src/geo/ecef.ts";
import type { Point } from "../../src/geo/point.ts";

export const DENSITIES = ["dense", "suburban", "rural"] as const;
export type Density = (typeof DENSITIES)[number];

/** Somewhere to ask from. */
export type TestPoint = { readonly density: Density; readonly point: Point };

/** A store's density is how many stores, itself among them, lie within this distance. */
const NEIGHBOURHOOD_M = 5_000;
/** So many stores, chosen at random, are looked at. */
const SAMPLE = 600;

/** Which stores are meant, as parts of the sample in the order of their density. */
const QUANTILES: Readonly<Record<Density, readonly [from: number, to: number]>> = {
  dense: [0.95, 1],
  suburban: [0.4, 0.7],
  rural: [0.02, 0.1],
};

/** How far from a store a point lies. In the country that is sometimes far, so that a small radius finds nothing. */
const OFFSETS_M: Readonly<Record<Density, readonly [number, ...number[]]>> = {
  dense: [30, 150, 300, 600],
  suburban: [30, 200, 500, 1_000],
  rural: [100, 600, 300, 3_000, 900, 9_000],
};

const METRES_PER_DEGREE = 111_320;

/** Points near stores in dense, suburban and rural places, the same for the same stores. */
export function testPoints(stores: readonly Point[], perDensity: number): TestPoint[] {
  const random = seededRandom("bench/points");
  const places = stores.map(toEcef);
  const sample = random
    .shuffle([...stores.keys()])
    .slice(0, SAMPLE)
    .flatMap((index) => stores[index] ?? [])
    .map((store) => ({ store, neighbours: countWithin(places, store, NEIGHBOURHOOD_M) }))
    .sort((one, other) => one.neighbours - other.neighbours);
  return DENSITIES.flatMap((density) => {
    const [from, to] = QUANTILES[density];
    const candidates = sample.slice(Math.floor(from * sample.length), Math.ceil(to * sample.length));
    return random
      .shuffle(candidates)
      .slice(0, perDensity)
      .map(({ store }, i) => {
        const offsets = OFFSETS_M[density];
        const offsetM = offsets[i % offsets.length] ?? offsets[0];
        return { density, point: away(store, offsetM, random.fraction() * 2 * Math.PI) };
      });
  });
}

/** How many of the places lie within the distance (up to 100 km) of a point. */
export function countWithin(places: readonly Ecef[], point: Point, distanceM: number): number {
  const from = toEcef(point);
  let count = 0;
  for (const place of places) if (chordArcDistanceM(from, place) <= distanceM) count++;
  return count;
}

function away({ lat, lng }: Point, offsetM: number, bearing: number): Point {
  const degrees = offsetM / METRES_PER_DEGREE;
  return {
    lat: rounded(lat + degrees * Math.cos(bearing)),
    lng: rounded(lng + (degrees * Math.sin(bearing)) / Math.cos((lat * Math.PI) / 180)),
  };
}

function rounded(degrees: number): number {
  return Number(degrees.toFixed(6));
}

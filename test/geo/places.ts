/** Where things go wrong, as generators: the whole sphere, crowded cities, H3's pentagons, the poles, the antimeridian. */
import fc from "fast-check";
import { cellToLatLng, getPentagons } from "h3-js";
import type { Point } from "../../src/geo/point.ts";
import { vincentyDirect } from "./vincenty.ts";

const NORTH_POLE: Point = { lat: 90, lng: 0 };
const SOUTH_POLE: Point = { lat: -90, lng: 0 };
const CITIES: readonly Point[] = [
  { lat: 6.4541, lng: 3.3947 }, // Lagos
  { lat: 40.7128, lng: -74.006 }, // New York
  { lat: 35.6812, lng: 139.7671 }, // Tokyo
  { lat: 19.076, lng: 72.8777 }, // Mumbai
  { lat: -23.5505, lng: -46.6333 }, // São Paulo
  { lat: 64.1466, lng: -21.9426 }, // Reykjavík
];

/** The twelve centres of H3's pentagons, the same at every resolution. */
export const PENTAGON_CENTRES: readonly Point[] = getPentagons(0).map((cell) => {
  const [lat, lng] = cellToLatLng(cell);
  return { lat, lng };
});

const real = (min: number, max: number) => fc.double({ min, max, noNaN: true });

export const azimuthDeg = real(-180, 180);

/** A number whose logarithm is evenly spread, so that every order of magnitude is met. */
export const spreadM = (min: number, max: number) =>
  real(Math.log(min), Math.log(max)).map((log) => Math.min(max, Math.exp(log)));

export const onTheSphere: fc.Arbitrary<Point> = fc.record({
  lat: real(-1, 1).map((sine) => (Math.asin(sine) / Math.PI) * 180),
  lng: real(-180, 180),
});

/** Within `farthestM` of one of the places, mostly much nearer. */
const near = (places: readonly Point[], farthestM: number): fc.Arbitrary<Point> =>
  fc
    .tuple(fc.constantFrom(...places), azimuthDeg, spreadM(0.01, farthestM))
    .map(([place, azimuth, distanceM]) => vincentyDirect(place, azimuth, distanceM));

const onTheAntimeridian: fc.Arbitrary<Point> = fc.record({
  lat: real(-89, 89),
  lng: fc.oneof(fc.constantFrom(180, -180), real(179.7, 180), real(-180, -179.7)),
});

/** Named, so that a suite can run each family by itself. */
export const PLACES: readonly (readonly [name: string, places: fc.Arbitrary<Point>])[] = [
  ["anywhere on the sphere", onTheSphere],
  ["in dense cities", near(CITIES, 30_000)],
  ["around H3's twelve pentagons", near(PENTAGON_CENTRES, 150_000)],
  [
    "at both poles",
    fc.oneof(fc.constantFrom(NORTH_POLE, SOUTH_POLE), near([NORTH_POLE, SOUTH_POLE], 60_000)),
  ],
  ["on the antimeridian", onTheAntimeridian],
];

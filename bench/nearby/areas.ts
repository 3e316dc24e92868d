import { cellToBoundary, cellToLatLng, gridDisk, latLngToCell } from "h3-js";
import { type Random, seededRandom } from "../../scripts/import/random.ts";
import { chordArcDistanceM } from "../../src/geo/chord-arc.ts";
import { type Ecef, toEcef } from "../../src/geo/ecef.ts";
import type { Point } from "../../src/geo/point.ts";
import { zipfRanks } from "./zipf.ts";

/** Draws points to ask from. */
export type Points = () => Point;

/** Houston: a large city, with a shop of a chain for every quarter. */
export const CITY: Point = { lat: 29.7604, lng: -95.3698 };
export const CITY_RADIUS_M = 15_000;
const CELL_RESOLUTION = 8;
/** Steps from the centre's cell that surely reach the radius: no cell there is nearer to the next than 600 m. */
const CELL_STEPS = Math.ceil(CITY_RADIUS_M / 600);
const ZIPF_EXPONENT = 1;

const METRES_PER_DEGREE = 111_320;
/** How far from a store its customers are. */
const CUSTOMER_M = 2_000;
const NEIGHBOURHOOD_M = 5_000;

/** Where questions come from. */
export type Area = "city" | `${Density}, ${Spread}`;

/** Where a store is, by how many stores, itself among them, lie within 5 km. */
export const DENSITIES = ["dense", "town", "rural"] as const;
export type Density = (typeof DENSITIES)[number];
export const LEAST_NEIGHBOURS: Readonly<Record<Density, number>> = { dense: 50, town: 10, rural: 1 };

/**
 * Anywhere within the city: H3 cells by Zipf's law, always the same the most popular, and any point within the cell, so
 * that none comes twice.
 */
export function cityPoints(random: Random): Points {
  const centre = toEcef(CITY);
  const cells = seededRandom("bench/city")
    .shuffle(gridDisk(latLngToCell(CITY.lat, CITY.lng, CELL_RESOLUTION), CELL_STEPS))
    .filter((cell) => chordArcDistanceM(centre, toEcef(pointOf(cellToLatLng(cell)))) <= CITY_RADIUS_M)
    .map((cell) => ({ middle: pointOf(cellToLatLng(cell)), corners: cellToBoundary(cell).map(pointOf) }));
  const rank = zipfRanks(cells.length, ZIPF_EXPONENT, random);
  return () => {
    for (;;) {
      const cell = cells[rank()];
      if (cell === undefined) throw new Error("ranks are those of cells");
      const point = withinCell(cell.middle, cell.corners, random);
      if (chordArcDistanceM(centre, toEcef(point)) <= CITY_RADIUS_M) return point;
    }
  };
}

/** How questions spread over the stores of a density: by Zipf's law, or to each as many as to the others. */
export const SPREADS = ["Zipf", "even"] as const;
export type Spread = (typeof SPREADS)[number];

/** Within 2 km of any of the stores; always the same are the most popular. */
export function pointsNear(stores: readonly Point[], spread: Spread, random: Random): Points {
  const ranked = seededRandom("bench/stores").shuffle(stores);
  const rank =
    spread === "Zipf"
      ? zipfRanks(ranked.length, ZIPF_EXPONENT, random)
      : () => random.integer(0, ranked.length - 1);
  return () => {
    const store = ranked[rank()];
    if (store === undefined) throw new Error("there is no store to be near to");
    const offsetDegrees = (CUSTOMER_M * Math.sqrt(random.fraction())) / METRES_PER_DEGREE;
    const bearing = random.fraction() * 2 * Math.PI;
    const narrowing = Math.cos((store.lat * Math.PI) / 180);
    return rounded(
      store.lat + offsetDegrees * Math.cos(bearing),
      store.lng + (offsetDegrees * Math.sin(bearing)) / narrowing,
    );
  };
}

/** The stores by density; those of each in the order given. */
export function byDensity<Store extends Point>(stores: readonly Store[]): Record<Density, Store[]> {
  const strata: Record<Density, Store[]> = { dense: [], town: [], rural: [] };
  const places = stores.map(toEcef);
  const cubes = Map.groupBy(places, (place) => cubeOf(place));
  places.forEach((place, i) => {
    let neighbours = 0;
    for (const step of AROUND) {
      for (const other of cubes.get(cubeOf(place) + step) ?? []) {
        if (chordArcDistanceM(place, other) <= NEIGHBOURHOOD_M) neighbours++;
      }
    }
    const density = DENSITIES.find((one) => neighbours >= LEAST_NEIGHBOURS[one]);
    const store = stores[i];
    if (density !== undefined && store !== undefined) strata[density].push(store);
  });
  return strata;
}

/** More than there are cubes from one end of the Earth to the other, at either side. */
const CUBES_ACROSS = 2 ** 12;
const STEPS = [-1, 0, 1];
const AROUND = STEPS.flatMap((x) => STEPS.flatMap((y) => STEPS.map((z) => cubeNumber(x, y, z))));

/** Cubes as wide as a neighbourhood: whatever is in that of a place lies in its own cube or in those around it. */
function cubeOf({ xM, yM, zM }: Ecef): number {
  const [x, y, z] = [xM, yM, zM].map((m) => Math.floor(m / NEIGHBOURHOOD_M)) as [number, number, number];
  return cubeNumber(x, y, z);
}

function cubeNumber(x: number, y: number, z: number): number {
  return (x * CUBES_ACROSS + y) * CUBES_ACROSS + z;
}

/** Anywhere in a cell, evenly: in one of the triangles that its corners make with its middle. */
function withinCell(middle: Point, corners: readonly Point[], random: Random): Point {
  const i = random.integer(0, corners.length - 1);
  const [one = middle, other = middle] = [corners[i], corners[(i + 1) % corners.length]];
  const [u, v] = [random.fraction(), random.fraction()];
  const [a, b] = u + v > 1 ? [1 - u, 1 - v] : [u, v];
  return rounded(
    middle.lat + a * (one.lat - middle.lat) + b * (other.lat - middle.lat),
    middle.lng + a * (one.lng - middle.lng) + b * (other.lng - middle.lng),
  );
}

function pointOf([lat, lng]: readonly number[]): Point {
  return { lat: lat ?? Number.NaN, lng: lng ?? Number.NaN };
}

/** Six decimals are 11 cm. */
function rounded(lat: number, lng: number): Point {
  return { lat: Number(lat.toFixed(6)), lng: Number(lng.toFixed(6)) };
}

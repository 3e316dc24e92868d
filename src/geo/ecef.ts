import type { Point } from "./point.ts";
import { ECCENTRICITY_SQUARED, EQUATORIAL_RADIUS_M } from "./wgs84.ts";

const RADIANS_PER_DEGREE = Math.PI / 180;

/**
 * Coordinates are whole multiples of 2^-30 m, which is what a float8 of some million metres resolves anyway: two of
 * them are equal or differ by enough. PostgreSQL refuses a product that underflows, as that of two latitudes of 1e-200.
 */
const STEPS_PER_METRE = 2 ** 30;

/** Earth-centred, earth-fixed coordinates in metres: x through (0°, 0°), y through (0°, 90° E), z through the north pole. */
export type Ecef = { readonly xM: number; readonly yM: number; readonly zM: number };

/** The point on the surface of the WGS-84 ellipsoid (height 0), exact to about 1 nm; the same for -180° as for 180°. */
export function toEcef({ lat, lng: anyLng }: Point): Ecef {
  // The sine of π is not quite 0, and that of -π is on its other side.
  const lng = anyLng === -180 ? 180 : anyLng;
  const sinLat = Math.sin(lat * RADIANS_PER_DEGREE);
  const cosLat = Math.cos(lat * RADIANS_PER_DEGREE);
  const normalRadiusM = EQUATORIAL_RADIUS_M / Math.sqrt(1 - ECCENTRICITY_SQUARED * sinLat * sinLat);
  return {
    xM: onGrid(normalRadiusM * cosLat * Math.cos(lng * RADIANS_PER_DEGREE)),
    yM: onGrid(normalRadiusM * cosLat * Math.sin(lng * RADIANS_PER_DEGREE)),
    zM: onGrid(normalRadiusM * (1 - ECCENTRICITY_SQUARED) * sinLat),
  };
}

/** Square of the straight line between two points, in square metres. Never more than the square of the way over the ground. */
export function chordSquared(p: Ecef, q: Ecef): number {
  const dx = p.xM - q.xM;
  const dy = p.yM - q.yM;
  const dz = p.zM - q.zM;
  return dx * dx + dy * dy + dz * dz;
}

function onGrid(metres: number): number {
  return Math.round(metres * STEPS_PER_METRE) / STEPS_PER_METRE;
}

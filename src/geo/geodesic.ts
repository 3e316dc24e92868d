import geographiclib from "geographiclib-geodesic";
import type { Point } from "./point.ts";

const { Geodesic } = geographiclib;

/**
 * Length in metres of the shortest path between two points on the WGS-84 ellipsoid, good to about 15 nm,
 * after C. F. F. Karney, "Algorithms for geodesics", J. Geodesy 87 (2013). About 1.5 µs a call: rank many
 * points with `chordArcDistanceM` and ask this only about those that are shown or lie on a rim.
 */
export function geodesicDistanceM(from: Point, to: Point): number {
  const { s12 } = Geodesic.WGS84.Inverse(from.lat, from.lng, to.lat, to.lng, Geodesic.DISTANCE);
  if (s12 === undefined) throw new TypeError("geographiclib answered without the distance it was asked for");
  return s12;
}

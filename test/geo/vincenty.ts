/**
 * An independent measure: T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", Survey Review 23
 * (1975), typed from the paper's formulas. Shares nothing with src/geo, not even the constants. Good to well under
 * 0.1 mm at the distances used here; the inverse does not converge for nearly antipodal points, which we do not ask.
 */
import type { Point } from "../../src/geo/point.ts";

const a = 6_378_137;
const f = 1 / 298.257_223_563;
const b = a * (1 - f);
const rad = (degrees: number) => (degrees / 180) * Math.PI;
const deg = (radians: number) => (radians / Math.PI) * 180;

function series(cosSqAlpha: number) {
  const u2 = (cosSqAlpha * (a * a - b * b)) / (b * b);
  return {
    A: 1 + (u2 / 16_384) * (4096 + u2 * (-768 + u2 * (320 - 175 * u2))),
    B: (u2 / 1024) * (256 + u2 * (-128 + u2 * (74 - 47 * u2))),
    C: (f / 16) * cosSqAlpha * (4 + f * (4 - 3 * cosSqAlpha)),
  };
}

function deltaSigma(B: number, sinSigma: number, cosSigma: number, cos2SigmaM: number): number {
  const c2 = cos2SigmaM * cos2SigmaM;
  const inner = cosSigma * (-1 + 2 * c2) - (B / 6) * cos2SigmaM * (-3 + 4 * sinSigma ** 2) * (-3 + 4 * c2);
  return B * sinSigma * (cos2SigmaM + (B / 4) * inner);
}

/** The point `distanceM` from `start` in the direction `azimuthDeg`. */
export function vincentyDirect(start: Point, azimuthDeg: number, distanceM: number): Point {
  const sinAlpha1 = Math.sin(rad(azimuthDeg));
  const cosAlpha1 = Math.cos(rad(azimuthDeg));
  const U1 = Math.atan2((1 - f) * Math.sin(rad(start.lat)), Math.cos(rad(start.lat)));
  const sigma1 = Math.atan2(Math.sin(U1), Math.cos(U1) * cosAlpha1);
  const sinAlpha = Math.cos(U1) * sinAlpha1;
  const { A, B, C } = series(1 - sinAlpha ** 2);
  const cos2m = (s: number) => Math.cos(2 * sigma1 + s);
  let sigma = distanceM / (b * A);
  for (let i = 0; i < 10; i++) {
    sigma = distanceM / (b * A) + deltaSigma(B, Math.sin(sigma), Math.cos(sigma), cos2m(sigma));
  }
  const [sinSigma, cosSigma] = [Math.sin(sigma), Math.cos(sigma)];
  const across = Math.sin(U1) * sinSigma - Math.cos(U1) * cosSigma * cosAlpha1;
  const lat = Math.atan2(
    Math.sin(U1) * cosSigma + Math.cos(U1) * sinSigma * cosAlpha1,
    (1 - f) * Math.hypot(sinAlpha, across),
  );
  const lambda = Math.atan2(
    sinSigma * sinAlpha1,
    Math.cos(U1) * cosSigma - Math.sin(U1) * sinSigma * cosAlpha1,
  );
  const c2m = cos2m(sigma);
  const L =
    lambda - (1 - C) * f * sinAlpha * (sigma + C * sinSigma * (c2m + C * cosSigma * (-1 + 2 * c2m * c2m)));
  const lng = start.lng + deg(L);
  return { lat: deg(lat), lng: lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng };
}

/** Metres from one point to the other. */
export function vincentyInverse(from: Point, to: Point): number {
  const L = rad(to.lng - from.lng);
  const U1 = Math.atan2((1 - f) * Math.sin(rad(from.lat)), Math.cos(rad(from.lat)));
  const U2 = Math.atan2((1 - f) * Math.sin(rad(to.lat)), Math.cos(rad(to.lat)));
  const [sinU1, cosU1, sinU2, cosU2] = [Math.sin(U1), Math.cos(U1), Math.sin(U2), Math.cos(U2)];
  let lambda = L;
  for (let i = 0; i < 100; i++) {
    const sinSigma = Math.hypot(cosU2 * Math.sin(lambda), cosU1 * sinU2 - sinU1 * cosU2 * Math.cos(lambda));
    if (sinSigma === 0) return 0;
    const cosSigma = sinU1 * sinU2 + cosU1 * cosU2 * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cosU1 * cosU2 * Math.sin(lambda)) / sinSigma;
    const cosSqAlpha = 1 - sinAlpha ** 2;
    const cos2SigmaM = cosSqAlpha < 1e-12 ? 0 : cosSigma - (2 * sinU1 * sinU2) / cosSqAlpha;
    const { A, B, C } = series(cosSqAlpha);
    const before = lambda;
    lambda =
      L +
      (1 - C) *
        f *
        sinAlpha *
        (sigma + C * sinSigma * (cos2SigmaM + C * cosSigma * (-1 + 2 * cos2SigmaM ** 2)));
    if (Math.abs(lambda - before) < 1e-14) {
      return b * A * (sigma - deltaSigma(B, sinSigma, cosSigma, cos2SigmaM));
    }
  }
  throw new RangeError("Vincenty's inverse did not converge");
}

import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import type { Question } from "./contenders.ts";
import { DENSITIES, type Density, type TestPoint } from "./points.ts";

/** Questions of a kind, whose times are looked at together. */
export type Stratum = {
  readonly density: Density;
  readonly radiusM: number;
  readonly limit: number;
  readonly withProduct: boolean;
  readonly questions: readonly Question[];
};

const RADII_M = [1_000, 5_000, 25_000];
const LIMITS = [20, 100];
const PRODUCTS = ["bread", "milk", "coca cola"];

/** Every radius with every limit, with and without words to find, at the points of every density. */
export function strataOf(points: readonly TestPoint[], nowMs: number): Stratum[] {
  return [false, true].flatMap((withProduct) =>
    DENSITIES.flatMap((density) =>
      RADII_M.flatMap((radiusM) =>
        LIMITS.map((limit) => ({
          density,
          radiusM,
          limit,
          withProduct,
          questions: points
            .filter((point) => point.density === density)
            .map((point, i) => ({
              query: nearbyQuery(
                point,
                radiusM,
                limit,
                withProduct ? PRODUCTS[i % PRODUCTS.length] : undefined,
              ),
              nowMs,
            })),
        })),
      ),
    ),
  );
}

export function describeStratum({ density, radiusM, limit, withProduct }: Stratum): string {
  return `${density}, ${radiusM / 1000} km, limit ${limit}${withProduct ? ", product" : ""}`;
}

export function nearbyQuery({ point }: TestPoint, radiusM: number, limit: number, product?: string) {
  const parameters = new URLSearchParams({
    lat: String(point.lat),
    lng: String(point.lng),
    radius_m: String(radiusM),
    limit: String(limit),
    ...(product === undefined ? {} : { product }),
  });
  const parsed = parseNearby(parameters.toString());
  if (!parsed.ok) throw new Error(parsed.errors.map(({ detail }) => detail).join("; "));
  return parsed.query;
}

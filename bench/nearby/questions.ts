import type { Random } from "../../scripts/import/random.ts";
import type { NearbyQuery } from "../../src/inventory/nearby-query.ts";
import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import type { Points } from "./areas.ts";

/** What is asked of a place, and how often; the default radius and page unless it says otherwise. */
export const KINDS = ["plain", "product", "category", "limit"] as const;
export type Kind = (typeof KINDS)[number];
export const SHARES: Readonly<Record<Kind, number>> = {
  plain: 0.5,
  product: 0.25,
  category: 0.15,
  limit: 0.1,
};

const PRODUCTS = [
  ...["milk", "bread", "eggs", "coffee", "bananas", "chicken", "cheese", "rice", "yogurt", "water"],
  ...["coca cola", "toilet paper", "shampoo", "diapers"],
] as const;
const CATEGORIES = [
  ...["bakery", "beverages", "dairy", "frozen", "household", "meat", "pantry", "personal-care"],
  ...["pharmacy", "produce", "snacks"],
] as const;
const LIMITS = [5, 50] as const;

const PATH = "/inventory/nearby";

/** Draws questions: the path with what is asked. */
export function questions(points: Points, random: Random): () => string {
  const kinds = KINDS.map((kind, i) => ({
    kind,
    upTo: KINDS.slice(0, i + 1).reduce((sum, one) => sum + SHARES[one], 0),
  }));
  return () => {
    const drawn = random.fraction();
    const kind = kinds.find(({ upTo }) => drawn < upTo)?.kind ?? "plain";
    const { lat, lng } = points();
    return `${PATH}?lat=${lat}&lng=${lng}${besides(kind, random)}`;
  };
}

/** What the service makes of a path. */
export function queryOf(path: string): NearbyQuery {
  const parsed = parseNearby(path.slice(PATH.length));
  if (!parsed.ok) throw new Error(parsed.errors.map(({ detail }) => detail).join("; "));
  return parsed.query;
}

function besides(kind: Kind, random: Random): string {
  switch (kind) {
    case "plain":
      return "";
    case "product":
      return `&product=${encodeURIComponent(random.pick(PRODUCTS))}`;
    case "category":
      return `&category=${random.pick(CATEGORIES)}`;
    case "limit":
      return `&limit=${random.pick(LIMITS)}`;
  }
}

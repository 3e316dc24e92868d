import { MAX_CATALOGUE_SIZE, partnerCatalogue } from "../../scripts/import/catalogue.ts";
import { demonstrationGtin } from "../../scripts/import/gtin.ts";
import { type Random, seededBytes, seededRandom, seededUuid } from "../../scripts/import/random.ts";
import { hex } from "../../src/hex.ts";

/** What a shop's system knows of a product. */
export type Product = {
  readonly externalRef: string;
  readonly title: string;
  readonly description: string | null;
  readonly brand: string;
  readonly category: string;
  readonly gtin: string | null;
  readonly imageUrl: string;
  readonly buyUrl: string;
};

export type Proof = {
  readonly mediaUrl: string;
  readonly sha256: string;
  readonly capturedAt: string;
  readonly lat: number;
  readonly lng: number;
};

/** A product on the shelf of a shop. */
export type Shelf = {
  readonly product: Product;
  readonly shop: Shop;
  /** US cents. */
  readonly priceAmount: number;
  readonly quantity: number;
  readonly proof: Proof | null;
};

export type Shop = {
  readonly locationRef: string;
  readonly locationId: string;
  readonly name: string;
  readonly lat: number;
  readonly lng: number;
};

export const LOCATION_COUNT = 20;
export const PARTNER_ID = seededUuid("bench/sync", Date.UTC(2026, 0, 1));

/** Each product of the list in so many ranges. */
const RANGES = [
  { name: "Classic", brand: "Marlow" },
  { name: "Organic", brand: "Greenfield Farms" },
  { name: "Value", brand: "Everyday Basics" },
  { name: "Family Pack", brand: "Harvest & Hearth" },
  { name: "Premium Selection", brand: "Alderbrook" },
  { name: "Imported", brand: "Casa Moretti" },
  { name: "Local", brand: "Riverside Kitchen" },
  { name: "Kids", brand: "Little Sprouts" },
  { name: "Limited Edition", brand: "Nordhaven" },
  { name: "Fair Trade", brand: "Common Ground" },
  { name: "Seasonal", brand: "Four Winds" },
  { name: "Wholesale", brand: "Depot Select" },
  { name: "Lightly Salted", brand: "Saltmarsh" },
  { name: "No Added Sugar", brand: "Plain Good" },
  { name: "Traditional Recipe", brand: "Grandma Odette" },
  { name: "Extra Large", brand: "Big Barn" },
] as const;

/** The most products that a shop can carry. */
export const MAX_PRODUCTS = MAX_CATALOGUE_SIZE * RANGES.length;

const DESCRIBED_EVERY = 3;
const PROVEN_EVERY = 10;
const HOUR_MS = 3_600_000;

/** The same for the same `rowCount` and `nowMs`; shop by shop, each with the same products. */
export function stockedShelves(rowCount: number, nowMs: number): readonly Shelf[] {
  const products = productsOf(rowCount / LOCATION_COUNT);
  const capturedAt = new Date(nowMs - 2 * HOUR_MS).toISOString();
  return SHOPS.flatMap((shop, shopIndex) => {
    const random = seededRandom(`bench/sync/${shop.locationRef}`);
    return products.map(({ product, usualPrice }, i) => {
      const row = shopIndex * products.length + i;
      return {
        product,
        shop,
        priceAmount: Math.max(99, Math.round(usualPrice * (0.9 + random.fraction() * 0.2))),
        quantity: randomQuantity(random),
        proof: row % PROVEN_EVERY === 0 ? proofOf(product, shop, capturedAt) : null,
      };
    });
  });
}

export const SHOPS: readonly Shop[] = Array.from({ length: LOCATION_COUNT }, (_, i) => ({
  locationRef: `branch-${String(i + 1).padStart(2, "0")}`,
  locationId: seededUuid(`bench/sync/${i}`, Date.UTC(2026, 0, 1) + i),
  name: `Marlow Market ${i + 1}`,
  lat: Number((6.4 + (i % 5) * 0.05).toFixed(6)),
  lng: Number((3.3 + Math.floor(i / 5) * 0.05).toFixed(6)),
}));

function productsOf(count: number): { product: Product; usualPrice: number }[] {
  const articles = partnerCatalogue(PARTNER_ID, MAX_CATALOGUE_SIZE, 0, seededRandom("bench/sync/products"));
  const all = RANGES.flatMap((range) => articles.map((article) => ({ range, article })));
  return all.slice(0, count).map(({ range, article }, i) => {
    const externalRef = `SKU-${String(i + 1).padStart(5, "0")}-${article.ref}`.slice(0, 128);
    const title = `${range.name} ${article.title}`;
    const product = {
      externalRef,
      title,
      description:
        i % DESCRIBED_EVERY === 0
          ? `${title} by ${range.brand}. Keep in a cool, dry place; see the pack for ingredients, allergens and storage.`
          : null,
      brand: article.brand ?? range.brand,
      category: article.category,
      gtin: article.gtin === null ? null : demonstrationGtin(10_000_000 + i),
      imageUrl: `https://images.marlow.example/products/${encodeURIComponent(externalRef)}/front-1200.jpg`,
      buyUrl: `https://shop.marlow.example/p/${encodeURIComponent(externalRef)}`,
    };
    return { product, usualPrice: article.usualPrice };
  });
}

function proofOf(product: Product, shop: Shop, capturedAt: string): Proof {
  const photo = `${shop.locationRef}/${product.externalRef}`;
  return {
    mediaUrl: `https://photos.marlow.example/${encodeURI(photo)}.jpg`,
    sha256: hex(seededBytes(photo)),
    capturedAt,
    lat: shop.lat + 0.0001,
    lng: shop.lng,
  };
}

function randomQuantity(random: Random): number {
  const share = random.fraction();
  if (share < 0.08) return 0;
  return share < 0.22 ? random.integer(1, 5) : random.integer(6, 80);
}

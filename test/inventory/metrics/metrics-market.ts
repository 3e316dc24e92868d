/** Markets to count: shops without stock, ages at the edges of freshness, ties everywhere. */
import fc from "fast-check";
import { seededUuid } from "../../../scripts/import/random.ts";
import { items, locations, partners, proofs, stockRows } from "../../../src/db/schema.ts";
import { locationPosition } from "../../../src/geo/location-position.ts";
import { db } from "../../support/database.ts";
import { UNLISTED } from "../../support/factories.ts";

const DAY_MS = 86_400_000;

const LOCATION_REFS = ["Yaba", "yaba", 'Ọjà "1"', "🛒", "～"];
export const CATEGORIES = ["grocery", "Grocery", "Ẹja", "🥖", "～", null];

let made = 0;
/** A UUIDv7 that sorts anywhere among the others. */
const newId = (): string => seededUuid(`metrics ${made++}`, Date.UTC(2026, 0, 1));

/** Before the moment of asking, seldom after it; some at the edges, many the same. */
const agesMs = fc.oneof(
  fc.constantFrom(0, 999, 1000, DAY_MS, DAY_MS + 1, 2 * DAY_MS, 2 * DAY_MS + 1, -1, -240_000),
  fc.integer({ min: 0, max: 3 * DAY_MS }),
  fc.integer({ min: 0, max: 400 * DAY_MS }),
);

const proofRow = fc.record({
  kind: fc.constantFrom("shelf_snap", "count", "pos_sync", "assertion"),
  mediaUrl: fc.constantFrom(null, "https://media.example/snap.jpg"),
  sha256: fc.constantFrom(null, new Uint8Array(32).fill(7)),
  capturedAgeMs: agesMs,
  receivedAgeMs: fc.oneof(fc.constantFrom(0, 1, 5000), agesMs),
  distanceFromLocationM: fc.constantFrom(null, 0, 0.5, 12.49, 12_000),
});

const stockRow = fc.record({
  quantity: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 1_000_000 })),
  reserved: fc.constantFrom(0, 0, 1, 5),
  availability: fc.constantFrom(
    "in_stock",
    "low_stock",
    "low_stock",
    "out_of_stock",
    "on_request",
    "scheduled_only",
  ),
  verifiedAgeMs: agesMs,
  updatedAgeMs: fc.oneof(fc.constantFrom(0, 1000), agesMs),
  proof: fc.option(proofRow),
  unlisted: fc.constantFrom(...Array(9).fill(undefined), "title", "price", "stock"),
});

const shop = { name: fc.constantFrom("Shop", "Ọjà") };

/** A partner's shops and items, and what is on the shelves, told over and over until all shops are full. */
export const markets = fc.record({
  locations: fc.uniqueArray(fc.record({ ...shop, locationRef: fc.constantFrom(...LOCATION_REFS) }), {
    selector: ({ locationRef }) => locationRef,
    maxLength: 4,
  }),
  items: fc.array(fc.record({ category: fc.constantFrom(...CATEGORIES) }), { maxLength: 60 }),
  shelves: fc.array(fc.option(stockRow, { freq: 5 }), { minLength: 1, maxLength: 97, size: "max" }),
});

export type MetricsMarket = typeof markets extends fc.Arbitrary<infer Value> ? Value : never;

/** Writes the market as it is at `nowMs`, as a new partner's, and returns its id. */
export async function writeMarket(market: MetricsMarket, nowMs: number): Promise<string> {
  const partnerId = newId();
  const ago = (ageMs: number) => new Date(nowMs - ageMs);
  await db
    .insert(partners)
    .values({ partnerId, name: "Shop & Co", contactEmail: "shop@example.com", status: "approved" });
  const places = market.locations.map((place) => ({
    ...place,
    locationId: newId(),
    ...locationPosition({ lat: 6.5, lng: 3.4 }),
    lat: 6.5,
    lng: 3.4,
    partnerId,
    timezone: "Africa/Lagos",
  }));
  const things = market.items.map((item, i) => ({
    ...item,
    itemId: newId(),
    partnerId,
    externalRef: `SKU-${i}`,
    title: `Article ${i}`,
    searchKeys: ["article"],
  }));
  const shelves = places.flatMap(({ locationId }, row) =>
    things.flatMap(({ itemId }, column) => {
      const shelf = market.shelves[(row * market.items.length + column) % market.shelves.length];
      const proofId = newId();
      return shelf == null ? [] : [{ ...shelf, locationId, itemId, partnerId, proofId }];
    }),
  );
  const proven = shelves.flatMap(({ proof, unlisted, proofId, locationId, itemId }) => {
    if (proof === null || unlisted === "stock") return [];
    const { capturedAgeMs, receivedAgeMs, ...rest } = proof;
    const at = { capturedAt: ago(capturedAgeMs), receivedAt: ago(receivedAgeMs) };
    return [{ ...rest, ...at, proofId, partnerId, locationId, itemId }];
  });
  const rows = shelves.map(({ proof, unlisted, verifiedAgeMs, updatedAgeMs, ...shelf }) => ({
    ...shelf,
    verifiedAt: ago(verifiedAgeMs),
    updatedAt: ago(updatedAgeMs),
    priceAmount: 100,
    priceCurrency: "NGN",
    verificationMethod: proof?.kind ?? ("pos_sync" as const),
    proofId: proof === null || unlisted === "stock" ? null : shelf.proofId,
    ...(unlisted !== undefined && UNLISTED[unlisted as keyof typeof UNLISTED]),
  }));
  if (places.length > 0) await db.insert(locations).values(places);
  if (things.length > 0) await db.insert(items).values(things);
  if (proven.length > 0) await db.insert(proofs).values(proven);
  if (rows.length > 0) await db.insert(stockRows).values(rows as (typeof stockRows.$inferInsert)[]);
  return partnerId;
}

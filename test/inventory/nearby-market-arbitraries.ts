/** What a market is made of: partners of every status, shops of every habit, rows of every kind; many ties. */
import fc from "fast-check";
import type * as tables from "../../src/db/schema.ts";
import { locationPosition } from "../../src/geo/location-position.ts";
import { searchKeys } from "../../src/words.ts";
import { vincentyDirect } from "../geo/vincenty.ts";
import { UNLISTED } from "../support/factories.ts";
import type { Market } from "../support/nearby-model-row.ts";

export type Place = { readonly lat: number; readonly lng: number };
/** Rows as they are stored, and as the model reads them. */
export type Partner = Market["partners"][number] & typeof tables.partners.$inferInsert;
export type Location = Market["locations"][number] & typeof tables.locations.$inferInsert;
export type Item = Market["items"][number] & typeof tables.items.$inferInsert;
type Proof = Market["proofs"][number] & typeof tables.proofs.$inferInsert;
type StockRow = Market["stockRows"][number] & typeof tables.stockRows.$inferInsert;
/** What is on the shelf, and its proof. */
export type Shelf = { readonly stock: StockRow; readonly proof: Proof | undefined };

const AVAILABILITIES = ["in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only"] as const;
const METHODS = ["shelf_snap", "count", "pos_sync", "assertion"] as const;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const PRODUCTS = [
  ["Coca-Cola 50cl", "Coca-Cola"],
  ["Brown Bread", null],
  ["Ẹ̀bà mix 1 kg", "Ọ̀lọ́jà"],
  ["Peak Milk 400g", "Peak"],
  ["Indomie Noodles, chicken", "Indomie"],
  ["Straßen-Kaffee", "Müller"],
  ["Null Cola {a,b} \"quoted\" \\ 'back'", null],
  ["牛奶 1L", "光明"],
  [null, "Peak"],
] as const;

export const CATEGORIES = ["grocery", "Household & more", "Ẹja"];
export const CURRENCIES = ["NGN", "USD", "GHS"];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Evenly spread, without fast-check's love of the ends: shops that mirror each other leave the order to chance. */
const uniform = (min: number, max: number): fc.Arbitrary<number> =>
  fc.noBias(fc.nat({ max: 2 ** 31 - 1 })).map((part) => min + (max - min) * (part / (2 ** 31 - 1)));

/** As many of every order of magnitude. */
export const spreadM = (min: number, max: number): fc.Arbitrary<number> =>
  uniform(Math.log(min), Math.log(max)).map((log) => Math.min(max, Math.max(min, Math.exp(log))));

/** Coordinates of six decimals, which a query string can repeat to the last bit. */
export const rounded = ({ lat, lng }: Place): Place => ({ lat: toSix(lat), lng: toSix(lng) });
/** Adding 0 turns -0 into 0. */
const toSix = (degrees: number): number => Number(degrees.toFixed(6)) + 0;

export const near = (centres: readonly Place[], farthestM: number): fc.Arbitrary<Place> =>
  fc
    .tuple(fc.constantFrom(...centres), uniform(-180, 180), spreadM(1, farthestM))
    .map(([centre, azimuth, distanceM]) => rounded(vincentyDirect(centre, azimuth, distanceM)));

const uuids = fc.uuid({ version: 7 });

export const partners = (nowMs: number): fc.Arbitrary<Partner> =>
  fc.record({
    partnerId: uuids,
    name: fc.constantFrom("Mama Put", "Ọjà Ọba", "Shop & Co"),
    contactEmail: fc.constant("shop@example.com"),
    status: fc.constantFrom("approved", "approved", "approved", "approved", "pending", "suspended"),
    createdAt: fc.constant(new Date(nowMs)),
  });

const interval = (opens: string, closes: string) => (day: string) => ({ day, opens, closes });
const openingHours = fc.constantFrom(
  null,
  null,
  [],
  DAYS.map(interval("08:00", "20:00")),
  DAYS.map(interval("18:00", "02:00")),
  DAYS.map(interval("00:00", "00:00")),
  DAYS.slice(0, 5).map(interval("09:30", "17:00")),
  [interval("10:00", "10:30")("sun")],
);

const delivery = fc.oneof(
  fc.constant({ deliveryRadiusM: null, prepMinutes: null, speedKmh: null }),
  fc.record({
    deliveryRadiusM: fc.constantFrom(0, 500, 3000, 10_000, 60_000),
    prepMinutes: fc.constantFrom(0, 10, 45),
    speedKmh: fc.constantFrom(7.5, 20, 40),
  }),
  // Fast enough that many doors are reached in the same minute.
  fc.constant({ deliveryRadiusM: 100_000, prepMinutes: 15, speedKmh: 900 }),
);

export const locations = (
  places: fc.Arbitrary<Place>,
  owners: readonly Partner[],
  nowMs: number,
): fc.Arbitrary<Location> =>
  fc
    .record({
      locationId: uuids,
      partnerId: fc.constantFrom(...owners.map(({ partnerId }) => partnerId)),
      place: places,
      timezone: fc.constantFrom("Africa/Lagos", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland"),
      openingHours,
      delivery,
    })
    .map(({ place, delivery, ...location }) => ({
      ...location,
      ...place,
      ...locationPosition(place),
      ...delivery,
      locationRef: location.locationId,
      name: `Shop ${location.locationId.slice(-4)}`,
      address: null,
      createdAt: new Date(nowMs),
      updatedAt: new Date(nowMs),
    }));

/** A GTIN-8 or GTIN-13, in 14 digits. */
const gtins = fc
  .tuple(fc.constantFrom(7, 12), fc.integer({ min: 100_000, max: 9_999_999 }))
  .map(([length, body]) => {
    const digits = String(body).padStart(length, "9").slice(-length);
    const sum = [...digits].reverse().reduce((total, digit, i) => total + Number(digit) * (i % 2 ? 1 : 3), 0);
    return `${digits}${(1000 - sum) % 10}`.padStart(14, "0");
  });

export const items = (owners: readonly Partner[], nowMs: number): fc.Arbitrary<Item> =>
  fc
    .record({
      itemId: uuids,
      partnerId: fc.constantFrom(...owners.map(({ partnerId }) => partnerId)),
      product: fc.constantFrom(...PRODUCTS),
      category: fc.constantFrom(null, ...CATEGORIES),
      gtin: fc.option(gtins),
      imageUrl: fc.constantFrom(null, "https://shop.example/i.jpg"),
      buyUrl: fc.constantFrom(null, "https://shop.example/buy?a=1&b=%22"),
    })
    .map(({ product: [title, brand], ...item }) => ({
      ...item,
      title,
      brand,
      externalRef: `SKU ${item.itemId}`,
      description: null,
      searchKeys: searchKeys([title ?? "", brand ?? "", item.category ?? ""].join(" ")),
      detailsObservedAt: new Date(nowMs - 5000 * DAY_MS),
      createdAt: new Date(nowMs),
      updatedAt: new Date(nowMs),
    }));

/** From five minutes ahead to years ago; the fixed ones make ties. */
const agesMs = fc.oneof(
  fc.constantFrom(0, MINUTE_MS, HOUR_MS, DAY_MS + HOUR_MS),
  fc.integer({ min: -5 * MINUTE_MS, max: 2 * MINUTE_MS }),
  fc.integer({ min: 0, max: 2 * DAY_MS }),
  fc.integer({ min: 0, max: 60 * DAY_MS }),
  fc.integer({ min: 0, max: 4000 * DAY_MS }),
);

export const shelf = (location: Location, item: Item, nowMs: number): fc.Arbitrary<Shelf> => {
  const row = { locationId: location.locationId, itemId: item.itemId, partnerId: item.partnerId };
  return fc
    .record({
      quantity: fc.constantFrom(0, 1, 4, 12, 12, 50, 1_000_000),
      reserved: fc.constantFrom(0, 0, 0, 1, 12, 60),
      availability: fc.constantFrom("in_stock", "in_stock", ...AVAILABILITIES),
      priceAmount: fc.oneof(
        fc.constantFrom(0, 100, 12_500),
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.maxSafeNat(),
      ),
      priceCurrency: fc.constantFrom(...CURRENCIES),
      verificationMethod: fc.constantFrom(...METHODS),
      observedAt: agesMs.map((ageMs) => new Date(nowMs - ageMs)),
      unknown: fc.constantFrom(...Array<null>(12).fill(null), "price" as const, "stock" as const),
      proof: fc.option(
        fc.record({
          proofId: uuids,
          kind: fc.constantFrom(...METHODS),
          mediaUrl: fc.constantFrom(null, "https://media.example/snap.jpg"),
          sha256: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 })),
          capturedAt: agesMs.map((ageMs) => new Date(nowMs - ageMs)),
          distanceFromLocationM: fc.constantFrom(null, 0, 13.7),
        }),
      ),
    })
    .map(({ proof: madeProof, unknown, observedAt, ...stock }) => {
      const missing = item.title === null ? "title" : unknown;
      const proof = missing === "stock" ? null : madeProof;
      return {
        stock: {
          ...stock,
          ...row,
          listed: true,
          availabilityStated: true,
          verifiedAt: observedAt,
          priceObservedAt: observedAt,
          stockObservedAt: observedAt,
          countedObservedAt: observedAt,
          updatedAt: observedAt,
          proofId: proof === null ? null : proof.proofId,
          ...(missing !== null && UNLISTED[missing]),
        },
        proof:
          proof === null
            ? undefined
            : { ...proof, ...row, capturedLat: null, capturedLng: null, receivedAt: new Date(nowMs) },
      };
    });
};

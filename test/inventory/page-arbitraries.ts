/** Pages of rows as the database may give them, with every text and number that an answer may have to show. */
import fc from "fast-check";
import type { PageRow } from "../../src/inventory/page-columns.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../src/stock-words.ts";
import { azimuthDeg, PLACES, spreadM } from "../geo/places.ts";
import { vincentyDirect } from "../geo/vincenty.ts";

export const NOW_MS = Date.UTC(2026, 10, 21, 17, 5, 9, 7);
const DAY_MS = 86_400_000;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

const uuids = fc.uuid();
/** With quotes, escapes, NUL, every script, and surrogates that have lost their other half. */
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
);
export const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });
export const instants = fc.integer({ min: NOW_MS - 4000 * DAY_MS, max: NOW_MS + DAY_MS });
const methods = fc.constantFrom(...VERIFICATION_METHODS);

const proofs = fc.oneof(
  fc.constant({
    proofId: null,
    proofKind: null,
    mediaUrl: null,
    sha256: null,
    capturedAtMs: null,
    receivedAtMs: null,
    distanceFromLocationM: null,
  }),
  fc.record({
    proofId: uuids,
    proofKind: methods,
    mediaUrl: maybe(fc.webUrl()),
    sha256: maybe(fc.stringMatching(/^[0-9a-f]{64}$/)),
    capturedAtMs: instants,
    receivedAtMs: instants,
    distanceFromLocationM: maybe(fc.double({ min: 0, max: 1e7, noNaN: true })),
  }),
);

const locations = fc.record({
  locationId: uuids,
  locationName: texts,
  partnerId: uuids,
  partnerName: texts,
  timeZone: fc.constantFrom("Africa/Lagos", "America/New_York", "Asia/Kathmandu"),
  openingHours: fc.constantFrom(
    null,
    [],
    DAYS.map((day) => ({ day, opens: "08:00", closes: "18:30" })),
  ),
});
const terms = fc.oneof(
  fc.constant({ deliveryRadiusM: null, prepMinutes: null, speedKmh: null }),
  fc.record({
    deliveryRadiusM: fc.constantFrom(0, 500, 60_000),
    prepMinutes: fc.nat({ max: 600 }),
    speedKmh: fc.constantFrom(7.5, 20, 900),
  }),
);
const rows = fc.record({
  itemId: uuids,
  externalRef: texts,
  title: texts,
  brand: maybe(texts),
  category: maybe(texts),
  gtin: maybe(fc.stringMatching(/^[0-9]{14}$/)),
  imageUrl: maybe(texts),
  buyUrl: maybe(texts),
  priceAmount: fc.oneof(fc.constantFrom("0", "9007199254740991"), fc.maxSafeNat().map(String)),
  priceCurrency: fc.constantFrom("NGN", "USD"),
  quantity: fc.nat({ max: 1_000_000 }),
  availability: fc.constantFrom(...AVAILABILITIES),
  verificationMethod: methods,
  verifiedAtMs: fc.oneof(
    instants,
    fc.constantFrom(NOW_MS, NOW_MS - DAY_MS, NOW_MS - DAY_MS - 1, NOW_MS - 2 * DAY_MS, NOW_MS + 60_000),
  ),
});

/** A point, and a page of rows of a few locations around it. */
export const pages = fc
  .tuple(
    fc.oneof(...PLACES.map(([, places]) => places)),
    fc.array(fc.tuple(locations, terms, azimuthDeg, spreadM(0.001, 50_000)), { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(rows, proofs, fc.nat()), { maxLength: 6 }),
  )
  .map(([point, around, all]) => {
    const shops = around.map(([location, delivery, azimuth, distanceM]) => ({
      ...location,
      ...delivery,
      ...vincentyDirect(point, azimuth, distanceM),
    }));
    const page = all.map(
      ([row, proof, shop]): PageRow => ({
        ...row,
        ...proof,
        ...shops[shop % shops.length]!,
        sortKeys: [],
        nearness: 0,
      }),
    );
    return { point, page };
  });

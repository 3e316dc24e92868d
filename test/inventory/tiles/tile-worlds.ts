/** Small worlds of shops: crowds, ties, shops on the rim, on poles and the antimeridian. */
import fc from "fast-check";
import { toEcef } from "../../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../../src/geo/geodesic.ts";
import type { Point } from "../../../src/geo/point.ts";
import { wireId } from "../../../src/ids.ts";
import { type RowKind, rowKind } from "../../../src/inventory/nearby-json.ts";
import type { Shelf, TileItem } from "../../../src/inventory/tiles/tile.ts";
import { AVAILABILITIES } from "../../../src/stock-words.ts";
import { azimuthDeg, PLACES, spreadM } from "../../geo/places.ts";
import { vincentyDirect } from "../../geo/vincenty.ts";

export const NOW_MS = Date.UTC(2026, 10, 21, 10, 30, 0, 250);

const HOUR_MS = 3_600_000;
const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export const GTINS = ["00000096385074", "05449000000996"] as const;
const PRODUCTS = [
  "Coca-Cola 50cl",
  "Brown bread",
  "Sliced breads",
  "Ẹ̀bà mix",
  "Milk",
  "Straßen-Kaffee 𐐨𐐩𐐨𐐩𐐨",
];
const CATEGORIES = [null, "drinks", "grocery"] as const;
export const CURRENCIES = ["NGN", "USD", "GHS"] as const;

const uuid = (number: number): string => `00000000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
export const PARTNER_IDS = [uuid(1), uuid(2)] as const;

/** In the order of their ids. */
const ITEMS: readonly TileItem[] = Array.from({ length: 18 }, (_, i) => {
  const title = PRODUCTS[i % PRODUCTS.length]!;
  const category = CATEGORIES[i % CATEGORIES.length]!;
  return {
    json: `{"item_id":"${wireId("itm", uuid(1000 + 7 * i))}","title":${JSON.stringify(title)}`,
    category,
    gtin: i % 5 === 0 ? GTINS[i % 2]! : null,
    searchText: `${title}  ${category ?? ""}`,
    words: undefined,
    asked: undefined,
  };
});
export const itemId = (item: TileItem): string => uuid(1000 + 7 * ITEMS.indexOf(item));

type Row = {
  readonly item: number;
  readonly kind: RowKind;
  readonly numbers: readonly [verifiedAtMs: number, amount: number, quantity: number];
  readonly proof: string | null;
};

const kinds: fc.Arbitrary<RowKind> = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    availability: fc.constantFrom("in_stock", "in_stock", ...AVAILABILITIES),
    method: fc.constantFrom("shelf_snap", "count", "pos_sync", "assertion"),
  })
  .map(rowKind);
const numbers = fc.tuple(
  fc
    .oneof(fc.constantFrom(0, HOUR_MS, 24 * HOUR_MS), fc.integer({ min: -300_000, max: 48 * HOUR_MS }))
    .map((ageMs) => NOW_MS - ageMs),
  fc.oneof(fc.constantFrom(0, 100, 250), fc.nat({ max: 1000 }), fc.constant(Number.MAX_SAFE_INTEGER)),
  fc.constantFrom(0, 1, 2, 5, 1_000_000),
);
const rows: fc.Arbitrary<readonly Row[]> = fc.uniqueArray(
  fc.record({
    item: fc.nat({ max: ITEMS.length - 1 }),
    kind: kinds,
    numbers,
    proof: fc.constantFrom(null, null, `{"proof_id":"prf_1"}`),
  }),
  { maxLength: 8, selector: ({ item }) => item },
);

const openingHours = fc.constantFrom(
  null,
  [],
  DAYS.map((day) => ({ day, opens: "08:00", closes: "20:00" })),
  DAYS.map((day) => ({ day, opens: "14:00", closes: "16:00" })),
);
const AS_FAR_AS_THE_CENTRE = -1;
const A_HAIR_LESS = -2;
const delivery = fc.oneof(
  fc.constant(null),
  fc.record({
    radiusM: fc.constantFrom(0, 500, 8000, 60_000, AS_FAR_AS_THE_CENTRE, A_HAIR_LESS),
    prepMinutes: fc.constantFrom(0, 15),
    speedKmh: fc.constantFrom(7.5, 20, 900),
  }),
);

const shelfParts = fc.record({
  partnerId: fc.constantFrom(...PARTNER_IDS),
  openingHours,
  delivery,
  rows,
});

/** A shelf at a place, its rows in the order of their items. */
function shelfAt(place: Point, id: number, parts: ShelfParts): Shelf {
  const sorted = parts.rows.toSorted((a, b) => a.item - b.item);
  const { partnerId, openingHours, delivery } = parts;
  return {
    locationId: uuid(100_000 + id),
    partnerId,
    version: "1",
    ...place,
    ...toEcef(place),
    timeZone: "UTC",
    openingHours,
    delivery,
    json: `"location_id":"${id}"`,
    items: sorted.map(({ item }) => ITEMS[item]!),
    kinds: sorted.map(({ kind }) => kind),
    proofs: sorted.every(({ proof }) => proof === null) ? null : sorted.map(({ proof }) => proof),
    numbers: sorted.flatMap((row) => row.numbers),
    asked: undefined,
  };
}
type ShelfParts = typeof shelfParts extends fc.Arbitrary<infer T> ? T : never;

/**
 * A place far from the centre by anything from centimetres to more than the largest radius. `like` makes a tie; so
 * does, but for the last bits, the same way in another direction.
 */
const spots = fc.record({
  azimuth: fc.oneof(azimuthDeg, fc.constantFrom(90, -90, 45, -45, 0, 180)),
  distanceM: fc.oneof(spreadM(0.01, 70_000), spreadM(20, 3000), fc.constantFrom(300, 2000)),
  like: fc.option(fc.nat(), { freq: 3 }),
});

export type Crowd = { readonly centre: Point; readonly shelves: readonly Shelf[] };

/** Shops around a centre. */
export const crowds: fc.Arbitrary<Crowd> = fc
  .record({
    centre: fc.oneof(...PLACES.map(([, places]) => places)),
    shops: fc.array(fc.tuple(spots, shelfParts), { minLength: 1, maxLength: 30, size: "max" }),
  })
  .map(({ centre, shops }) => {
    const places: Point[] = [];
    for (const [{ azimuth, distanceM, like }] of shops) {
      places.push(places[(like ?? -1) % places.length] ?? vincentyDirect(centre, azimuth, distanceM));
    }
    const shelves = shops.map(([, parts], i): Shelf => {
      const shelf = shelfAt(places[i]!, (i * 11) % 31, parts);
      const { delivery } = shelf;
      if (delivery === null || delivery.radiusM >= 0) return shelf;
      const lessM = delivery.radiusM === A_HAIR_LESS ? 1e-8 : 0;
      return { ...shelf, delivery: { ...delivery, radiusM: geodesicDistanceM(centre, shelf) - lessM } };
    });
    return { centre, shelves };
  });

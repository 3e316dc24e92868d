import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { rowKind } from "../../../src/inventory/nearby-json.ts";
import { nextOpeningMs } from "../../../src/inventory/opening-hours.ts";
import { parseNearby } from "../../../src/inventory/parse-nearby.ts";
import { rowsAsked } from "../../../src/inventory/tiles/asked-rows.ts";
import type { Shelf, TileItem, TileNode } from "../../../src/inventory/tiles/tile.ts";
import { decodeTile, encodeTile } from "../../../src/inventory/tiles/tile-codec.ts";
import { MAX_TILE_LOCATIONS } from "../../../src/inventory/tiles/tile-queries.ts";
import { TileStore } from "../../../src/inventory/tiles/tile-store.ts";
import { AVAILABILITIES } from "../../../src/stock-words.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as (how: object) => void;

function heapBytes(): number {
  for (let i = 0; i < 3; i++) collectGarbage({ type: "major", execution: "sync", flavor: "last-resort" });
  return process.memoryUsage().heapUsed;
}

type City = {
  readonly name: string;
  readonly shops: number;
  readonly itemsEach: number;
  /** Whether all shops have the same items, as a chain's. */
  readonly isChain: boolean;
  readonly withProofs: boolean;
  readonly title: (i: number) => string;
};

const latin = (i: number) => `Fresh brown bread, sliced, 800 g, bakery no. ${i}`;
const chinese = (i: number) => `特级全麦吐司面包 八百克 第${i}号`;

const CITIES: readonly City[] = [
  { name: "a chain's", shops: 500, itemsEach: 200, isChain: true, withProofs: false, title: latin },
  { name: "small shops'", shops: 100, itemsEach: 200, isChain: false, withProofs: false, title: latin },
  { name: "proven", shops: 100, itemsEach: 200, isChain: true, withProofs: true, title: latin },
  { name: "in Chinese", shops: 100, itemsEach: 200, isChain: false, withProofs: false, title: chinese },
  { name: "hardly stocked", shops: 3000, itemsEach: 1, isChain: false, withProofs: false, title: latin },
];

const KINDS = AVAILABILITIES.flatMap((availability) =>
  (["count", "pos_sync"] as const).map((method) => rowKind({ currency: "NGN", availability, method })),
);

const id = (prefix: string, number: number) => `${prefix}_${String(number).padStart(26, "0")}`;

function itemOf(number: number, title: string): TileItem {
  const searchText = `${title} Bakers & Sons grocery`;
  const json = `{"item_id":"${id("itm", number)}","external_ref":"SKU-${number}","title":"${title}","brand":"Bakers & Sons","category":"grocery","gtin":"00012345678905","image_url":"https://images.shop.example/${number}.jpg","buy_url":"https://shop.example/buy/${number}","price":{"amount":`;
  return {
    json,
    category: "grocery",
    gtin: "00012345678905",
    searchText,
    words: undefined,
    asked: undefined,
  };
}

function shelfOf(
  { itemsEach, isChain, withProofs, title }: City,
  shop: number,
  items: Map<number, TileItem>,
): Shelf {
  const numbers = Array.from({ length: itemsEach }, (_, i) => (isChain ? i : shop * itemsEach + i));
  return {
    locationId: `00000000-0000-7000-8000-${String(shop).padStart(12, "0")}`,
    partnerId: `00000000-0000-7000-9000-${String(shop).padStart(12, "0")}`,
    version: `1.${shop}`,
    lat: 6.45 + shop / 1e5,
    lng: 3.39 + shop / 1e5,
    xM: 6_326_000.123 + shop,
    yM: 375_000.456 + shop,
    zM: 711_000.789 + shop,
    timeZone: "Africa/Lagos",
    openingHours: ["mon", "tue", "wed", "thu", "fri", "sat"].map((day) => ({
      day: day as "mon",
      opens: "08:00",
      closes: "20:00",
    })),
    delivery: { radiusM: 5000, prepMinutes: 15, speedKmh: 20 },
    json: `"location_id":"${id("loc", shop)}","name":"Shop no. ${shop}","partner_id":"${id("ptr", shop)}","partner_name":"Bakers & Sons","lat":${6.45 + shop / 1e5},"lng":3.39`,
    items: numbers.map((number) => {
      const item = items.get(number) ?? itemOf(number, title(number));
      items.set(number, item);
      return item;
    }),
    kinds: numbers.map((number) => KINDS[number % KINDS.length]!),
    proofs: withProofs
      ? numbers.map(
          (number) =>
            `{"proof_id":"${id("prf", number)}","kind":"shelf_snap","media_url":"https://media.example/${number}.jpg","sha256":"${"ab".repeat(32)}","captured_at":"2026-11-21T10:00:00.000Z","received_at":"2026-11-21T10:00:01.000Z","distance_from_location_m":14}`,
        )
      : null,
    numbers: numbers.flatMap((number) => [1_795_000_000_000 + number, 125_000 + number, 12]),
    asked: undefined,
  };
}

/** Texts of the city's tiles, as they come from the cache. */
function textsOf(city: City): string[] {
  const texts: string[] = [];
  const items = new Map<number, TileItem>();
  for (let from = 0; from < city.shops; from += MAX_TILE_LOCATIONS) {
    const count = Math.min(MAX_TILE_LOCATIONS, city.shops - from);
    const shelves = Array.from({ length: count }, (_, i) => shelfOf(city, from + i, items));
    texts.push(encodeTile(`cell ${from}`, { asOfMs: 0, version: "1", shelves }));
  }
  return texts;
}

/** By itself, so that nothing else holds on to what was decoded. */
function keepAll(store: TileStore, leaves: readonly TileNode[], texts: readonly string[]): void {
  for (const [i, leaf] of leaves.entries()) {
    const tile = decodeTile(`cell ${i * MAX_TILE_LOCATIONS}`, texts[i]!)!;
    store.keep(leaf, tile.shelves, tile);
  }
}

/** Of all rows, once somebody has asked for words, and when shops open. */
function findWords(leaves: readonly TileNode[]): number {
  const shelves = leaves.flatMap(({ tile }) => tile!.shelves);
  const items = shelves.flatMap((shelf) => shelf.items);
  const asked = parseNearby("?lat=6.45&lng=3.39&product=bread");
  for (const shelf of shelves) if (asked.ok) rowsAsked(asked.query)(shelf, 0);
  for (const { openingHours, timeZone } of shelves) nextOpeningMs(openingHours, timeZone, 0);
  expect(items.every(({ words }) => words !== undefined)).toBe(true);
  return items.length;
}

describe("what tiles are said to take", () => {
  it.each(CITIES)(
    "is what they take of the heap, a little more at most: $name",
    { timeout: 60_000 },
    (city) => {
      const texts = textsOf(city);
      const store = new TileStore(Number.POSITIVE_INFINITY);
      const leaves = store.tree.leavesAround({ lat: 6.45, lng: 3.39 }, 300_000, texts.length);
      expect(leaves).toHaveLength(texts.length);
      const before = heapBytes();
      keepAll(store, leaves, texts);
      const heldBytes = heapBytes() - before;
      const rows = findWords(leaves);
      expect(rows).toBe(city.shops * city.itemsEach);
      const searchedBytes = heapBytes() - before;
      const saidBytes = store.bytes;
      const mb = (bytes: number) => `${(bytes / 1e6).toFixed(2)} MB`;
      console.info(
        `${city.name}: ${city.shops} shops of ${city.itemsEach} items: said ${mb(saidBytes)}, of the heap ${mb(heldBytes)}, with words ${mb(searchedBytes)}; ${(saidBytes / rows).toFixed(0)} bytes a row; ${mb(texts.join("").length)} as text`,
      );
      expect(saidBytes).toBeGreaterThan(0.9 * searchedBytes);
      expect(saidBytes).toBeLessThan(2.5 * heldBytes);
      for (const leaf of leaves) store.drop(leaf);
      expect(store.bytes).toBe(0);
      expect(heapBytes() - before).toBeLessThan(0.1 * heldBytes + 500_000);
    },
  );
});

import geographiclib from "geographiclib-geodesic";
import { beforeAll, describe, expect, inject, it } from "vitest";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import "../support/context.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { claimRegion, type Region } from "../support/regions.ts";
import { type NearbyApp, startNearbyApp } from "./nearby-app.ts";

/** Karney's geodesic, in metres. */
const geodesicM = (from: Place, to: Place): number =>
  geographiclib.Geodesic.WGS84.Inverse(from.lat, from.lng, to.lat, to.lng).s12!;
type Place = { lat: number; lng: number };

/** The greatest number below. */
function justBelow(value: number): number {
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  return new Float64Array(new BigInt64Array([bits[0]! - 1n]).buffer)[0]!;
}

let app: NearbyApp;
let region: Region;
let rim: Place;
let rimM: number;

/** Three shelves near the point, and on the rim one shelf for each of five prices between and beyond theirs. */
beforeAll(async () => {
  region = await claimRegion("nearby rims");
  app = await startNearbyApp(inject("localNeon"));
  const partner = await makePartner();
  rim = region.at(2000, 3210.123);
  rimM = geodesicM(region, rim);
  const nearShop = await makeLocation(partner, { ...region.at(1000, 0), name: "near" });
  const rimShop = await makeLocation(partner, { ...rim, name: "rim" });
  for (const [shop, price, category] of [
    [rimShop, 1, "both"],
    [nearShop, 2, "both"],
    [rimShop, 3, "both"],
    [rimShop, 4, "both"],
    [nearShop, 5, "both"],
    [nearShop, 6, "both"],
    [rimShop, 7, "both"],
    [rimShop, 8, "both"],
    [rimShop, 9, "rim only"],
    [rimShop, 9, "rim only"],
    [rimShop, 9, "rim only"],
  ] as const) {
    await makeStock(shop, await makeItem(partner, { category }), { priceAmount: price });
  }
});

async function pages(parameters: Record<string, string>, radiusM: number): Promise<NearbyAnswer[]> {
  const answers: NearbyAnswer[] = [];
  let cursor: string | null | undefined;
  while (cursor !== null) {
    const query = new URLSearchParams({
      lat: `${region.lat}`,
      lng: `${region.lng}`,
      radius_m: `${radiusM}`,
      ...parameters,
      ...(cursor !== undefined && { cursor }),
    });
    const answer = await app.answer(`/inventory/nearby?${query}`);
    answers.push(answer);
    cursor = answer.next_cursor;
  }
  return answers;
}

const prices = (answers: NearbyAnswer[]) =>
  answers.flatMap(({ items }) => items.map(({ price }) => price.amount));

describe("the rim of the radius", () => {
  it.each(["distance", "price", "freshness", "delivery"])(
    "belongs to it, and not a hair beyond, whatever the size of the page, by %s",
    async (sort) => {
      for (const limit of ["1", "2", "3", "100"]) {
        const within = prices(await pages({ sort, limit, category: "both" }, rimM));
        expect([...within].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
        const beyond = prices(await pages({ sort, limit, category: "both" }, justBelow(rimM)));
        expect([...beyond].sort()).toEqual([2, 5, 6]);
        if (sort === "price") expect([...within, ...beyond]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 2, 5, 6]);
      }
    },
  );

  it.each(["distance", "price", "freshness", "delivery"])("is explained to the hair, by %s", async (sort) => {
    const why = { explain: "true", sort, limit: "2" };
    const left = { ...why, category: "both", min_qty: "100" };
    expect((await pages(left, rimM))[0]).toMatchObject({ excluded: { quantity: 8 }, nearest_outside: null });
    expect((await pages(left, justBelow(rimM)))[0]).toMatchObject({ excluded: { quantity: 3 } });

    const rimOnly = { ...why, category: "rim only" };
    const within = await pages(rimOnly, rimM);
    expect(prices(within)).toEqual([9, 9, 9]);
    for (const { nearest_outside } of within) expect(nearest_outside).toBeNull();
    const beyond = await pages({ ...rimOnly, limit: "10" }, justBelow(rimM));
    expect(beyond).toMatchObject([
      { items: [], next_cursor: null, nearest_outside: { distance_m: Math.round(rimM), count: 3 } },
    ]);
  });

  it("of twice the radius ends the look outside, inclusive", async () => {
    const why = { explain: "true", category: "rim only" };
    expect(await pages(why, rimM / 2)).toMatchObject([{ nearest_outside: { count: 3 } }]);
    expect(await pages(why, justBelow(rimM / 2))).toMatchObject([{ items: [], nearest_outside: null }]);
  });
});

describe("the antimeridian", () => {
  it.each(["distance", "delivery", "freshness"])(
    "is one place, written as 180 or -180: shops on it tie by %s",
    async (sort) => {
      const verifiedAt = new Date(app.nowMs - 60_000);
      const partner = await makePartner();
      const category = `antimeridian ${sort}`;
      const shops: Awaited<ReturnType<typeof makeLocation>>[] = [];
      for (const lng of [180, -180]) shops.push(await makeLocation(partner, { lat: 51.3, lng }));
      for (let i = 0; i < 10; i++) {
        await makeStock(shops[i % 2]!, await makeItem(partner, { category }), { verifiedAt });
      }
      for (const [lat, lng] of [
        [51.31, 179.99],
        [51.29, -179.99],
        [51.3, 180],
        [51.30001, -180],
      ]) {
        const { items } = await app.answer(
          `/inventory/nearby?lat=${lat}&lng=${lng}&sort=${sort}&category=${encodeURIComponent(category)}`,
        );
        const ids = items.map(({ item_id }) => item_id);
        expect(ids).toHaveLength(10);
        expect(ids).toEqual([...ids].sort());
      }
    },
  );
});

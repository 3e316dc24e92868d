import { beforeAll, describe, expect, it } from "vitest";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import { makeItem, makeLocation, makePartner, makeStock, UNLISTED } from "../support/factories.ts";
import { claimRegion, type Region } from "../support/regions.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";

let region: Region;
let headers: Record<string, string>;

/** How far east of the region's centre the row lies that lacks this. */
const EAST_M = { title: -15_000, price: 0, stock: 15_000 } as const;
type Missing = keyof typeof EAST_M;
const MISSING = Object.keys(EAST_M) as Missing[];

/** Shops with one row that is listed and one that is not; always closed, and they deliver nowhere. */
beforeAll(async () => {
  region = await claimRegion("nearby unlisted");
  headers = { Authorization: `Bearer ${await personToken("buyer")}` };
  const partner = await makePartner();
  for (const missing of MISSING) {
    const shop = await makeLocation(partner, {
      ...region.at(EAST_M[missing], 0),
      openingHours: [],
      deliveryRadiusM: null,
      prepMinutes: null,
      speedKmh: null,
    });
    await makeStock(shop, await makeItem(partner, { title: "Listed bread", brand: "Ọlọ́jà" }));
    const title = missing === "title" ? null : "Unlisted bread";
    await makeStock(shop, await makeItem(partner, { title, brand: "Ọlọ́jà" }), UNLISTED[missing]);
  }
});

async function ask(missing: Missing, query: string, northM = 0): Promise<NearbyAnswer> {
  const { lat, lng } = region.at(EAST_M[missing], northM);
  const path = `/inventory/nearby?lat=${lat}&lng=${lng}&radius_m=500${query}`;
  const response = await askWorker(path, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return JSON.parse(text);
}

const titles = ({ items }: NearbyAnswer) => items.map(({ title }) => title);

describe.each(MISSING)("a row of which nobody knows the %s", (missing) => {
  it.each([
    "",
    "&sort=delivery",
    "&sort=price",
    "&sort=freshness",
    "&product=oloja",
    "&category=grocery",
    "&explain=true",
    "&explain=true&sort=delivery",
    "&availability=in_stock,low_stock,out_of_stock,on_request,scheduled_only&min_qty=0&max_age_s=315360000",
  ])("is not in an answer: %s", async (query) => {
    expect(titles(await ask(missing, query))).toEqual(["Listed bread"]);
  });

  it.each([
    ["availability", "&availability=out_of_stock"],
    ["quantity", "&min_qty=13"],
    ["stale", "&max_age_s=0"],
    ["no_proof", "&proof=required"],
    ["price", "&max_price=0&currency=NGN"],
    ["price", "&currency=USD"],
    ["closed", "&open_now=true"],
    ["closed", "&open_now=true&sort=price"],
    ["not_deliverable", "&deliverable=true"],
    ["not_deliverable", "&deliverable=true&product=oloja"],
  ])("is not counted where rows are left out for %s: %s", async (reason, query) => {
    const { items, excluded } = await ask(missing, `&explain=true${query}`);
    expect(items).toEqual([]);
    expect(Object.entries(excluded ?? {}).filter(([, count]) => count > 0)).toEqual([[reason, 1]]);
  });

  it.each(["", "&sort=delivery", "&sort=price", "&category=grocery"])(
    "is nothing that lies outside: %s",
    async (query) => {
      const { items, nearest_outside } = await ask(missing, `&explain=true${query}`, 700);
      expect(items).toEqual([]);
      expect(nearest_outside?.count).toBe(1);
    },
  );
});

import { beforeAll, describe, expect, it } from "vitest";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { claimRegion, type Region } from "../support/regions.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";

let region: Region;
let headers: Record<string, string>;

beforeAll(async () => {
  region = await claimRegion("nearby products");
  headers = { Authorization: `Bearer ${await personToken("buyer")}` };
  const partner = await makePartner();
  const shop = await makeLocation(partner, region.at(200, 100));
  for (const [title, brand, category, gtin] of [
    ["Coca-Cola 50cl", "Coca-Cola", "drinks", "05449000000996"],
    ["Pepsi cola 50cl", "Pepsi", "drinks", "00012000161155"],
    ["Brown bread", null, "bakery", null],
    ["Ẹ̀bà", "Ọlọ́jà", "Swallow", null],
    ["Eba mix", null, null, "00000096385074"],
    ["Straßenkaffee", null, "Coffee & tea", "10614141000415"],
    ['null {NULL} "\\', null, null, null],
    ["牛奶", "光明", null, null],
  ] as const) {
    await makeStock(shop, await makeItem(partner, { title, brand, category, gtin }));
  }
});

async function titles(parameters: Record<string, string>): Promise<string[]> {
  const query = new URLSearchParams({ lat: String(region.lat), lng: String(region.lng), ...parameters });
  const response = await askWorker(`/inventory/nearby?${query}`, { headers });
  const text = await response.text();
  if (response.status !== 200) throw new Error(text);
  return (JSON.parse(text) as { items: { title: string }[] }).items.map(({ title }) => title).sort();
}

describe("a product asked for", () => {
  it.each([
    ["coca cola", ["Coca-Cola 50cl"]],
    ["COCA-COLA", ["Coca-Cola 50cl"]],
    ["cola 50CL", ["Coca-Cola 50cl", "Pepsi cola 50cl"]],
    ["cola pepsi", ["Pepsi cola 50cl"]],
    ["braed", ["Brown bread"]],
    ["bred", ["Brown bread"]],
    ["brown drinks", []],
    ["bakery", ["Brown bread"]],
    ["ola", []],
    ["eba", ["Eba mix", "Ẹ̀bà"]],
    ["Ẹ̀bà", ["Eba mix", "Ẹ̀bà"]],
    ["ẸBA oloja", ["Ẹ̀bà"]],
    ["STRASSENKAFFEE", ["Straßenkaffee"]],
    ["null", ['null {NULL} "\\']],
    ['"{null}\\', ['null {NULL} "\\']],
    ["牛奶", ["牛奶"]],
    ["光明 牛奶", ["牛奶"]],
    ["%", []],
    [" !?— ", []],
    ["' or true --", []],
  ] as const)("is found by its words: %s", async (product, found) => {
    expect(await titles({ product })).toEqual([...found].sort());
  });

  it.each([
    ["5449000000996", "Coca-Cola 50cl"],
    ["05449000000996", "Coca-Cola 50cl"],
    ["012000161155", "Pepsi cola 50cl"],
    ["0012000161155", "Pepsi cola 50cl"],
    ["96385074", "Eba mix"],
    ["000096385074", "Eba mix"],
    ["00000096385074", "Eba mix"],
    ["10614141000415", "Straßenkaffee"],
  ])("is found by its GTIN in any length, %s, as gtin and as product", async (gtin, title) => {
    expect(await titles({ gtin })).toEqual([title]);
    expect(await titles({ product: gtin })).toEqual([title]);
  });

  it("is not found by a GTIN that is another, or none", async () => {
    expect(await titles({ gtin: "4006381333931" })).toEqual([]);
    expect(await titles({ product: "4006381333931" })).toEqual([]);
    expect(await titles({ product: "5449000000997" })).toEqual([]);
  });

  it("is filtered by category to the letter, and both together", async () => {
    expect(await titles({ category: "drinks" })).toEqual(["Coca-Cola 50cl", "Pepsi cola 50cl"]);
    expect(await titles({ category: "Drinks" })).toEqual([]);
    expect(await titles({ category: "Coffee & tea" })).toEqual(["Straßenkaffee"]);
    expect(await titles({ category: "drinks", product: "pepsi" })).toEqual(["Pepsi cola 50cl"]);
    expect(await titles({ category: "bakery", gtin: "5449000000996" })).toEqual([]);
  });
});

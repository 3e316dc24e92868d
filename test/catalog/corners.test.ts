import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CatalogWorld,
  ITEMS,
  listed,
  newShop,
  resultsOf,
  type Shop,
  startCatalogWorld,
} from "./catalog-app.ts";

const BREAD = { title: "Bread", price: { amount: 100, currency: "NGN" }, stock: { quantity: 2 } };
const at = (second: number) => new Date(Date.UTC(2026, 10, 20, 8, 0, second)).toISOString();

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

const say = (shop: Shop, method: string, body: unknown, idempotencyKey?: string) =>
  world.app.ask(method, ITEMS, { token: shop.key, body, ...(idempotencyKey && { idempotencyKey }) });
const updatedAt = async (shop: Shop) => {
  const rows = await world.db.localNeon.query(
    "SELECT updated_at FROM stock_rows WHERE partner_id = $1 ORDER BY updated_at",
    [shop.partnerId],
  );
  return rows.map(({ updated_at }) => Date.parse(String(updated_at)));
};

describe("a repetition with its key", () => {
  it("gets the first answer also when its location is gone and its details must be looked up", async () => {
    const shop = await newShop(world);
    await say(shop, "POST", { external_ref: "A", ...BREAD });
    const patch = { external_ref: "A", title: "Brown bread" };
    const first = await say(shop, "PATCH", patch, "title");
    expect(resultsOf(first)[0]?.status).toBe("updated");
    const path = `/connect/v1/locations/${encodeURIComponent(shop.locationRefs[0]!)}`;
    await world.app.ask("DELETE", path, { token: shop.key });
    expect(await say(shop, "PATCH", patch, "title")).toEqual(first);
    expect((await say(shop, "PATCH", { ...patch, title: "Other" }, "title")).status).toBe(422);
    expect((await say(shop, "PATCH", patch, "new")).status).toBe(400);
  });

  it("gets the first answer where an adjustment was stale and another took too much", async () => {
    const shop = await newShop(world);
    await say(shop, "POST", { external_ref: "A", ...BREAD, observed_at: at(10) });
    const adjust = (by: number, second: number) => ({
      external_ref: "A",
      stock: { adjust: by },
      observed_at: at(second),
    });
    const body = { items: [adjust(-5, 20), adjust(-1, 5)] };
    const first = await say(shop, "PATCH", body, "sales");
    expect(first.status).toBe(200);
    expect(resultsOf(first).map(({ status }) => status)).toEqual(["rejected", "stale"]);
    await say(shop, "PATCH", { external_ref: "A", stock: { quantity: 50 }, observed_at: at(11) });
    expect(await say(shop, "PATCH", body, "sales")).toEqual(first);
    expect((await listed(world.app, shop))[0]).toMatchObject({ stock: { quantity: 50 } });
  });
});

describe("what changed", () => {
  it("is in the order in which it was committed, whatever the Workers' clocks say", async () => {
    const shop = await newShop(world);
    const real = world.app.nowMs;
    await say(shop, "POST", { external_ref: "A", ...BREAD });
    world.app.nowMs = real - 60_000;
    await say(shop, "POST", { external_ref: "B", ...BREAD });
    await say(shop, "POST", { external_ref: "C", ...BREAD });
    world.app.nowMs = real;
    const times = await updatedAt(shop);
    expect(times).toEqual([times[0], times[0]! + 1, times[0]! + 2]);
    expect((await listed(world.app, shop)).map(({ external_ref }) => external_ref)).toEqual(["A", "B", "C"]);
  });
});

describe("details that come from several observations", () => {
  it("keep each observation once, and are refused when they are too large to be read at once", async () => {
    const shop = await newShop(world);
    const long = "\u0001".repeat(2000);
    const refs = Array.from({ length: 400 }, (_, i) => `long ${i}`);
    const items = refs.map((external_ref) => ({
      external_ref,
      ...BREAD,
      description: long,
      observed_at: at(1),
    }));
    for (let from = 0; from < items.length; from += 200) {
      expect((await say(shop, "POST", { items: items.slice(from, from + 200) })).status).toBe(200);
    }
    const patch = (second: number) => ({
      items: refs.map((external_ref) => ({ external_ref, title: "New", observed_at: at(second) })),
    });
    expect((await say(shop, "PATCH", patch(2))).status).toBe(200);
    const [kept] = await world.db.localNeon.query(
      "SELECT max(octet_length(detail_registers::text)) AS most FROM items WHERE partner_id = $1",
      [shop.partnerId],
    );
    // The description once, each of its characters written in six and its backslash doubled.
    expect(Number(kept?.["most"])).toBeLessThan(2000 * 7 + 1000);
    expect((await say(shop, "PATCH", patch(3))).status).toBe(413);
    const some = { items: patch(3).items.slice(0, 200) };
    expect((await say(shop, "PATCH", some)).status).toBe(200);
  });
});

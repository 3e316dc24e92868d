import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireId } from "../../src/ids.ts";
import { type NearbyApp, startNearbyApp } from "../inventory/nearby-app.ts";
import {
  become,
  itemOf,
  newShop,
  type OrdersWorld,
  placed,
  type Shop,
  SPOT,
  startOrdersWorld,
  stock,
} from "./orders-app.ts";

const MAX_AGE_S = 5;

let world: OrdersWorld;
/** An isolate that answers from tiles. */
let tiled: NearbyApp;
beforeAll(async () => {
  world = await startOrdersWorld();
  tiled = await startNearbyApp(world.db.localNeon, { tileMaxAgeS: MAX_AGE_S });
});
afterAll(() => world.db.stop());

/** What buyers are shown of the shop: how many are left, and of how many there are more than none. */
async function shown(shop: Shop, query: Readonly<Record<string, string>> = {}) {
  const parameters = {
    lat: String(SPOT.lat),
    lng: String(SPOT.lng),
    partner_id: wireId("ptr", shop.partnerId),
    ...query,
  };
  const response = await tiled.ask(`/inventory/nearby?${new URLSearchParams(parameters)}`);
  const { items } = (await response.json()) as {
    items: { external_ref: string; stock: { quantity: number; availability: string } }[];
  };
  await tiled.settle();
  return {
    path: response.headers.get("Server-Timing")?.split(";")[0],
    items: Object.fromEntries(
      items.map(({ external_ref, stock }) => [external_ref, [stock.quantity, stock.availability]]),
    ),
  };
}

describe("what buyers and dashboards see of an order", () => {
  it("is in the tiles once they are as old as they may be, and in the metrics a minute later", async () => {
    const shop = await newShop(world);
    const [bread] = await stock(world, shop, [itemOf("bread", 9), itemOf("milk", 30)]);
    tiled.nowMs = world.app.nowMs;
    const pass = (ms: number) => {
      world.app.nowMs += ms;
      tiled.nowMs = world.app.nowMs;
    };
    /** The answer after all that was said at least `MAX_AGE_S` ago, from tiles. */
    const settled = async () => {
      pass(1000 * MAX_AGE_S + 1);
      await shown(shop);
      pass(1);
      const { path, items } = await shown(shop);
      expect(path).toBe("hot");
      return items;
    };
    const metrics = async () => {
      pass(61_000);
      const { json } = await world.app.ask("GET", "/inventory/metrics", { token: shop.key });
      return json as {
        items: { by_availability: Record<string, number> };
        attention?: unknown;
      };
    };
    expect(await settled()).toEqual({ bread: [9, "in_stock"], milk: [30, "in_stock"] });

    const order = await placed(world, shop, [{ item: bread!, quantity: 6 }]);
    expect(await settled()).toEqual({ bread: [3, "in_stock"], milk: [30, "in_stock"] });
    expect((await shown(shop, { min_qty: "4" })).items).toEqual({ milk: [30, "in_stock"] });
    const all = await placed(world, shop, [{ item: bread!, quantity: 3 }]);
    expect(await settled()).toEqual({ milk: [30, "in_stock"] });
    expect((await shown(shop, { min_qty: "0" })).items["bread"]).toEqual([0, "in_stock"]);

    await become(world, shop, order.order_id, "confirmed");
    expect((await metrics()).items.by_availability).toMatchObject({
      in_stock: 1,
      low_stock: 1,
      out_of_stock: 0,
    });
    await become(world, shop, all.order_id, "confirmed");
    expect(await settled()).toEqual({ milk: [30, "in_stock"] });
    expect((await metrics()).items.by_availability).toMatchObject({
      in_stock: 1,
      low_stock: 0,
      out_of_stock: 1,
    });
    await become(world, shop, order.order_id, "cancelled");
    expect(await settled()).toEqual({ bread: [6, "in_stock"], milk: [30, "in_stock"] });
    expect((await metrics()).items.by_availability).toMatchObject({
      in_stock: 2,
      low_stock: 0,
      out_of_stock: 0,
    });
  });

  it("counts reservations in what dashboards say needs attention", async () => {
    const shop = await newShop(world);
    const [item] = await stock(world, shop, [itemOf("bread", 4)]);
    await placed(world, shop, [{ item: item!, quantity: 3 }]);
    world.app.nowMs += 61_000;
    const { text } = await world.app.ask("GET", "/inventory/metrics", { token: shop.key });
    expect(text).toMatch(/"external_ref":"bread"[^}]*"quantity":1\b/);
  });
});

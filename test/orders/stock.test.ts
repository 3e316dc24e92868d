import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  become,
  countsOf,
  eventsOf,
  ITEMS,
  itemOf,
  newShop,
  type OrdersWorld,
  place,
  placed,
  type Shop,
  startOrdersWorld,
  stock,
} from "./orders-app.ts";

let world: OrdersWorld;
beforeAll(async () => {
  world = await startOrdersWorld();
});
afterAll(() => world.db.stop());

async function ordered(counted: Readonly<Record<string, unknown>>, quantity: number, more = {}) {
  const shop = await newShop(world);
  const [item] = await stock(world, shop, [itemOf("bread", 0, { stock: counted, ...more })]);
  const { order_id } = await placed(world, shop, [{ item: item!, quantity }]);
  world.app.nowMs += 1000;
  return { shop, item: item!, order_id };
}
const bread = async (shop: Shop) => {
  const { quantity, reserved, availability } = (await countsOf(world, shop))["bread@yaba"]!;
  return [quantity, reserved, availability];
};
const count = async (shop: Shop, quantity: number, observedMs = world.app.nowMs, more = {}) => {
  const body = itemOf("bread", quantity, { observed_at: new Date(observedMs).toISOString(), ...more });
  const { json } = await world.app.ask("POST", ITEMS, { token: shop.key, body });
  world.app.nowMs += 1000;
  return (json["results"] as { status: string }[])[0]?.status;
};
const listedItem = async (shop: Shop) => {
  const { json } = await world.app.ask("GET", ITEMS, { token: shop.key });
  return (json["items"] as Record<string, unknown>[])[0]!;
};

describe("what an order does to the count", () => {
  it("is nothing before it is confirmed, and a drop then that others are told of", async () => {
    const { shop, order_id } = await ordered({ quantity: 8 }, 3);
    expect(await bread(shop)).toEqual([8, 3, "in_stock"]);
    const before = await listedItem(shop);
    const { json } = await become(world, shop, order_id, "confirmed");
    expect(await bread(shop)).toEqual([5, 0, "low_stock"]);
    const after = await listedItem(shop);
    expect(after).toEqual({
      ...before,
      stock: { quantity: 5, availability: "low_stock" },
      observed_at: new Date(world.app.nowMs).toISOString(),
      version: 2,
      updated_at: after["updated_at"],
    });
    expect(String(after["updated_at"]) > String(before["updated_at"])).toBe(true);
    const told = (await eventsOf(world, shop, "catalog.item.upserted")).at(-1)!.data;
    expect(told).toMatchObject({
      version: 2,
      stock: { quantity: 5, availability: "low_stock" },
      title: "Title of bread",
      location_ref: "yaba",
      proof: null,
    });
    expect(json["confirmed_at"]).toBe(json["updated_at"]);
  });

  it("keeps the proof and the verification: a sale confirms nothing", async () => {
    const proof = {
      kind: "shelf_snap",
      media_url: "https://media.example/1.jpg",
      sha256: "ab".repeat(32),
      captured_at: new Date(world.app.nowMs - 60_000).toISOString(),
      captured_lat: 6.5,
      captured_lng: 3.37,
    };
    const { shop, order_id } = await ordered({ quantity: 9 }, 2, { proof });
    const first = await eventsOf(world, shop, "catalog.item.upserted");
    const before = await listedItem(shop);
    await become(world, shop, order_id, "confirmed");
    const after = await listedItem(shop);
    for (const member of ["proof", "verified_at", "verification_method"]) {
      expect(after[member]).toEqual(before[member]);
    }
    const all = await eventsOf(world, shop, "catalog.item.upserted");
    expect(all).toHaveLength(2);
    expect(all[1]!.data).toEqual({
      ...first[0]!.data,
      stock: { quantity: 7, availability: "in_stock" },
      observed_at: new Date(world.app.nowMs).toISOString(),
      version: 2,
    });
  });

  it("gives way to a count observed later, and not to one observed before that comes late", async () => {
    const { shop, order_id } = await ordered({ quantity: 8 }, 3);
    await become(world, shop, order_id, "confirmed");
    const late = { observed_at: new Date(world.app.nowMs - 500).toISOString() };
    const body = { external_ref: "bread", location_ref: "yaba", stock: { quantity: 8 }, ...late };
    const { json } = await world.app.ask("PATCH", ITEMS, { token: shop.key, body });
    expect(json["results"]).toMatchObject([{ status: "stale" }]);
    expect(await bread(shop)).toEqual([5, 0, "low_stock"]);
    world.app.nowMs += 1000;
    expect(await count(shop, 30)).toBe("updated");
    expect(await bread(shop)).toEqual([30, 0, "in_stock"]);
  });

  it("is never more than there is, when the shop has counted fewer than it sold", async () => {
    const { shop, item, order_id } = await ordered({ quantity: 8 }, 6);
    await count(shop, 4);
    expect((await place(world, shop, [{ item, quantity: 1 }])).json["lines"]).toMatchObject([{ left: 0 }]);
    await become(world, shop, order_id, "confirmed");
    expect(await bread(shop)).toEqual([0, 0, "out_of_stock"]);
    await become(world, shop, order_id, "cancelled");
    expect(await bread(shop)).toEqual([4, 0, "low_stock"]);
  });

  it("comes back once when it is cancelled, unless it was counted since", async () => {
    const reserved = await ordered({ quantity: 8 }, 3);
    await become(world, reserved.shop, reserved.order_id, "cancelled");
    await become(world, reserved.shop, reserved.order_id, "cancelled");
    expect(await bread(reserved.shop)).toEqual([8, 0, "in_stock"]);
    expect(await eventsOf(world, reserved.shop, "catalog.item.upserted")).toHaveLength(1);

    const taken = await ordered({ quantity: 8 }, 3);
    await become(world, taken.shop, taken.order_id, "on_the_way");
    await become(world, taken.shop, taken.order_id, "cancelled");
    await become(world, taken.shop, taken.order_id, "cancelled");
    expect(await bread(taken.shop)).toEqual([8, 0, "in_stock"]);
    expect(await eventsOf(world, taken.shop, "catalog.item.upserted")).toHaveLength(3);

    const recounted = await ordered({ quantity: 8 }, 3);
    await become(world, recounted.shop, recounted.order_id, "ready");
    world.app.nowMs += 1000;
    await count(recounted.shop, 7);
    await become(world, recounted.shop, recounted.order_id, "cancelled");
    expect(await bread(recounted.shop)).toEqual([7, 0, "in_stock"]);
  });

  it("leaves alone what the shop says is not to be had off the shelf, and derives the rest anew", async () => {
    const states = [
      ["on_request", "on_request", "on_request"],
      ["scheduled_only", "scheduled_only", "scheduled_only"],
      ["in_stock", "out_of_stock", "low_stock"],
      ["low_stock", "out_of_stock", "low_stock"],
    ] as const;
    for (const [stated, confirmed, cancelled] of states) {
      const { shop, order_id } = await ordered({ quantity: 2, availability: stated }, 2);
      await become(world, shop, order_id, "confirmed");
      expect(await bread(shop)).toEqual([0, 0, confirmed]);
      await become(world, shop, order_id, "cancelled");
      expect(await bread(shop)).toEqual([2, 0, cancelled]);
    }
    const { shop, order_id } = await ordered({ quantity: 9 }, 2);
    await count(shop, 9, world.app.nowMs, { stock: { quantity: 9, availability: "out_of_stock" } });
    await become(world, shop, order_id, "confirmed");
    expect(await bread(shop)).toEqual([7, 0, "out_of_stock"]);
  });

  it("comes back up to the most that a count can be", async () => {
    const { shop, order_id } = await ordered({ quantity: 1_000_000 }, 5);
    await become(world, shop, order_id, "confirmed");
    const body = { external_ref: "bread", location_ref: "yaba", stock: { adjust: 3 } };
    await world.app.ask("PATCH", ITEMS, { token: shop.key, body, idempotencyKey: "more" });
    expect((await become(world, shop, order_id, "cancelled")).status).toBe(200);
    expect(await bread(shop)).toEqual([1_000_000, 0, "in_stock"]);
  });

  it("is the end of the reservation alone where the item, or its place, is no longer listed", async () => {
    for (const status of ["confirmed", "cancelled"]) {
      const deleted = await ordered({ quantity: 8 }, 3);
      const names = { external_ref: "bread", location_ref: "yaba" };
      await world.app.ask("DELETE", ITEMS, { token: deleted.shop.key, body: names });
      expect(await bread(deleted.shop)).toEqual([null, 3, null]);
      await become(world, deleted.shop, deleted.order_id, status);
      expect(await bread(deleted.shop)).toEqual([null, 0, null]);
      world.app.nowMs += 1000;
      await count(deleted.shop, 20);
      await become(world, deleted.shop, deleted.order_id, "cancelled");
      expect(await bread(deleted.shop)).toEqual([20, 0, "in_stock"]);

      const closed = await ordered({ quantity: 8 }, 3);
      await world.app.ask("DELETE", "/connect/v1/locations/yaba", { token: closed.shop.key });
      const { status: code, json } = await become(world, closed.shop, closed.order_id, status);
      expect([code, json["status"], json["lines"]]).toMatchObject([
        200,
        status,
        [{ external_ref: "bread", location_ref: "yaba", title: "Title of bread" }],
      ]);
      expect((await become(world, closed.shop, closed.order_id, "cancelled")).status).toBe(200);
      expect(await countsOf(world, closed.shop)).toEqual({});
    }
  });
});

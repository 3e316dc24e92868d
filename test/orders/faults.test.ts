import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  become,
  countsOf,
  eventsOf,
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
afterEach(() => world.db.localNeon.clearFaults());
afterAll(() => world.db.stop());

const FAULTS = (["refuse", "error500", "truncate", "commit_then_drop"] as const).flatMap((kind) =>
  [1, 2].map((times) => [kind, times] as const),
);

const stateOf = async (shop: Shop) => {
  const { quantity, reserved } = (await countsOf(world, shop))["bread@yaba"]!;
  const [paid, updated] = [
    await eventsOf(world, shop, "order.paid"),
    await eventsOf(world, shop, "order.status.updated"),
  ];
  return { quantity, reserved, paid: paid.length, updated: updated.length };
};

describe("whatever happens to its statement", () => {
  it.each(FAULTS)("an order is placed once with its key: %s, %i times", async (kind, times) => {
    const shop = await newShop(world);
    const [item] = await stock(world, shop, [itemOf("bread", 10)]);
    const send = () =>
      place(world, shop, [{ item: item!, quantity: 4 }], { idempotencyKey: `${kind}-${times}` });
    world.db.localNeon.setFault({ kind, times, sqlIncludes: "INSERT INTO orders" });
    const first = await send();
    expect([201, 503]).toContain(first.status);
    world.db.localNeon.clearFaults();
    const second = await send();
    expect(second.status).toBe(201);
    if (first.status === 201) expect(second.text).toBe(first.text);
    expect((await send()).text).toBe(second.text);
    expect(await stateOf(shop)).toEqual({ quantity: 10, reserved: 4, paid: 1, updated: 0 });
  });

  it.each(FAULTS)("an order is confirmed once, with a key or without: %s, %i times", async (kind, times) => {
    for (const key of ["once", undefined]) {
      const shop = await newShop(world);
      const [item] = await stock(world, shop, [itemOf("bread", 10)]);
      const { order_id } = await placed(world, shop, [{ item: item!, quantity: 4 }]);
      world.db.localNeon.setFault({ kind, times, sqlIncludes: "UPDATE orders" });
      const first = await become(world, shop, order_id, "confirmed", key);
      expect([200, 503]).toContain(first.status);
      world.db.localNeon.clearFaults();
      const second = await become(world, shop, order_id, "confirmed", key);
      expect([second.status, second.json["status"], second.json["version"]]).toEqual([200, "confirmed", 2]);
      expect(await stateOf(shop)).toEqual({ quantity: 6, reserved: 0, paid: 1, updated: 1 });
    }
  });

  it("an order that is refused spends no key, and one key stands for one order", async () => {
    const shop = await newShop(world);
    const [item] = await stock(world, shop, [itemOf("bread", 1)]);
    const wanted = (quantity: number) => [{ item: item!, quantity }];
    const send = (quantity: number, idempotencyKey = "k") =>
      place(world, shop, wanted(quantity), { idempotencyKey });
    expect((await send(2)).status).toBe(409);
    world.app.nowMs += 1000;
    await stock(world, shop, [itemOf("bread", 2)]);
    expect((await send(2)).status).toBe(201);
    expect((await send(1)).status).toBe(422);
    expect(await stateOf(shop)).toMatchObject({ quantity: 2, reserved: 2, paid: 1 });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Told } from "../partners/partners-app.ts";
import {
  become,
  countsOf,
  eventsOf,
  ITEMS,
  itemOf,
  newShop,
  ON_A_REAL_SERVER,
  ORDERS,
  type OrdersWorld,
  place,
  placed,
  type Shop,
  startOrdersWorld,
  stock,
  type Wanted,
} from "./orders-app.ts";

let world: OrdersWorld;
beforeAll(async () => {
  world = await startOrdersWorld();
});
afterAll(() => world.db.stop());

const worker = (i: number) => (i % 2 === 0 ? world.app : world.other);
const order = (i: number, shop: Shop, wanted: readonly Wanted[], idempotencyKey?: string) =>
  place(world, shop, wanted, { app: worker(i), ...(idempotencyKey && { idempotencyKey }) });

/** How many answers have each status. */
function tally(answers: readonly Told[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );
}

const reservedOf = async (shop: Shop) =>
  Object.fromEntries(
    Object.entries(await countsOf(world, shop)).map(([name, { reserved }]) => [name, reserved]),
  );

describe.skipIf(!ON_A_REAL_SERVER)("when many want the same", () => {
  it("of two buyers of the last one, one gets it and one is told that none is left", async () => {
    for (let round = 0; round < 25; round++) {
      const shop = await newShop(world);
      const [last, plenty] = await stock(world, shop, [itemOf("last", 1), itemOf("plenty", 50)]);
      const wanted = [
        { item: last!, quantity: 1 },
        { item: plenty!, quantity: 7 },
      ];
      const answers = await Promise.all([order(0, shop, wanted), order(1, shop, wanted.toReversed())]);
      expect(tally(answers)).toEqual({ 201: 1, 409: 1 });
      const { json } = answers.find(({ status }) => status === 409)!;
      expect(json["code"]).toBe("insufficient_stock");
      expect(json["lines"]).toContainEqual({
        item_id: last,
        location_id: shop.locationIds["yaba"],
        requested: 1,
        left: 0,
      });
      expect(await reservedOf(shop)).toEqual({ "last@yaba": 1, "plenty@yaba": 7 });
      expect(await eventsOf(world, shop, "order.paid")).toHaveLength(1);
    }
  });

  it("200 orders of several lines in any order sell exactly what is there, and none of them fails otherwise", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const shop = await newShop(world);
    const units = 40;
    const items = await stock(
      world,
      shop,
      names.map((name) => itemOf(name, units)),
    );
    const wantedBy = Array.from({ length: 200 }, (_, i): Wanted[] => {
      const turned = items.map((_, n) => ({
        item: items[(n + i) % items.length]!,
        quantity: 1 + ((i + n) % 3),
      }));
      return (i % 2 === 0 ? turned : turned.toReversed()).slice(0, 2 + (i % 3));
    });
    const answers = await Promise.all(wantedBy.map((wanted, i) => order(i, shop, wanted)));
    expect(Object.keys(tally(answers))).toEqual(["201", "409"]);

    const sold = Object.fromEntries(items.map((item) => [item, 0]));
    for (const [i, { status }] of answers.entries()) {
      for (const { item, quantity } of wantedBy[i]!) if (status === 201) sold[item]! += quantity;
    }
    expect(await reservedOf(shop)).toEqual(
      Object.fromEntries(names.map((name, n) => [`${name}@yaba`, sold[items[n]!]])),
    );
    const left = items.map((item) => units - sold[item]!);
    expect(left.every((count) => count >= 0)).toBe(true);
    // Whoever was refused wanted more of something than there is now: nothing came back.
    for (const [i, { status, json }] of answers.entries()) {
      if (status === 201) continue;
      const lines = json["lines"] as { requested: number; left: number }[];
      expect(lines.some(({ requested, left }) => requested > left)).toBe(true);
      expect(lines.some(({ requested }, n) => requested > left[items.indexOf(wantedBy[i]![n]!.item)]!)).toBe(
        true,
      );
    }
    // And somebody who wants what is left gets it, to the last one.
    const rest = items.flatMap((item, n) => (left[n]! > 0 ? [{ item, quantity: left[n]! }] : []));
    if (rest.length > 0) expect((await order(0, shop, rest)).status).toBe(201);
    expect(Object.values(await reservedOf(shop))).toEqual(names.map(() => units));
    const paid = await eventsOf(world, shop, "order.paid");
    expect(paid).toHaveLength((tally(answers)["201"] ?? 0) + (rest.length > 0 ? 1 : 0));
  }, 60_000);

  it("one order sent many times with its key is one order", async () => {
    const shop = await newShop(world);
    const [item] = await stock(world, shop, [itemOf("bread", 100)]);
    const send = (i: number) => order(i, shop, [{ item: item!, quantity: 3 }], "once");
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => send(i)));
    const done = answers.filter(({ status }) => status === 201);
    expect(new Set(done.map(({ text }) => text)).size).toBe(1);
    for (const { status, json } of answers) {
      if (status !== 201) expect([status, json["code"]]).toEqual([409, "idempotency_key_in_use"]);
    }
    expect(await send(1)).toEqual(done[0]);
    expect(await reservedOf(shop)).toEqual({ "bread@yaba": 3 });
  });

  it("confirmed, cancelled and delivered at once, an order goes one way, and its stock with it", async () => {
    for (let round = 0; round < 15; round++) {
      const shop = await newShop(world);
      const [item] = await stock(world, shop, [itemOf("bread", 10)]);
      const { order_id } = await placed(world, shop, [{ item: item!, quantity: 4 }]);
      const statuses = ["confirmed", "cancelled", "delivered", "confirmed", "cancelled", "ready"];
      const answers = await Promise.all(statuses.map((status) => become(world, shop, order_id, status)));
      expect(answers.filter(({ status }) => ![200, 409].includes(status))).toEqual([]);
      const { json } = await world.app.ask("GET", `${ORDERS}/${order_id}`, { token: shop.key });
      const { quantity, reserved } = (await countsOf(world, shop))["bread@yaba"]!;
      expect([json["status"], quantity, reserved]).toEqual(
        json["status"] === "cancelled" ? ["cancelled", 10, 0] : ["delivered", 6, 0],
      );
      const told = await eventsOf(world, shop, "order.status.updated");
      expect(told).toHaveLength(Number(json["version"]) - 1);
      expect(told.filter(({ data }) => data["status"] === json["status"])).toHaveLength(1);
    }
  });

  it("with tills that sell from the same shelf, counts and reservations stay consistent", async () => {
    const shop = await newShop(world);
    const [item] = await stock(world, shop, [itemOf("bread", 60)]);
    const sell = (i: number) =>
      worker(i).ask("PATCH", ITEMS, {
        token: shop.key,
        body: { external_ref: "bread", location_ref: "yaba", stock: { adjust: -1 } },
        idempotencyKey: `till-${i}`,
      });
    const buy = async (i: number) => {
      const told = await order(i, shop, [{ item: item!, quantity: 1 }]);
      if (told.status !== 201) return told;
      return await become(
        world,
        shop,
        String(told.json["order_id"]),
        i % 2 === 0 ? "delivered" : "cancelled",
      );
    };
    const [sales, purchases] = await Promise.all([
      Promise.all(Array.from({ length: 30 }, (_, i) => sell(i))),
      Promise.all(Array.from({ length: 30 }, (_, i) => buy(i))),
    ]);
    expect([tally(sales), tally(purchases)]).toEqual([{ 200: 30 }, { 200: 30 }]);
    const { quantity, reserved } = (await countsOf(world, shop))["bread@yaba"]!;
    expect([quantity, reserved]).toEqual([60 - 30 - 15, 0]);
  });
});

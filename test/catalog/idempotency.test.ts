import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CatalogWorld,
  ITEMS,
  listed,
  newShop,
  resultsOf,
  rowsAndEventsOf,
  type Shop,
  startCatalogWorld,
} from "./catalog-app.ts";

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

const BREAD = {
  external_ref: "bread",
  title: "Bread",
  price: { amount: 100, currency: "NGN" },
  stock: { quantity: 9 },
};

const ask = (
  { key }: Shop,
  method: string,
  body: unknown,
  idempotencyKey: string,
  { by = world.app, contentType = "application/json" } = {},
) => by.ask(method, ITEMS, { token: key, body, idempotencyKey, contentType });

const quantityOf = async (shop: Shop) => (await listed(world.app, shop)).map(({ stock }) => stock);

describe("a catalog request that is sent again with its Idempotency-Key", () => {
  it.each([
    ["POST", { items: [BREAD, { ...BREAD, external_ref: "milk" }, { external_ref: "wrong" }] }],
    ["PATCH", { items: [{ external_ref: "bread", price: { amount: 5, currency: "NGN" } }] }],
    ["PATCH", { external_ref: "bread", stock: { adjust: -2 } }],
    ["DELETE", { items: [{ external_ref: "bread" }, { external_ref: "never" }] }],
  ])(
    "%s gets the same bytes from any Worker, however much later, and happens once: %#",
    async (method, body) => {
      const shop = await newShop(world);
      await ask(shop, "POST", BREAD, "stocked");
      const first = await ask(shop, method, body, "again");
      expect(first.status).toBe(200);
      const state = await rowsAndEventsOf(world, shop);
      world.other.nowMs += 3_600_000;
      expect(await ask(shop, method, body, "again", { by: world.other })).toEqual(first);
      expect(await ask(shop, method, body, "again")).toEqual(first);
      expect(await rowsAndEventsOf(world, shop)).toEqual(state);
    },
  );

  it("CSV gets the same bytes too", async () => {
    const shop = await newShop(world);
    const csv =
      "external_ref,title,price.amount,price.currency,stock.quantity\r\nbread,Bread,100,NGN,9\r\nmilk,,1,NGN,1\r\n";
    const options = { contentType: "text/csv" };
    const first = await ask(shop, "POST", csv, "csv", options);
    expect(resultsOf(first).map(({ status }) => status)).toEqual(["created", "rejected"]);
    expect(await ask(shop, "POST", csv, "csv", { ...options, by: world.other })).toEqual(first);
  });

  it("gets the first answer also when things have changed since", async () => {
    const shop = await newShop(world);
    await ask(shop, "POST", { items: [BREAD, { ...BREAD, external_ref: "milk" }] }, "few");
    const adjusted = ["bread", "milk"].map((external_ref, i) => ({
      external_ref,
      stock: { adjust: -9 - i },
    }));
    const take = () => ask(shop, "PATCH", { items: adjusted }, "take");
    const first = await take();
    expect(resultsOf(first)).toMatchObject([
      { status: "updated" },
      { status: "rejected", errors: [{ code: "insufficient_stock", quantity: 9 }] },
    ]);
    world.app.nowMs += 1;
    await ask(shop, "POST", { ...BREAD, external_ref: "milk", stock: { quantity: 50 } }, "many");
    expect(await take()).toEqual(first);
    expect(await quantityOf(shop)).toMatchObject([{ quantity: 0 }, { quantity: 50 }]);
  });

  it("is not remembered when all of it was rejected: it may succeed later", async () => {
    const shop = await newShop(world);
    await ask(shop, "POST", BREAD, "few");
    const take = () => ask(shop, "PATCH", { external_ref: "bread", stock: { adjust: -10 } }, "take");
    const refused = await take();
    expect(refused.status).toBe(409);
    expect(resultsOf(refused)).toMatchObject([
      { status: "rejected", errors: [{ code: "insufficient_stock", quantity: 9 }] },
    ]);
    world.app.nowMs += 1;
    await ask(shop, "POST", { ...BREAD, stock: { quantity: 50 } }, "many");
    expect(resultsOf(await take())).toMatchObject([{ status: "updated", version: 3 }]);
    expect(await quantityOf(shop)).toMatchObject([{ quantity: 40 }]);
  });

  it("is refused with another body, and nothing happens", async () => {
    const shop = await newShop(world);
    await ask(shop, "POST", BREAD, "k");
    for (const body of [{ ...BREAD, title: "Brown bread" }, `${JSON.stringify(BREAD)} `]) {
      const { status, json } = await ask(shop, "POST", body, "k");
      expect([status, json["code"]]).toEqual([422, "idempotency_key_reused"]);
    }
    expect(await listed(world.app, shop)).toMatchObject([{ title: "Bread", version: 1 }]);
  });

  it("is another request with another method, and for another partner", async () => {
    const [shop, neighbour] = [await newShop(world), await newShop(world)];
    for (const each of [shop, neighbour]) {
      const answers = [
        await ask(each, "POST", BREAD, "k"),
        await ask(each, "PATCH", { external_ref: "bread", stock: { adjust: 1 } }, "k"),
      ];
      // What is deleted at the very moment at which it is said stays.
      world.app.nowMs += 1;
      answers.push(await ask(each, "DELETE", { external_ref: "bread" }, "k"));
      expect(answers.flatMap(resultsOf).map(({ status, version }) => [status, version])).toEqual([
        ["created", 1],
        ["updated", 2],
        ["deleted", 3],
      ]);
    }
  });

  it("is not remembered when the whole of it was refused", async () => {
    const shop = await newShop(world);
    expect((await ask(shop, "POST", "{", "k")).status).toBe(400);
    expect((await ask(shop, "POST", { items: [] }, "k")).status).toBe(400);
    expect(resultsOf(await ask(shop, "POST", BREAD, "k"))).toMatchObject([{ status: "created" }]);
  });

  it("adjusts nothing when it has none", async () => {
    const shop = await newShop(world);
    await ask(shop, "POST", BREAD, "k");
    const body = { items: [{ external_ref: "bread", stock: { adjust: -1 } }] };
    const { json } = await world.app.ask("PATCH", ITEMS, { token: shop.key, body });
    expect(json["results"]).toMatchObject([
      { status: "rejected", errors: [{ code: "idempotency_key_required" }] },
    ]);
    expect(await quantityOf(shop)).toMatchObject([{ quantity: 9 }]);
  });
});

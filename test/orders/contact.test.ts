import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Order } from "../../src/orders/schema.ts";
import { sweepContacts } from "../../src/orders/sweep-contacts.ts";
import {
  become,
  CONTACT,
  conforming,
  itemOf,
  newShop,
  ORDERS,
  type OrdersWorld,
  place,
  placed,
  startOrdersWorld,
  stock,
} from "./orders-app.ts";

const DAY_MS = 86_400_000;

let world: OrdersWorld;
beforeAll(async () => {
  world = await startOrdersWorld();
});
afterAll(() => world.db.stop());

async function bakery() {
  const shop = await newShop(world);
  const [item] = await stock(world, shop, [itemOf("bread", 100)]);
  return { shop, wanted: [{ item: item!, quantity: 1 }] };
}
const sweepAfter = (days: number) => sweepContacts(world.db.database, world.app.nowMs + days * DAY_MS);

/** Of every table, which of its columns hold any of these words, and in how many rows. */
async function tablesWith(words: readonly string[]): Promise<Record<string, number>> {
  const tables = await world.db.localNeon.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    [],
  );
  const found: Record<string, number> = {};
  for (const { table_name: table } of tables) {
    const rows = await world.db.localNeon.query(
      `SELECT held.key FROM ${table} t, LATERAL jsonb_each_text(to_jsonb(t)) AS held WHERE held.value LIKE ANY ($1::text[])`,
      [`{${words.map((word) => `"%${word}%"`).join(",")}}`],
    );
    for (const { key } of rows) found[`${table}.${key}`] = (found[`${table}.${key}`] ?? 0) + 1;
  }
  return found;
}

describe("to whom an order goes", () => {
  it("is kept with the order, and nowhere else", async () => {
    const { shop, wanted } = await bakery();
    const first = await place(world, shop, wanted, { idempotencyKey: "k1" });
    expect(first.status).toBe(201);
    const { order_id } = first.json as Order;
    await become(world, shop, order_id, "confirmed", "k2");
    await become(world, shop, order_id, "cancelled");
    await place(world, shop, [{ item: wanted[0]!.item, quantity: 1000 }], { idempotencyKey: "k3" });
    await become(world, shop, order_id, "ready");
    expect(await tablesWith([CONTACT.name, CONTACT.phone, CONTACT.address, "6.5101", "3.3742"])).toEqual({
      "orders.deliver_to": 1,
    });
    await Promise.all([...world.app.behind]);
    const log = JSON.stringify(world.app.log);
    for (const secret of Object.values(CONTACT)) expect(log).not.toContain(String(secret));
  });

  it("is in the repeated answer too, the same byte for byte, whatever has become of the order", async () => {
    const { shop, wanted } = await bakery();
    const first = await place(world, shop, wanted, { idempotencyKey: "order" });
    const { order_id } = first.json as Order;
    const confirmed = await become(world, shop, order_id, "confirmed", "confirm");
    await become(world, shop, order_id, "delivered");
    world.app.nowMs += 3_600_000;
    expect(await place(world, shop, wanted, { idempotencyKey: "order" })).toEqual(first);
    expect(await place(world, shop, wanted, { idempotencyKey: "order", app: world.other })).toEqual(first);
    expect(await become(world, shop, order_id, "confirmed", "confirm")).toEqual(confirmed);
    expect([first.json["deliver_to"], confirmed.json["deliver_to"]]).toEqual([CONTACT, CONTACT]);
    const { json } = await conforming(world.app, "GET", `${ORDERS}/${order_id}`, { token: shop.key });
    expect([json["status"], json["version"]]).toEqual(["delivered", 3]);
  });

  it("is erased 90 days after the order's end, and no earlier; the order stays", async () => {
    const { shop, wanted } = await bakery();
    const placedLater = async () => {
      world.app.nowMs += 1000;
      return await placed(world, shop, wanted);
    };
    const [delivered, cancelled, open] = [await placedLater(), await placedLater(), await placedLater()];
    await become(world, shop, open.order_id, "ready");
    await become(world, shop, delivered.order_id, "delivered");
    await become(world, shop, cancelled.order_id, "cancelled");
    await sweepAfter(89.99);
    const contacts = async () => {
      const { json } = await conforming(world.app, "GET", ORDERS, { token: shop.key });
      return (json["items"] as Order[]).map(({ status, deliver_to }) => [status, deliver_to]);
    };
    expect(await contacts()).toEqual([
      ["ready", CONTACT],
      ["cancelled", CONTACT],
      ["delivered", CONTACT],
    ]);
    expect(await sweepAfter(90.01)).toBeGreaterThanOrEqual(2);
    expect(await contacts()).toEqual([
      ["ready", CONTACT],
      ["cancelled", null],
      ["delivered", null],
    ]);
    expect(await sweepAfter(90.01)).toBe(0);
    const same = await become(world, shop, delivered.order_id, "delivered");
    expect([same.status, same.json["deliver_to"]]).toEqual([200, null]);
    expect(await sweepAfter(10_000)).toBe(0);
  });
});

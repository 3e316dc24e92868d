import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import type { Order } from "../../src/orders/schema.ts";
import { createKey } from "../support/api-keys.ts";
import {
  become,
  CONTACT,
  conforming,
  countsOf,
  eventsOf,
  itemOf,
  newShop,
  ORDERS,
  type OrdersWorld,
  orderBody,
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

/** A shop with so many loaves of bread. */
async function bakery(quantity: number, more: Readonly<Record<string, unknown>> = {}) {
  const shop = await newShop(world);
  const [item] = await stock(world, shop, [itemOf("bread", quantity, more)]);
  return { shop, item: item! };
}
const bread = async (shop: Shop) => {
  const { quantity, reserved, availability } = (await countsOf(world, shop))["bread@yaba"]!;
  return [quantity, reserved, availability];
};
/** The next thing said is said a second later. */
const later = (ms = 1000) => {
  world.app.nowMs += ms;
};

describe("an order", () => {
  it("reserves what was paid for, is kept as it was then, and tells the partner", async () => {
    const { shop, item } = await bakery(10);
    const order = await placed(world, shop, [{ item, quantity: 3 }]);
    expect(order).toEqual({
      order_id: expect.stringMatching(/^ord_/),
      partner_id: orderBody(shop, []).partner_id,
      status: "paid",
      lines: [
        {
          item_id: item,
          external_ref: "bread",
          title: "Title of bread",
          location_id: shop.locationIds["yaba"],
          location_ref: "yaba",
          quantity: 3,
          price: { amount: 100, currency: "NGN" },
        },
      ],
      totals: [{ amount: 300, currency: "NGN" }],
      deliver_to: CONTACT,
      payment_ref: "pay_1",
      version: 1,
      created_at: order.created_at,
      updated_at: order.created_at,
      confirmed_at: null,
      ended_at: null,
    });
    expect(await bread(shop)).toEqual([10, 3, "in_stock"]);
    later();
    await stock(world, shop, [
      itemOf("bread", 10, { title: "New bread", price: { amount: 900, currency: "USD" } }),
    ]);
    const { json } = await conforming(world.app, "GET", `${ORDERS}/${order.order_id}`, { token: shop.key });
    expect(json).toEqual(order);

    const [paid, ...others] = await eventsOf(world, shop, "order.paid");
    expect(others).toEqual([]);
    expect(paid?.data).toEqual({
      order_id: order.order_id,
      status: "paid",
      payment_ref: "pay_1",
      version: 1,
      created_at: order.created_at,
      totals: order.totals,
      lines: order.lines.map(({ title: _, ...line }) => line),
      refs_omitted: false,
    });
  });

  it("of several lines, locations and currencies has a total for each currency", async () => {
    const shop = await newShop(world, ["yaba", "ikeja"]);
    const items = await stock(world, shop, [
      itemOf("a", 5, { price: { amount: 7, currency: "USD" } }),
      itemOf("b", 5, { price: { amount: 11, currency: "NGN" } }),
      itemOf("a", 5, { location_ref: "ikeja", price: { amount: 13, currency: "USD" } }),
    ]);
    const order = await placed(world, shop, [
      { item: items[0]!, quantity: 2 },
      { item: items[1]!, quantity: 5 },
      { item: items[2]!, quantity: 1, at: shop.locationIds["ikeja"]! },
    ]);
    expect(
      order.lines.map(({ external_ref, location_ref, quantity }) => [external_ref, location_ref, quantity]),
    ).toEqual([
      ["a", "yaba", 2],
      ["b", "yaba", 5],
      ["a", "ikeja", 1],
    ]);
    expect(order.totals).toEqual([
      { amount: 55, currency: "NGN" },
      { amount: 27, currency: "USD" },
    ]);
    expect((await eventsOf(world, shop, "order.paid"))[0]?.data["totals"]).toEqual(order.totals);
  });

  it("that wants too much of anything reserves nothing, and is told what is left of everything", async () => {
    const { shop, item } = await bakery(3);
    const [none, other] = await stock(world, shop, [
      itemOf("none", 4, { stock: { quantity: 4, availability: "out_of_stock" } }),
      itemOf("other", 2),
    ]);
    const theirs = await bakery(50);
    const unlisted = await stock(
      world,
      shop,
      [{ external_ref: "unlisted", location_ref: "yaba", stock: { quantity: 9 } }],
      "PATCH",
    );
    await placed(world, shop, [{ item: other!, quantity: 1 }]);
    const wanted = [
      { item, quantity: 3 },
      { item: other!, quantity: 2 },
      { item: none!, quantity: 1 },
      { item: theirs.item, quantity: 1 },
      { item, quantity: 1, at: theirs.shop.locationIds["yaba"]! },
      { item: unlisted[0]!, quantity: 1 },
    ];
    const { status, json } = await place(world, shop, wanted);
    expect([status, json["code"], json["detail"]]).toEqual([
      409,
      "insufficient_stock",
      "There is not enough of 5 lines.",
    ]);
    expect(json["lines"]).toEqual(
      orderBody(shop, wanted).lines.map(({ quantity, ...line }, i) => ({
        ...line,
        requested: quantity,
        left: [3, 1, 0, 0, 0, 0][i],
      })),
    );
    expect(json["errors"]).toEqual([
      { pointer: "/lines/1/quantity", code: "insufficient_stock", detail: "1 is left." },
      ...[2, 3, 4, 5].map((i) => ({
        pointer: `/lines/${i}/quantity`,
        code: "insufficient_stock",
        detail: "None is left.",
      })),
    ]);
    expect(await bread(shop)).toEqual([3, 0, "low_stock"]);
    expect(await bread(theirs.shop)).toEqual([50, 0, "in_stock"]);
    expect(await eventsOf(world, shop, "order.paid")).toHaveLength(1);
    const many = await place(world, shop, [{ item, quantity: 9 }]);
    expect(many.json["errors"]).toMatchObject([{ detail: "3 are left." }]);
  });

  it("can be for what is had on request: by the count, like anything", async () => {
    const { shop, item } = await bakery(2, { stock: { quantity: 2, availability: "on_request" } });
    const order = await placed(world, shop, [{ item, quantity: 2 }]);
    expect((await place(world, shop, [{ item, quantity: 1 }])).status).toBe(409);
    await become(world, shop, order.order_id, "confirmed");
    expect(await bread(shop)).toEqual([0, 0, "on_request"]);
  });

  it("costs no more than a number can say", async () => {
    const { shop, item } = await bakery(1_000_000, {
      price: { amount: Number.MAX_SAFE_INTEGER, currency: "NGN" },
    });
    expect((await placed(world, shop, [{ item, quantity: 1 }])).totals[0]?.amount).toBe(
      Number.MAX_SAFE_INTEGER,
    );
    const { status, json } = await place(world, shop, [{ item, quantity: 999_999 }]);
    expect([status, json["code"]]).toEqual([409, "conflict"]);
    expect((await bread(shop))[1]).toBe(1);
  });

  it("goes to approved partners, and comes from the marketplace", async () => {
    const { shop, item } = await bakery(10);
    const body = orderBody(shop, [{ item, quantity: 1 }]);
    const [partner, operator, buyer] = [
      await mintDevToken("partner", body.partner_id),
      await mintDevToken("operator"),
      await mintDevToken("buyer"),
    ];
    for (const token of [partner, operator, buyer, shop.key]) {
      expect((await conforming(world.app, "POST", "/orders", { token, body })).status).toBe(403);
    }
    expect((await conforming(world.app, "POST", "/orders", { body })).status).toBe(401);
    const nobody = { ...body, partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa" };
    const token = world.marketplace;
    expect((await conforming(world.app, "POST", "/orders", { token, body: nobody })).status).toBe(404);
    await conforming(world.app, "POST", `/admin/partners/${body.partner_id}/suspend`, { token: operator });
    const { status, json } = await conforming(world.app, "POST", "/orders", { token, body });
    expect([status, json["detail"]]).toEqual([404, "There is no approved partner with this partner_id."]);
    expect(await bread(shop)).toEqual([10, 0, "in_stock"]);
  });

  it("is refused when it is wrong, with everything that is wrong, and never with what was said", async () => {
    const { shop, item } = await bakery(10);
    const right = orderBody(shop, [{ item, quantity: 1 }]);
    const [line] = right.lines;
    const refused = async (body: unknown) => {
      const { status, json, text } = await conforming(world.app, "POST", "/orders", {
        token: world.marketplace,
        body,
      });
      expect([status, json["code"]]).toEqual([400, "invalid_body"]);
      expect(text).not.toContain("secret");
      return (json["errors"] as { pointer: string }[]).map(({ pointer }) => pointer);
    };
    expect(await refused({})).toEqual(["/partner_id", "/lines", "/deliver_to", "/payment_ref"]);
    expect(await refused({ ...right, lines: [] })).toEqual(["/lines"]);
    expect(await refused({ ...right, lines: Array(51).fill(line) })).toEqual(["/lines"]);
    expect(await refused({ ...right, lines: [line, { ...line, quantity: 2 }] })).toEqual(["/lines"]);
    for (const quantity of [0, -1, 1.5, 1_000_001, "1", null]) {
      expect(await refused({ ...right, lines: [{ ...line, quantity }] })).toEqual(["/lines/0/quantity"]);
    }
    expect(await refused({ ...right, lines: [{ ...line, item_id: shop.locationIds["yaba"] }] })).toEqual([
      "/lines/0/item_id",
    ]);
    expect(await refused({ ...right, note: "secret" })).toEqual(["/note"]);
    const contacts: readonly [Record<string, unknown>, string][] = [
      [{ name: "" }, "name"],
      [{ name: "secret".repeat(34) }, "name"],
      [{ phone: "secret" }, "phone"],
      [{ phone: "+" }, "phone"],
      [{ phone: "1".repeat(41) }, "phone"],
      [{ address: " " }, "address"],
      [{ lat: 91 }, "lat"],
      [{ lng: "3" }, "lng"],
      [{ email: "secret@example.com" }, "email"],
    ];
    for (const [wrong, member] of contacts) {
      expect(await refused({ ...right, deliver_to: { ...CONTACT, ...wrong } })).toEqual([
        `/deliver_to/${member}`,
      ]);
    }
    expect(await refused({ ...right, payment_ref: "x\0" })).toEqual(["/payment_ref"]);
    expect(await refused({ ...right, payment_ref: "x".repeat(129) })).toEqual(["/payment_ref"]);
    for (const phone of ["+2348035550199", "0803 555 0199", "(01) 555-0199 x12", "555"]) {
      const body = { ...right, deliver_to: { ...CONTACT, phone } };
      expect(
        (await conforming(world.app, "POST", "/orders", { token: world.marketplace, body })).status,
      ).toBe(201);
    }
  });
});

describe("an order's status", () => {
  it("goes forward and tells of each step, and of nothing that is no step", async () => {
    const { shop, item } = await bakery(10);
    const { order_id } = await placed(world, shop, [{ item, quantity: 4 }]);
    let version = 1;
    let previous = "paid";
    for (const status of ["confirmed", "preparing", "ready", "on_the_way", "delivered"]) {
      later();
      const { status: code, json } = await become(world, shop, order_id, status);
      expect([code, json["status"], json["version"]]).toEqual([200, status, ++version]);
      expect(json["confirmed_at"] === null).toBe(false);
      expect(json["ended_at"]).toBe(status === "delivered" ? json["updated_at"] : null);
      expect(json["deliver_to"]).toEqual(CONTACT);
      const events = await eventsOf(world, shop, "order.status.updated");
      expect(events).toHaveLength(version - 1);
      expect(events.at(-1)?.data).toEqual({
        order_id,
        status,
        previous_status: previous,
        version,
        updated_at: json["updated_at"],
      });
      later();
      expect((await become(world, shop, order_id, status)).json).toEqual(json);
      expect(await bread(shop)).toEqual([6, 0, "in_stock"]);
      previous = status;
    }
    expect(await eventsOf(world, shop, "order.status.updated")).toHaveLength(5);
    for (const status of ["confirmed", "on_the_way", "cancelled"]) {
      const { status: code, json } = await become(world, shop, order_id, status);
      expect([code, json["code"], json["detail"]]).toEqual([
        409,
        "conflict",
        `This order is delivered, and stays so: it cannot become ${status}.`,
      ]);
    }
  });

  it("never goes back, and says where it can go", async () => {
    const { shop, item } = await bakery(10);
    const { order_id } = await placed(world, shop, [{ item, quantity: 4 }]);
    await become(world, shop, order_id, "ready");
    const { status, json } = await become(world, shop, order_id, "confirmed");
    expect([status, json["detail"]]).toEqual([
      409,
      "This order is ready, and can become on_the_way, delivered or cancelled: it cannot become confirmed.",
    ]);
    const paid = await become(world, shop, order_id, "paid");
    expect([paid.status, paid.json["errors"]]).toMatchObject([400, [{ pointer: "/status" }]]);
  });

  it("that leaves confirmed out has its effect all the same, once", async () => {
    const { shop, item } = await bakery(10);
    const { order_id } = await placed(world, shop, [{ item, quantity: 4 }]);
    const { json } = await become(world, shop, order_id, "delivered");
    expect(json["confirmed_at"]).toBe(json["ended_at"]);
    expect(await bread(shop)).toEqual([6, 0, "in_stock"]);
  });

  it("is nobody else's business", async () => {
    const { shop, item } = await bakery(10);
    const { order_id } = await placed(world, shop, [{ item, quantity: 4 }]);
    const other = await newShop(world);
    const reader = await createKey(world.db.localNeon, { scopes: ["inventory:read", "catalog:write"] });
    const invented = `${order_id.slice(0, -2)}00`;
    for (const path of [`${ORDERS}/${order_id}`, `${ORDERS}/${invented}`, `${ORDERS}/x`]) {
      expect((await conforming(world.app, "GET", path, { token: other.key })).status).toBe(404);
      const change = { token: other.key, body: { status: "cancelled" } };
      expect((await conforming(world.app, "PATCH", path, change)).status).toBe(404);
      expect((await conforming(world.app, "GET", path, { token: reader.key })).status).toBe(403);
      expect((await conforming(world.app, "GET", path, { token: world.marketplace })).status).toBe(403);
    }
    expect((await conforming(world.app, "GET", ORDERS, { token: other.key })).json["items"]).toEqual([]);
    expect(await bread(shop)).toEqual([10, 4, "in_stock"]);
  });
});

describe("the list of orders", () => {
  it("shows the newest first, page by page, by status and since when they changed", async () => {
    const { shop, item } = await bakery(100);
    const orders: Order[] = [];
    for (let n = 0; n < 5; n++) {
      later();
      orders.push(await placed(world, shop, [{ item, quantity: 1 }]));
    }
    const ids = orders.map(({ order_id }) => order_id).toReversed();
    const list = async (query: string) => {
      const { status, json } = await conforming(world.app, "GET", `${ORDERS}?${query}`, { token: shop.key });
      expect(status).toBe(200);
      return json as { items: Order[]; next_cursor: string | null };
    };
    const all = await list("");
    expect([all.items, all.next_cursor]).toEqual([orders.toReversed(), null]);
    const first = await list("limit=2");
    const second = await list(`limit=2&cursor=${first.next_cursor}`);
    const last = await list(`limit=2&cursor=${second.next_cursor}`);
    expect([first, second, last].flatMap(({ items }) => items.map(({ order_id }) => order_id))).toEqual(ids);
    expect(last.next_cursor).toBeNull();
    later();
    const { json } = await become(world, shop, ids[3]!, "ready");
    const shown = async (query: string) => (await list(query)).items.map(({ order_id }) => order_id);
    expect(await shown("status=ready")).toEqual([ids[3]]);
    expect(await shown("status=paid,cancelled")).toEqual(ids.filter((id) => id !== ids[3]));
    expect(await shown(`updated_since=${json["updated_at"]}`)).toEqual([ids[3]]);
    expect(await shown(`updated_since=${orders[3]?.updated_at}&status=paid`)).toEqual(ids.slice(0, 2));
    for (const query of ["status=lost", "cursor=x", "limit=0", "since=now"]) {
      expect((await conforming(world.app, "GET", `${ORDERS}?${query}`, { token: shop.key })).status).toBe(
        400,
      );
    }
  });

  it("has a later updated_at for each change, whatever the Workers' clocks say", async () => {
    const { shop, item } = await bakery(100);
    const first = await placed(world, shop, [{ item, quantity: 1 }]);
    later(-60_000);
    const second = await placed(world, shop, [{ item, quantity: 1 }]);
    const { json } = await become(world, shop, first.order_id, "confirmed");
    later(60_000);
    const times = [first.updated_at, second.updated_at, String(json["updated_at"])];
    expect(times).toEqual([...new Set(times)].sort());
  });
});

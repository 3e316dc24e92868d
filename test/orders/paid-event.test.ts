import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Order } from "../../src/orders/schema.ts";
import {
  CONTACT,
  conforming,
  eventsOf,
  itemOf,
  newShop,
  type OrdersWorld,
  orderBody,
  type Shop,
  startOrdersWorld,
  stock,
} from "./orders-app.ts";

const MAX_BODY_BYTES = 20_000;
const CURRENCIES =
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ".split(
    " ",
  );

let world: OrdersWorld;
beforeAll(async () => {
  world = await startOrdersWorld();
});
afterAll(() => world.db.stop());

/** What the partner is told of an order of so many lines at a place of this name. */
async function told(locationRef: string, items: readonly unknown[], paymentRef: string, quantity: number) {
  const shop: Shop = await newShop(world, [locationRef]);
  const ids = await stock(world, shop, items);
  const body = orderBody(
    shop,
    ids.map((item) => ({ item, quantity })),
    { payment_ref: paymentRef },
  );
  const { status, json } = await conforming(world.app, "POST", "/orders", { token: world.marketplace, body });
  expect(status).toBe(201);
  const [event] = await eventsOf(world, shop, "order.paid");
  return { order: json as Order, payload: event!.payload, data: event!.data };
}

describe("order.paid", () => {
  it("of 50 ordinary lines says what a POS needs to fulfil it, refs and all, and not to whom", async () => {
    const refs = Array.from({ length: 50 }, (_, i) => `sku-${i}-`.padEnd(60, "abcdefghij"));
    const at = "yaba-".padEnd(60, "0123456789");
    const items = refs.map((ref) =>
      itemOf(ref, 1_000_000, { location_ref: at, price: { amount: 12_345_678, currency: "NGN" } }),
    );
    const { order, payload, data } = await told(at, items, "pay_8Yq2LmXw", 1_000_000);
    expect(data["refs_omitted"]).toBe(false);
    expect(data["lines"]).toEqual(order.lines.map(({ title: _, ...line }) => line));
    expect(data["lines"]).toHaveLength(50);
    expect(payload.length).toBeLessThanOrEqual(MAX_BODY_BYTES);
    for (const secret of [...Object.values(CONTACT), "deliver_to", "Title of"]) {
      expect(payload).not.toContain(String(secret));
    }
  });

  it("fits its 20,000 bytes at the contract's worst, without refs and saying so", async () => {
    const worst = (n: number) =>
      String.fromCharCode(1 + (n % 7), 1 + Math.floor(n / 7)).padEnd(128, "\u001f");
    const items = CURRENCIES.slice(0, 50).map((currency, i) =>
      itemOf(worst(i), 1_000_000, {
        location_ref: worst(49),
        price: { amount: Math.floor(Number.MAX_SAFE_INTEGER / 1_000_000), currency },
      }),
    );
    expect(items).toHaveLength(50);
    const { order, payload, data } = await told(worst(49), items, `x${"\u0002".repeat(127)}`, 1_000_000);
    expect(order.lines[0]?.external_ref).toBe(worst(0));
    expect(data["refs_omitted"]).toBe(true);
    expect(data["lines"]).toEqual(
      order.lines.map(({ item_id, location_id, quantity, price }) => ({
        item_id,
        location_id,
        quantity,
        price,
      })),
    );
    expect(data["totals"]).toEqual(order.totals);
    expect(new TextEncoder().encode(payload).length).toBeLessThanOrEqual(MAX_BODY_BYTES);
  });

  it("has refs as long as they fit, to the byte, whatever they are made of", async () => {
    let omitted = 0;
    const cases = [
      [128, "a", 90],
      [128, "a", 110],
      [60, "é", 60],
      [60, "é", 30],
      [20, "\u0001", 1],
      [40, "\u0001", 1],
    ] as const;
    for (const [length, letter, placeLength] of cases) {
      const refs = Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(length, letter));
      const at = "y".repeat(placeLength);
      const items = refs.map((ref) => itemOf(ref, 9, { location_ref: at }));
      const { payload, data } = await told(at, items, "pay", 1);
      const bytes = new TextEncoder().encode(payload).length;
      expect(bytes).toBeLessThanOrEqual(MAX_BODY_BYTES);
      const refsBytes = refs.reduce(
        (sum, ref) =>
          sum +
          new TextEncoder().encode(`"external_ref":${JSON.stringify(ref)},"location_ref":"${at}",`).length,
        0,
      );
      // Nothing is left out that would have fitted easily.
      if (data["refs_omitted"] === true) expect(bytes + refsBytes).toBeGreaterThan(MAX_BODY_BYTES - 300);
      omitted += data["refs_omitted"] === true ? 1 : 0;
    }
    expect(omitted).toBeGreaterThan(0);
    expect(omitted).toBeLessThan(cases.length);
  });
});

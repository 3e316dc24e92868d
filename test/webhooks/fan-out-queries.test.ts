import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import {
  commitEvents,
  type DeliveryWorld,
  deliveriesOf,
  type EndpointFixture,
  makeEndpoint,
  makePartner,
  newEndpoint,
  receivedBy,
  settleReceiver,
  startDeliveryWorld,
} from "./delivery-world.ts";

let world: DeliveryWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
});
afterEach(() => settleReceiver(world));
afterAll(() => world.stop());

describe("handing on events", () => {
  it("makes a delivery for each endpoint that subscribes to them, and for nobody else", async () => {
    const [partnerId, other] = [await makePartner(world), await makePartner(world)];
    const subscribers = {
      all: await makeEndpoint(world, partnerId),
      orders: await makeEndpoint(world, partnerId, { events: ["order.paid", "order.status.updated"] }),
      commerce: await makeEndpoint(world, partnerId, { events: ["commerce.*"] }),
      purchases: await makeEndpoint(world, partnerId, { events: ["commerce.purchase"] }),
      stranger: await makeEndpoint(world, other),
    };
    for (const type of ["order.paid", "catalog.item.deleted", "commerce.purchase", "commerce.Purchase"]) {
      await commitEvents(world, partnerId, { type });
    }
    const { events, endpointIds } = await fanOut(world.db.database, Date.now());
    expect(events).toBe(4);
    const { all, orders, commerce, purchases, stranger } = subscribers;
    expect(new Set(endpointIds)).toEqual(
      new Set([all, orders, commerce, purchases].map(({ endpointId }) => endpointId)),
    );
    for (const endpoint of [all, orders, commerce, purchases]) {
      await deliverToEndpoint(world.context, endpoint.endpointId);
    }
    const types = (endpoint: EndpointFixture) =>
      receivedBy(world, endpoint)
        .map(({ type }) => type)
        .toSorted();
    expect(types(all)).toEqual([
      "catalog.item.deleted",
      "commerce.Purchase",
      "commerce.purchase",
      "order.paid",
    ]);
    expect(types(orders)).toEqual(["order.paid"]);
    expect(types(commerce)).toEqual(["commerce.Purchase", "commerce.purchase"]);
    expect(types(purchases)).toEqual(["commerce.purchase"]);
    expect(await deliveriesOf(world, stranger)).toEqual([]);
  });

  it("takes 500 at a time, each once, however many do it", async () => {
    const endpoint = await newEndpoint(world);
    const ids = await commitEvents(world, endpoint.partnerId, { count: 1203 });
    const counts: number[] = [];
    while (counts.at(-1) !== 0) {
      const three = await Promise.all([1, 2, 3].map(() => fanOut(world.db.database, Date.now())));
      counts.push(three.reduce((sum, { events }) => sum + events, 0));
    }
    expect(counts.reduce((sum, count) => sum + count)).toBe(1203);
    expect(Math.max(...counts)).toBeLessThanOrEqual(1500);
    expect(await deliveriesOf(world, endpoint)).toHaveLength(ids.length);
  });
});

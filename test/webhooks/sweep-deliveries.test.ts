import { afterAll, beforeAll, expect, it } from "vitest";
import { sweepDeliveries } from "../../src/webhooks/sweep-deliveries.ts";
import {
  commitEvents,
  DAY_MS,
  type DeliveryWorld,
  deliver,
  deliveriesOf,
  makeEndpoint,
  makePartner,
  pass,
  startDeliveryWorld,
} from "./delivery-world.ts";

let world: DeliveryWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
});
afterAll(() => world.stop());

const sweep = () => sweepDeliveries(world.db.database, Date.now());
const eventCount = async () => (await world.db.localNeon.query("select event_id from outbox_events")).length;

it("deliveries and their events are kept for 30 days after they ended", async () => {
  const partnerId = await makePartner(world);
  const endpoint = await makeEndpoint(world, partnerId);
  const paused = await makeEndpoint(world, partnerId, { status: "paused", events: ["order.status.updated"] });
  await commitEvents(world, partnerId, { count: 3 });
  await commitEvents(world, partnerId, { type: "order.status.updated" });
  await deliver(world, endpoint);
  await commitEvents(world, await makePartner(world), { count: 2 });
  await deliver(world, endpoint);

  pass(30 * DAY_MS);
  expect(await sweep()).toEqual({ deliveries: 0, events: 0 });
  pass(1);
  // What waits is kept, however old; so is its event.
  expect(await sweep()).toEqual({ deliveries: 4, events: 5 });
  expect(await deliveriesOf(world, endpoint)).toEqual([]);
  expect(await deliveriesOf(world, paused)).toMatchObject([{ status: "pending" }]);
  expect(await eventCount()).toBe(1);
});

it("an event that has not been handed on is kept, however old", async () => {
  const before = await eventCount();
  await commitEvents(world, await makePartner(world));
  pass(31 * DAY_MS);
  await sweep();
  expect(await eventCount()).toBe(before + 1);
});

it("a failed delivery goes 30 days after it was given up, not after its event was written", async () => {
  const partnerId = await makePartner(world);
  const endpoint = await makeEndpoint(world, partnerId);
  await commitEvents(world, partnerId);
  world.receiver.react = () => ({ status: 410 });
  pass(20 * DAY_MS);
  await deliver(world, endpoint);
  pass(30 * DAY_MS);
  await sweep();
  expect(await deliveriesOf(world, endpoint)).toHaveLength(1);
  pass(1);
  await sweep();
  expect(await deliveriesOf(world, endpoint)).toEqual([]);
});

it("very many go in batches", async () => {
  const partnerId = await makePartner(world);
  await commitEvents(world, partnerId, { count: 12_000 });
  await world.db.localNeon.exec("update outbox_events set status = 'dispatched'");
  pass(31 * DAY_MS);
  const { events } = await sweep();
  expect(events).toBeGreaterThanOrEqual(12_000);
});

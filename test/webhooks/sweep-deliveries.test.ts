import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
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
beforeEach(() => world.db.localNeon.exec("delete from webhook_endpoints; delete from outbox_events"));
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
  expect(await sweep()).toEqual({ givenUp: 0, deliveries: 0, events: 0 });
  // What waits still is there to be looked at; so is its event.
  await world.db.localNeon.exec(
    "update webhook_deliveries set next_attempt_at = next_attempt_at + interval '1 day'",
  );
  pass(1);
  expect(await sweep()).toEqual({ givenUp: 0, deliveries: 4, events: 5 });
  expect(await deliveriesOf(world, endpoint)).toEqual([]);
  expect(await deliveriesOf(world, paused)).toMatchObject([{ status: "pending" }]);
  expect(await eventCount()).toBe(1);
});

it("what has waited for 30 days is given up, so that nothing is kept for ever", async () => {
  const [partnerId, suspendedId] = [await makePartner(world), await makePartner(world, "suspended")];
  const paused = await makeEndpoint(world, partnerId, { status: "paused" });
  const suspended = await makeEndpoint(world, suspendedId);
  for (const id of [partnerId, suspendedId]) await commitEvents(world, id, { count: 3 });
  await deliver(world, paused);
  const before = await eventCount();
  pass(30 * DAY_MS);
  expect(await sweep()).toMatchObject({ givenUp: 0 });
  pass(1);
  expect(await sweep()).toMatchObject({ givenUp: 6 });
  for (const endpoint of [paused, suspended]) {
    expect(await deliveriesOf(world, endpoint)).toMatchObject(
      Array(3).fill({ status: "failed", error: "expired", attempts: "0" }),
    );
  }
  pass(30 * DAY_MS + 1);
  await sweep();
  expect(await deliveriesOf(world, paused)).toEqual([]);
  expect(await eventCount()).toBeLessThanOrEqual(before - 6);
});

it("what somebody asked to be sent again, or is being sent, is not given up for being old", async () => {
  const endpoint = await makeEndpoint(world, await makePartner(world), { status: "paused" });
  await commitEvents(world, endpoint.partnerId, { count: 2 });
  await deliver(world, endpoint);
  pass(31 * DAY_MS);
  await world.db.localNeon.query(
    `update webhook_deliveries set next_attempt_at = $2 where delivery_id =
       (select min(delivery_id::text)::uuid from webhook_deliveries where endpoint_id = $1)`,
    [endpoint.endpointId, new Date().toISOString()],
  );
  await world.db.localNeon.query(
    `update webhook_deliveries set lease_id = gen_random_uuid(), leased_until = $2 where endpoint_id = $1`,
    [endpoint.endpointId, new Date(Date.now() + 60_000).toISOString()],
  );
  expect(await sweep()).toMatchObject({ givenUp: 0 });
  pass(60_000);
  expect(await sweep()).toMatchObject({ givenUp: 1 });
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

import { afterAll, beforeAll, expect, it } from "vitest";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { failDisabled } from "../../src/webhooks/record-queries.ts";
import {
  commitEvents,
  type DeliveryWorld,
  deliver,
  deliveriesOf,
  type EndpointFixture,
  makeEndpoint,
  makePartner,
  startDeliveryWorld,
} from "./delivery-world.ts";

/** What happens at the same time does so on a real server alone: PGlite serves one connection after another. */
let world: DeliveryWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
});
afterAll(() => world.stop());

it("eight senders of one endpoint send each event once, and no more than ten at a time", async () => {
  const endpoint = await makeEndpoint(world, await makePartner(world));
  const ids = await commitEvents(world, endpoint.partnerId, { count: 300 });
  await fanOut(world.db.database, Date.now());
  let most = 0;
  world.receiver.react = () => {
    most = Math.max(most, world.receiver.underWay);
    return { status: 200 };
  };
  const sendUntilDone = async (): Promise<void> => {
    while ((await deliverToEndpoint(world.context, endpoint.endpointId)) !== undefined);
  };
  await Promise.all(Array.from({ length: 8 }, sendUntilDone));
  const received = world.receiver.received.filter(({ path }) => path === endpoint.path).map(({ id }) => id);
  expect(received.toSorted()).toEqual(ids.toSorted());
  expect(most).toBeLessThanOrEqual(10);
});

it("endpoints may be deleted and created while events are handed on: nobody else misses any", async () => {
  const partnerId = await makePartner(world);
  const steady = await makeEndpoint(world, partnerId);
  const passing: EndpointFixture[] = [];
  for (let round = 0; round < 10; round++) {
    passing.push(...(await Promise.all([1, 2, 3].map(() => makeEndpoint(world, partnerId)))));
    await commitEvents(world, partnerId, { count: 50 });
    await Promise.all([
      ...[1, 2, 3].map(() => fanOut(world.db.database, Date.now())),
      ...passing
        .splice(0)
        .map(({ endpointId }) =>
          world.db.localNeon.query("delete from webhook_endpoints where endpoint_id = $1", [endpointId]),
        ),
    ]);
  }
  while ((await fanOut(world.db.database, Date.now())).events > 0);
  expect(await deliveriesOf(world, steady)).toHaveLength(500);
});

it("events may be handed on to an endpoint that is being disabled: none waits for ever", async () => {
  world.receiver.react = () => ({ status: 410 });
  for (let round = 0; round < 10; round++) {
    const endpoint = await makeEndpoint(world, await makePartner(world));
    await commitEvents(world, endpoint.partnerId, { count: 5 });
    await fanOut(world.db.database, Date.now());
    await commitEvents(world, endpoint.partnerId, { count: 20 });
    await Promise.all([deliver(world, endpoint), fanOut(world.db.database, Date.now())]);
    await failDisabled(world.db.database, Date.now());
    const statuses = (await deliveriesOf(world, endpoint)).map(({ status }) => status);
    expect(statuses).toEqual(Array(25).fill("failed"));
  }
});

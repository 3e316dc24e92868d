import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { writeOnce } from "../../src/db/write-once.ts";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { repeatFailed } from "../../src/webhooks/delivery-queries.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { failDisabled } from "../../src/webhooks/record-queries.ts";
import { sweepDeliveries } from "../../src/webhooks/sweep-deliveries.ts";
import {
  commitEvents,
  DAY_MS,
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

it("what is forgotten after 30 days may be asked for again at that moment: neither waits for the other", async () => {
  const partnerId = await makePartner(world);
  await commitEvents(world, partnerId, { count: 10_000 });
  for (let round = 0; round < 6; round++) {
    const { endpointId } = await makeEndpoint(world, partnerId);
    await world.db.localNeon.query(
      `insert into webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, status, created_at, ended_at)
       select gen_random_uuid(), partner_id, $1, event_id, 'failed', $2, $2 from outbox_events
       where partner_id = $3 order by random()`,
      [endpointId, new Date(Date.now() - 31 * DAY_MS).toISOString(), partnerId],
    );
    const audit = {
      auditId: randomUUID(),
      action: "webhook.redelivered",
      actor: { kind: "partner", id: "somebody", address: undefined },
      subjectKind: "whk",
      details: {},
      atMs: Date.now(),
    } as const;
    const everything = { failedSinceMs: 0, atMost: 10_000 };
    const write = repeatFailed({ partnerId, endpointId }, everything, audit);
    const done = await Promise.allSettled([
      writeOnce(world.db.database, write, undefined),
      sweepDeliveries(world.db.database, Date.now()),
    ]);
    expect(done.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
  }
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { consumeWakeUp } from "../../src/webhooks/consume-wake-up.ts";
import { wakeMissed } from "../../src/webhooks/wake-missed.ts";
import { createWakeUps, readWakeUp, type WakeUp, type WakeUpQueue } from "../../src/webhooks/wake-ups.ts";
import {
  commitEvents,
  type DeliveryWorld,
  deliveriesOf,
  makeEndpoint,
  makePartner,
  pass,
  startDeliveryWorld,
} from "./delivery-world.ts";

type Sent = { readonly message: WakeUp; readonly delaySeconds: number };

/** A queue that keeps what it is sent. */
function listQueue(): WakeUpQueue & { readonly sent: Sent[]; fails: boolean } {
  const sent: Sent[] = [];
  const queue = {
    sent,
    fails: false,
    async send(message: WakeUp, options?: { delaySeconds: number }) {
      if (queue.fails) throw new Error("the queue is away");
      sent.push({ message, delaySeconds: options?.delaySeconds ?? 0 });
    },
    async sendBatch(messages: readonly { body: WakeUp }[]) {
      expect(messages.length).toBeLessThanOrEqual(100);
      sent.push(...messages.map(({ body }) => ({ message: body, delaySeconds: 0 })));
    },
  };
  return queue;
}

const FAN_OUT: Sent = { message: { kind: "fan_out" }, delaySeconds: 1 };

describe("waking whoever delivers", () => {
  const start = () => {
    const [queue, log, behind] = [listQueue(), [] as object[], [] as Promise<unknown>[]];
    const clock = { nowMs: 0 };
    const wakeUps = createWakeUps({
      queue,
      log: (entry) => log.push(entry),
      now: () => clock.nowMs,
      waitUntil: (work) => behind.push(work),
    });
    return { queue, log, behind, clock, wakeUps };
  };

  it("takes one message for all that is written within a second, and the message waits that long", () => {
    const { queue, clock, wakeUps } = start();
    const atMs = (ms: number) => {
      clock.nowMs = ms;
      wakeUps.eventsWritten();
    };
    for (const ms of [0, 1, 500, 999]) atMs(ms);
    expect(queue.sent).toEqual([FAN_OUT]);
    for (const ms of [1000, 1999, 2000]) atMs(ms);
    expect(queue.sent).toEqual([FAN_OUT, FAN_OUT, FAN_OUT]);
    // The clock was set back: nobody knows when the last one was.
    atMs(-5000);
    expect(queue.sent).toHaveLength(4);
  });

  it("wakes an endpoint at once, each time", () => {
    const { queue, wakeUps } = start();
    const endpoint_id = crypto.randomUUID();
    wakeUps.endpointIsDue(endpoint_id);
    wakeUps.endpointIsDue(endpoint_id);
    const woken = { message: { kind: "endpoint", endpoint_id }, delaySeconds: 0 };
    expect(queue.sent).toEqual([woken, woken]);
  });

  it("fails nobody when it fails: it is logged, and tried again with the next write", async () => {
    const { queue, log, behind, wakeUps } = start();
    queue.fails = true;
    wakeUps.eventsWritten();
    await Promise.all(behind);
    expect(log).toMatchObject([{ level: "warning", code: "webhooks_not_woken" }]);
    queue.fails = false;
    wakeUps.eventsWritten();
    expect(queue.sent).toEqual([FAN_OUT]);
  });

  it("is nothing, and no failure, where there is no queue", async () => {
    const [log, behind] = [[] as object[], [] as Promise<unknown>[]];
    const wakeUps = createWakeUps({
      queue: undefined,
      log: (entry) => log.push(entry),
      now: Date.now,
      waitUntil: (work) => behind.push(work),
    });
    wakeUps.eventsWritten();
    await Promise.all(behind);
    expect(log).toEqual([]);
  });
});

describe("a message", () => {
  it.each([
    undefined,
    null,
    "fan_out",
    { kind: "else" },
    { kind: "endpoint" },
    { kind: "endpoint", endpoint_id: 5 },
    { kind: "endpoint", endpoint_id: "whk_1" },
  ])("of another version is none: %j", (message) => {
    expect(readWakeUp(message)).toBeUndefined();
  });

  it("of ours is one", () => {
    const endpoint_id = crypto.randomUUID();
    expect(readWakeUp({ kind: "fan_out" })).toEqual({ kind: "fan_out" });
    expect(readWakeUp({ kind: "endpoint", endpoint_id })).toEqual({ kind: "endpoint", endpoint_id });
  });
});

describe("what messages and the cron trigger do", () => {
  let world: DeliveryWorld;
  beforeAll(async () => {
    world = await startDeliveryWorld();
  });
  beforeEach(() => world.db.localNeon.exec("delete from webhook_endpoints; delete from outbox_events"));
  afterAll(() => world.stop());

  const woken = (queue: { readonly sent: readonly Sent[] }) =>
    queue.sent.flatMap(({ message }) => (message.kind === "endpoint" ? [message.endpoint_id] : []));

  const start = () => {
    const [queue, senders, log] = [listQueue(), [] as string[], [] as object[]];
    const consume = (message: unknown) =>
      consumeWakeUp(
        {
          database: world.db.database,
          queue,
          wakeSender: async (endpointId) => {
            senders.push(endpointId);
          },
          log: (entry) => log.push(entry),
          now: Date.now,
        },
        message,
      );
    return { queue, senders, log, consume };
  };

  it("fan_out hands on all there is, and sends a message for each endpoint that is to be sent something", async () => {
    const [partnerId, { queue, consume }] = [await makePartner(world), start()];
    const active = await makeEndpoint(world, partnerId);
    const paused = await makeEndpoint(world, partnerId, { status: "paused" });
    await commitEvents(world, partnerId, { count: 1001 });
    await consume({ kind: "fan_out" });
    expect(new Set(woken(queue))).toEqual(new Set([active.endpointId]));
    expect(await deliveriesOf(world, active)).toHaveLength(1001);
    expect(await deliveriesOf(world, paused)).toHaveLength(1001);
  });

  it("fan_out goes on in another message when there is very much", async () => {
    const [partnerId, { queue, consume }] = [await makePartner(world), start()];
    await commitEvents(world, partnerId, { count: 10_001 });
    await consume({ kind: "fan_out" });
    expect(queue.sent).toEqual([{ message: { kind: "fan_out" }, delaySeconds: 0 }]);
    await consume({ kind: "fan_out" });
    expect(queue.sent).toHaveLength(1);
  });

  it("fan_out throws when the database does not answer, so that the message comes again", async () => {
    const { consume } = start();
    world.db.localNeon.setFault({ kind: "error500", times: 1 });
    await expect(consume({ kind: "fan_out" })).rejects.toThrow("unavailable");
    world.db.localNeon.clearFaults();
  });

  it("endpoint wakes the endpoint's own sender", async () => {
    const { senders, consume } = start();
    const endpoint_id = crypto.randomUUID();
    await consume({ kind: "endpoint", endpoint_id });
    expect(senders).toEqual([endpoint_id]);
  });

  it("anything else is logged, and gone", async () => {
    const { log, consume } = start();
    await consume({ kind: "of another version" });
    expect(log).toEqual([{ level: "warning", code: "unknown_wake_up" }]);
  });

  it("the cron trigger wakes for what was missed: events, and deliveries that are due", async () => {
    const [partnerId, suspendedId] = [await makePartner(world), await makePartner(world, "suspended")];
    const missed = await makeEndpoint(world, partnerId);
    const paused = await makeEndpoint(world, partnerId, { status: "paused" });
    const suspended = await makeEndpoint(world, suspendedId);
    const run = async () => {
      const queue = listQueue();
      await wakeMissed(world.db.database, queue, Date.now());
      return queue;
    };
    expect((await run()).sent).toEqual([]);

    for (const id of [partnerId, suspendedId]) await commitEvents(world, id);
    expect((await run()).sent).toEqual([{ message: { kind: "fan_out" }, delaySeconds: 0 }]);
    await start().consume({ kind: "fan_out" });
    expect(await deliveriesOf(world, paused)).toHaveLength(1);
    expect(await deliveriesOf(world, suspended)).toHaveLength(1);
    expect(woken(await run())).toEqual([missed.endpointId]);

    const leasedUntil = new Date(Date.now() + 60_000).toISOString();
    await world.db.localNeon.query(
      "update webhook_deliveries set lease_id = gen_random_uuid(), leased_until = $1",
      [leasedUntil],
    );
    expect(woken(await run())).toEqual([]);
    pass(60_000);
    expect(woken(await run())).toEqual([missed.endpointId]);
  });

  it("the cron trigger fails what was handed on while its endpoint was being disabled", async () => {
    const [partnerId, { consume }] = [await makePartner(world), start()];
    const endpoint = await makeEndpoint(world, partnerId);
    await commitEvents(world, partnerId);
    await consume({ kind: "fan_out" });
    await world.db.localNeon.query(
      "update webhook_endpoints set status = 'disabled', disabled_at = now(), disabled_reason = 'gone' where endpoint_id = $1",
      [endpoint.endpointId],
    );
    await wakeMissed(world.db.database, listQueue(), Date.now());
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "failed", error: "endpoint_disabled" },
    ]);
  });

  it("the cron trigger wakes whoever is late, also when nothing can be written", async () => {
    const endpoint = await makeEndpoint(world, await makePartner(world));
    await commitEvents(world, endpoint.partnerId);
    const { queue } = start();
    const { queryRows } = world.db.database;
    const write = () => Promise.reject(new Error("too long"));
    await expect(wakeMissed({ queryRows, write }, queue, Date.now())).rejects.toThrow("too long");
    expect(queue.sent).toEqual([{ message: { kind: "fan_out" }, delaySeconds: 0 }]);
  });
});

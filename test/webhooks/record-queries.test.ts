import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../src/db/client.ts";
import { SWEEP_BATCH } from "../../src/db/sweep.ts";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { failDisabled } from "../../src/webhooks/record-queries.ts";
import {
  commitEvents,
  DAY_MS,
  type DeliveryWorld,
  deliver,
  deliveriesOf,
  type EndpointFixture,
  endpointRow,
  newEndpoint,
  pass,
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

const run = (sql: string, ...values: (string | null)[]) => world.db.localNeon.query(sql, values);

describe("an endpoint", () => {
  it("that is gone (410) is disabled at once, and all that waits for it fails", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId, { count: 12 });
    world.receiver.react = () => ({ status: 410 });
    expect(await deliver(world, endpoint)).toBeUndefined();
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "disabled", disabled_reason: "gone" });
    const deliveries = await deliveriesOf(world, endpoint);
    expect(deliveries.map(({ status }) => status)).toEqual(Array(12).fill("failed"));
    expect(deliveries.filter(({ error }) => error === "gone")).toHaveLength(10);
    expect(deliveries.filter(({ error }) => error === "endpoint_disabled")).toHaveLength(2);

    // What comes after fails without being sent, so that it can be redelivered.
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(10);
    expect((await deliveriesOf(world, endpoint)).at(-1)).toMatchObject({
      status: "failed",
      attempts: "0",
      error: "endpoint_disabled",
    });
  });

  it("that is gone with very much waiting is disabled in one statement, and the rest fails batch by batch", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId, { count: 11_000 });
    while ((await fanOut(world.db.database, Date.now())).events > 0);
    world.receiver.react = () => ({ status: 410 });
    await deliver(world, endpoint);
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "disabled", disabled_reason: "gone" });
    const waiting = async () =>
      (await deliveriesOf(world, endpoint)).filter(({ status }) => status === "pending").length;
    expect(await waiting()).toBe(11_000 - 10 - SWEEP_BATCH);
    const changed: number[] = [];
    const write: Database["write"] = async (...statement) => {
      const rows = await world.db.database.write(...statement);
      changed.push(rows.length);
      return rows;
    };
    await failDisabled({ write }, Date.now());
    expect(changed).toEqual([SWEEP_BATCH, 11_000 - 10 - 2 * SWEEP_BATCH]);
    expect(await waiting()).toBe(0);
    expect(receivedBy(world, endpoint)).toHaveLength(10);
  });

  it("that has done nothing but fail for five days is disabled at its next failure", async () => {
    const endpoint = await newEndpoint(world);
    world.receiver.react = () => ({ status: 500 });
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    pass(5 * DAY_MS - 1);
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "active" });
    pass(1);
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    expect(await endpointRow(world, endpoint)).toMatchObject({
      status: "disabled",
      disabled_reason: "failing",
    });
    expect((await deliveriesOf(world, endpoint)).map(({ status }) => status)).toEqual(
      Array(3).fill("failed"),
    );
  });

  it("that acknowledges once in five days is not", async () => {
    const endpoint = await newEndpoint(world);
    for (const status of [500, 500, 200, 500, 500]) {
      world.receiver.react = () => ({ status });
      await commitEvents(world, endpoint.partnerId);
      await deliver(world, endpoint);
      const { failing_since } = (await endpointRow(world, endpoint))!;
      expect(failing_since === null).toBe(status === 200);
      pass(2 * DAY_MS);
    }
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "active" });
  });

  it.each([
    [
      "is paused",
      "active",
      "approved",
      "update webhook_endpoints set status = 'paused' where endpoint_id = $1",
      "update webhook_endpoints set status = 'active' where endpoint_id = $1",
    ],
    [
      "has a partner who is suspended",
      "active",
      "approved",
      "update partners set status = 'suspended' where partner_id = (select partner_id from webhook_endpoints where endpoint_id = $1)",
      "update partners set status = 'approved' where partner_id = (select partner_id from webhook_endpoints where endpoint_id = $1)",
    ],
  ])("that %s is sent nothing until that is over", async (_what, _status, _partner, stop, go) => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    await run(stop, endpoint.endpointId);
    expect(await deliver(world, endpoint)).toBeUndefined();
    expect(receivedBy(world, endpoint)).toEqual([]);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([{ status: "pending", attempts: "0" }]);
    await run(go, endpoint.endpointId);
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(1);
  });
});

describe("while a delivery is under way", () => {
  /** Sends one event; `meanwhile` happens once it has arrived, before it is answered. */
  const during = async (status: number, meanwhile: (endpoint: EndpointFixture) => Promise<unknown>) => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.receiver.react = async () => {
      await meanwhile(endpoint);
      return { status };
    };
    await deliver(world, endpoint);
    return endpoint;
  };

  it("its endpoint may be deleted: nothing comes back", async () => {
    const endpoint = await during(500, ({ endpointId }) =>
      run("delete from webhook_endpoints where endpoint_id = $1", endpointId),
    );
    expect(await endpointRow(world, endpoint)).toBeUndefined();
    expect(await deliveriesOf(world, endpoint)).toEqual([]);
  });

  it("its endpoint may be paused: it stays so", async () => {
    const endpoint = await during(200, ({ endpointId }) =>
      run("update webhook_endpoints set status = 'paused' where endpoint_id = $1", endpointId),
    );
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "paused" });
    expect(await deliveriesOf(world, endpoint)).toMatchObject([{ status: "delivered" }]);
  });

  it("its endpoint may get another URL, which the old one's 410 does not disable", async () => {
    const endpoint = await during(410, ({ endpointId }) =>
      run("update webhook_endpoints set url = url || '?new' where endpoint_id = $1", endpointId),
    );
    expect(await endpointRow(world, endpoint)).toMatchObject({ status: "active", failing_since: null });
    expect(await deliveriesOf(world, endpoint)).toMatchObject([{ status: "pending", error: "gone" }]);
  });

  it("nobody else sends it; whoever does once the lease is over is the one who records", async () => {
    let isFirst = true;
    const endpoint = await during(500, async ({ endpointId }) => {
      if (!isFirst) return;
      isFirst = false;
      expect(await deliverToEndpoint(world.context, endpointId)).toBe(Date.now() + 60_000);
      pass(60_000);
      world.receiver.react = () => ({ status: 200 });
      await deliverToEndpoint(world.context, endpointId);
    });
    expect(receivedBy(world, endpoint)).toHaveLength(2);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "delivered", attempts: "1", failures: "0", lease_id: null },
    ]);
  });

  it("whoever has lost the lease to somebody who is sending it changes nothing", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const holds = [first.promise, second.promise].values();
    world.receiver.react = async () => {
      await holds.next().value;
      return { status: 500 };
    };
    const slow = deliver(world, endpoint);
    await expect.poll(() => world.receiver.underWay).toBe(1);
    pass(60_000);
    const quick = deliver(world, endpoint);
    await expect.poll(() => world.receiver.underWay).toBe(2);
    first.resolve();
    await slow;
    const [held] = await deliveriesOf(world, endpoint);
    expect(held).toMatchObject({ status: "pending", attempts: "0", lease_id: expect.any(String) });
    second.resolve();
    await quick;
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { attempts: "1", failures: "1", lease_id: null },
    ]);
  });

  it("what waits behind it is asked for again in a moment, not at once", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId, { count: 11 });
    const held = Promise.withResolvers<void>();
    world.receiver.react = async () => {
      await held.promise;
      return { status: 200 };
    };
    const first = deliver(world, endpoint);
    await expect.poll(() => world.receiver.underWay).toBe(5);
    expect(await deliverToEndpoint(world.context, endpoint.endpointId)).toBe(Date.now() + 1000);
    held.resolve();
    await first;
    expect(receivedBy(world, endpoint)).toHaveLength(11);
  });

  it("the database may lose the answer to what was recorded: it is recorded once", async () => {
    world.db.localNeon.setFault({ kind: "commit_then_drop", nth: 1, sqlIncludes: "recorded AS" });
    const endpoint = await during(500, async () => undefined);
    world.db.localNeon.clearFaults();
    expect(await deliveriesOf(world, endpoint)).toMatchObject([{ attempts: "1", failures: "1" }]);
  });

  it("the database may lose the answer to the claim: it is sent once the lease is over", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.db.localNeon.setFault({ kind: "commit_then_drop", nth: 1, sqlIncludes: "leased AS" });
    await expect(deliver(world, endpoint)).rejects.toThrow("unavailable");
    world.db.localNeon.clearFaults();
    expect(await deliver(world, endpoint)).toBe(Date.now() + 60_000);
    pass(60_000);
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(1);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { RETRY_DELAYS_MS } from "../../src/webhooks/retry-schedule.ts";
import {
  commitBody,
  commitEvents,
  DAY_MS,
  type DeliveryWorld,
  deliver,
  deliveriesOf,
  endpointRow,
  newEndpoint,
  newSecret,
  pass,
  receivedBy,
  secretBox,
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

describe("an event that is due", () => {
  it("arrives with the body that was committed, and counts as delivered", async () => {
    const endpoint = await newEndpoint(world);
    const [id] = await commitEvents(world, endpoint.partnerId);
    expect(await deliver(world, endpoint)).toBeUndefined();
    const [request] = receivedBy(world, endpoint);
    expect(request).toMatchObject({
      id,
      type: "order.paid",
      headers: { "user-agent": "SnapAct-Connect/1.0", "content-type": "application/json" },
    });
    expect(JSON.parse(request!.body)).toMatchObject({ id, type: "order.paid", data: { n: 1 } });
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "delivered", attempts: "1", error: null, response_code: "204", lease_id: null },
    ]);
  });

  it("is sent no second time", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(1);
  });

  it("comes with hundreds of others, five of them at once and no more", async () => {
    const endpoint = await newEndpoint(world);
    const ids = await commitEvents(world, endpoint.partnerId, { count: 203 });
    let most = 0;
    const five = Promise.withResolvers<void>();
    world.receiver.react = async () => {
      most = Math.max(most, world.receiver.underWay);
      if (most === 5) five.resolve();
      await five.promise;
      return { status: 200 };
    };
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(203);
    expect(new Set(receivedBy(world, endpoint).map(({ id }) => id))).toEqual(new Set(ids));
    expect(most).toBe(5);
  });

  it("is left to the next invocation when hundreds were sent: one may make so many requests and no more", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId, { count: 601 });
    while ((await fanOut(world.db.database, Date.now())).events > 0);
    expect(await deliver(world, endpoint)).toBe(Date.now());
    expect(receivedBy(world, endpoint)).toHaveLength(600);
    expect(await deliver(world, endpoint)).toBeUndefined();
    expect(receivedBy(world, endpoint)).toHaveLength(601);
  });

  it("is signed with both secrets while a rotated one overlaps, and then with the new one alone", async () => {
    const endpoint = await newEndpoint(world);
    const next = newSecret();
    await run(
      `update webhook_endpoints set sealed_previous_secret = sealed_secret, sealed_secret = decode($2, 'hex'),
         previous_secret_until = $3 where endpoint_id = $1`,
      endpoint.endpointId,
      await secretBox.seal(next, endpoint.endpointId),
      new Date(Date.now() + 60_000).toISOString(),
    );
    // The old secret is still good here.
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    world.receiver.secrets.set(endpoint.path, next);
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    pass(60_000);
    await commitEvents(world, endpoint.partnerId);
    await deliver(world, endpoint);
    const signatures = receivedBy(world, endpoint).map(({ headers }) =>
      headers["x-snapact-signature"]!.split(","),
    );
    expect(signatures.map(({ length }) => length)).toEqual([2, 2, 1]);
  });
});

describe("an attempt that fails", () => {
  it("is repeated after 5 s, 5 min, … and given up after the ninth time, with the same bytes and new timestamps", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    // An acknowledgement now and then keeps the endpoint: five days of nothing but failures would disable it.
    world.receiver.react = ({ type }) => ({ status: type === "order.paid" ? 500 : 200 });
    const waits: number[] = [];
    for (let attempt = 1; attempt <= 10; attempt++) {
      const startedMs = Date.now();
      const nextMs = await deliver(world, endpoint);
      if (attempt === 10) expect(nextMs).toBeUndefined();
      else {
        waits.push(nextMs! - startedMs);
        pass(nextMs! - 1 - startedMs);
        // A moment early: nothing happens.
        await deliver(world, endpoint);
        expect(receivedBy(world, endpoint)).toHaveLength(attempt);
        pass(1);
      }
    }
    expect(waits).toEqual(RETRY_DELAYS_MS);
    const requests = receivedBy(world, endpoint);
    expect(requests).toHaveLength(10);
    expect(new Set(requests.map(({ id, body }) => id + body)).size).toBe(1);
    expect(new Set(requests.map(({ headers }) => headers["x-snapact-timestamp"])).size).toBe(10);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "failed", attempts: "10", error: "refused", response_code: "500", next_attempt_ms: null },
    ]);
    pass(30 * DAY_MS);
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(10);
  });

  it("is repeated when Retry-After says", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.receiver.react = () => ({ status: 429, headers: { "Retry-After": "3600" } });
    expect(await deliver(world, endpoint)).toBe(Date.now() + 3_600_000);
  });

  it("does not hold up what comes after it", async () => {
    const endpoint = await newEndpoint(world);
    const [first] = await commitEvents(world, endpoint.partnerId);
    world.receiver.react = ({ id }) => ({ status: id === first ? 500 : 200 });
    await deliver(world, endpoint);
    await commitEvents(world, endpoint.partnerId, { count: 12 });
    await deliver(world, endpoint);
    const statuses = (await deliveriesOf(world, endpoint)).map(({ status }) => status);
    expect(statuses.filter((status) => status === "delivered")).toHaveLength(12);
    expect(statuses.filter((status) => status === "pending")).toHaveLength(1);
  });

  it.each([
    ["a connection that is cut", "drop" as const, "unreachable", null],
    [
      "a redirection, which is not followed",
      { status: 302, headers: { Location: "/hooks/elsewhere" } },
      "redirected",
      "302",
    ],
    [
      "a permanent redirection",
      { status: 308, headers: { Location: "/hooks/elsewhere" } },
      "redirected",
      "308",
    ],
    ["a refusal", { status: 401 }, "refused", "401"],
    ["an error", { status: 503 }, "refused", "503"],
  ])("says why: %s", async (_what, reaction, error, code) => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.receiver.react = () => reaction;
    await deliver(world, endpoint);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "pending", error, response_code: code },
    ]);
    expect(world.receiver.received.map(({ path }) => path)).not.toContain("/hooks/elsewhere");
  });

  it("ends when its time is over", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId, { count: 2 });
    const time = new AbortController();
    let askedMs = 0;
    const timeout = (ms: number) => {
      askedMs = ms;
      return time.signal;
    };
    world.receiver.react = () => {
      if (world.receiver.underWay === 2) setImmediate(() => time.abort());
      return "hang";
    };
    await deliver(world, endpoint, { ...world.context, timeout });
    expect(askedMs).toBe(15_000);
    const timedOut = { status: "pending", attempts: "1", error: "timeout", response_code: null };
    expect(await deliveriesOf(world, endpoint)).toMatchObject([timedOut, timedOut]);
  });

  it("is not made at all when the body is longer than receivers count on", async () => {
    const endpoint = await newEndpoint(world);
    await commitBody(world, endpoint.partnerId, JSON.stringify("é".repeat(10_000)));
    pass(1);
    await commitBody(world, endpoint.partnerId, JSON.stringify("é".repeat(9_999)));
    await deliver(world, endpoint);
    expect(receivedBy(world, endpoint)).toHaveLength(1);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "failed", attempts: "0", error: "too_large" },
      { status: "delivered", attempts: "1", error: null },
    ]);
    expect(await endpointRow(world, endpoint)).toMatchObject({ failing_since: null });
  });
});

describe("what a receiver answers", () => {
  const kept = async (body: string | Uint8Array): Promise<string | null | undefined> => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.receiver.react = () => ({ status: 200, body });
    await deliver(world, endpoint);
    return (await deliveriesOf(world, endpoint))[0]?.["response_body"];
  };

  it("is kept, but not beyond 1,000 bytes", async () => {
    expect(await kept("")).toBe("");
    expect(await kept("thank you")).toBe("thank you");
    expect(await kept("x".repeat(1000))).toBe("x".repeat(1000));
    expect(await kept("x".repeat(1_000_000))).toBe("x".repeat(1000));
  });

  it("is cut between characters, and made text whatever it is", async () => {
    expect(await kept(`x${"é".repeat(600)}`)).toBe(`x${"é".repeat(499)}`);
    expect(await kept(`xy${"😀".repeat(300)}`)).toBe(`xy${"😀".repeat(249)}`);
    expect(await kept(new Uint8Array([104, 0, 105, 255, 106]))).toBe("hi\uFFFDj");
    expect(await kept(new Uint8Array(1000).fill(255))).toBe("\uFFFD".repeat(333));
  });

  it("may stop in the middle: what came until the time was over is kept", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    const time = new AbortController();
    world.receiver.react = () => "stall";
    const begun: typeof fetch = async (...asked) => {
      const response = await fetch(...asked);
      setImmediate(() => time.abort());
      return response;
    };
    await deliver(world, endpoint, { ...world.context, fetch: begun, timeout: () => time.signal });
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "delivered", response_body: "so far" },
    ]);
  });

  it("may have no end: an acknowledgement is one all the same", async () => {
    const endpoint = await newEndpoint(world);
    await commitEvents(world, endpoint.partnerId);
    world.receiver.react = () => "endless";
    await deliver(world, endpoint);
    expect(await deliveriesOf(world, endpoint)).toMatchObject([
      { status: "delivered", response_body: "x".repeat(1000) },
    ]);
    await expect.poll(() => world.receiver.underWay).toBe(0);
  });
});

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { parseWireId } from "../../src/ids.ts";
import {
  makeDelivery,
  type Shop,
  startWebhooksWorld,
  uuidOf,
  WEBHOOKS,
  type WebhooksWorld,
} from "./webhooks-app.ts";

const START_MS = Date.parse("2026-11-21T10:00:00.000Z");
const HOUR_MS = 3_600_000;

let world: WebhooksWorld;
let shop: Shop;
let hookId: string;
beforeAll(async () => {
  world = await startWebhooksWorld();
});
beforeEach(async () => {
  world.app.nowMs = START_MS;
  shop = await world.app.approvedPartner("Shop");
  hookId = (await world.hook(shop)).webhook_id;
  world.wakeUps.length = 0;
});
afterAll(() => world.db.stop());

const ask = (method: string, path: string, body?: object) =>
  world.ask(method, `${WEBHOOKS}/${hookId}${path}`, { token: shop.token, ...(body && { body }) });
const list = async (query = "") => (await ask("GET", `/deliveries${query}`)).json.items;
const rowOf = async (uuid: string) =>
  (await world.query("SELECT * FROM webhook_deliveries WHERE delivery_id = $1", [uuid]))[0];
const redeliver = (deliveryId: string) => ask("POST", `/deliveries/${deliveryId}/redeliver`);
const make = (more: Parameters<typeof makeDelivery>[2]) => makeDelivery(world, hookId, more);
const iso = (epochMs: number) => new Date(epochMs).toISOString();

describe("a test event", () => {
  it("is one of type webhook.test, left for this webhook alone, and due now", async () => {
    await world.hook(shop, { events: ["*"] });
    const { status, json } = await ask("POST", "/test");
    expect(status).toBe(202);
    expect(json).toEqual({
      delivery_id: expect.stringMatching(/^dlv_/),
      event_id: expect.stringMatching(/^evt_/),
      event_type: "webhook.test",
      status: "pending",
      attempts: 0,
      response_code: null,
      response_body: null,
      duration_ms: null,
      error: null,
      created_at: iso(START_MS),
      last_attempt_at: null,
      next_attempt_at: iso(START_MS),
      ended_at: null,
    });
    expect(await list()).toEqual([json]);
    const [event] = await world.query("SELECT status, type, payload FROM outbox_events WHERE event_id = $1", [
      parseWireId("evt", json.event_id) ?? "",
    ]);
    // Nobody hands it on to other webhooks.
    expect(event).toMatchObject({ status: "dispatched", type: "webhook.test" });
    const body = JSON.parse(event?.["payload"] ?? "");
    expect(body).toEqual({
      id: json.event_id,
      type: "webhook.test",
      created_at: iso(START_MS),
      partner_id: shop.partnerId,
      data: { message: expect.any(String) },
    });
    expect(event?.["payload"]).toBe(JSON.stringify(body));
    expect(
      await world.query("SELECT endpoint_id FROM webhook_deliveries WHERE partner_id = $1", [
        parseWireId("ptr", shop.partnerId) ?? "",
      ]),
    ).toEqual([{ endpoint_id: uuidOf(hookId) }]);
    expect(world.wakeUps).toEqual([{ kind: "endpoint", endpoint_id: uuidOf(hookId) }]);
  });

  it.each(["paused", "disabled"])("is not sent while the webhook is %s", async (status) => {
    await world.query(
      `UPDATE webhook_endpoints SET status = $2::webhook_status, disabled_at = CASE WHEN $2 = 'disabled' THEN now() END,
         disabled_reason = CASE WHEN $2 = 'disabled' THEN 'gone' END WHERE endpoint_id = $1`,
      [uuidOf(hookId), status],
    );
    expect(await ask("POST", "/test")).toMatchObject({ status: 409, json: { code: "conflict" } });
    expect([await list(), world.wakeUps]).toEqual([[], []]);
  });

  it("is not sent for a partner that is not approved", async () => {
    await world.ask("POST", `/admin/partners/${shop.partnerId}/suspend`, {
      token: await mintDevToken("operator"),
    });
    expect((await ask("POST", "/test")).status).toBe(403);
    expect(await list()).toEqual([]);
  });
});

describe("the deliveries of a webhook", () => {
  it("are listed as they stand, the newest first, of all statuses or one, page by page", async () => {
    const statuses = ["failed", "delivered", "pending", "delivered", "failed", "pending", "failed"];
    const made: { deliveryId: string; status: string }[] = [];
    for (const [i, status] of statuses.entries()) {
      const sent = { attempts: i, response_code: 500 + i, response_body: `no ${i}`, duration_ms: 10 * i };
      const { deliveryId } = await make({
        status,
        atMs: START_MS + i,
        ...sent,
        error: "http_status",
        last_attempt_at: iso(START_MS + 60_000),
      });
      made.unshift({ deliveryId, status });
    }
    await makeDelivery(world, (await world.hook(shop)).webhook_id, { atMs: START_MS });

    for (const status of [undefined, "failed", "delivered", "pending"]) {
      const expected = made.filter((each) => status === undefined || each.status === status);
      for (const limit of [1, 2, 3, 7]) {
        const found: string[] = [];
        for (let cursor: string | null = ""; cursor !== null; ) {
          const query: string = `${status ? `&status=${status}` : ""}${cursor && `&cursor=${cursor}`}`;
          const { json } = await ask("GET", `/deliveries?limit=${limit}${query}`);
          found.push(...json.items.map((item: { delivery_id: string }) => item.delivery_id));
          cursor = json.next_cursor;
        }
        expect(found).toEqual(expected.map(({ deliveryId }) => deliveryId));
      }
    }
    expect((await list())[0]).toEqual({
      delivery_id: made[0]?.deliveryId,
      event_id: expect.stringMatching(/^evt_/),
      event_type: "order.paid",
      status: "failed",
      attempts: 6,
      response_code: 506,
      response_body: "no 6",
      duration_ms: 60,
      error: "http_status",
      created_at: iso(START_MS + 6),
      last_attempt_at: iso(START_MS + 60_000),
      next_attempt_at: null,
      ended_at: iso(START_MS + 6),
    });
  });

  it.each(["?status=sent", "?event_type=order.paid", "?limit=0", "?cursor=evt_01k9w2r4q5f8m2r6v9x3z7b1cd"])(
    "are not listed when the question is not right: %s",
    async (query) => expect((await ask("GET", `/deliveries${query}`)).status).toBe(400),
  );
});

describe("redelivering one", () => {
  it.each(["failed", "delivered", "pending"])(
    "schedules it from the start when it is %s, and keeps what became of it",
    async (status) => {
      const before = { response_code: 503, response_body: "busy", duration_ms: 12, error: "http_status" };
      const { deliveryId, uuid } = await make({
        status,
        atMs: START_MS,
        failures: 4,
        attempts: 5,
        ...before,
      });
      const event = await rowOf(uuid);
      world.app.nowMs += HOUR_MS;
      const { status: answered, json } = await redeliver(deliveryId);
      expect([answered, json]).toEqual([202, (await list())[0]]);
      expect(json).toMatchObject({
        delivery_id: deliveryId,
        status: "pending",
        attempts: 5,
        ...before,
        created_at: iso(START_MS),
        next_attempt_at: iso(START_MS + HOUR_MS),
        ended_at: null,
      });
      expect(await rowOf(uuid)).toMatchObject({
        failures: "0",
        lease_id: null,
        event_id: event?.["event_id"],
      });
      expect(world.wakeUps).toEqual([{ kind: "endpoint", endpoint_id: uuidOf(hookId) }]);
    },
  );

  it("does not touch one that is being sent, until its sender is surely gone", async () => {
    const lease = { lease_id: "0199aa00-0000-7000-8000-000000000000", leased_until: iso(START_MS + 60_000) };
    const { deliveryId, uuid } = await make({ status: "pending", atMs: START_MS, ...lease });
    const before = await rowOf(uuid);
    world.app.nowMs += 59_999;
    expect(await redeliver(deliveryId)).toMatchObject({ status: 409, json: { code: "conflict" } });
    expect(await rowOf(uuid)).toEqual(before);
    world.app.nowMs += 1;
    expect((await redeliver(deliveryId)).status).toBe(202);
    // Who comes back now finds that the lease is not his.
    expect(await rowOf(uuid)).toMatchObject({ lease_id: null, leased_until: null });
  });

  it("waits while the webhook is paused, and is refused while it is disabled", async () => {
    const { deliveryId } = await make({ atMs: START_MS });
    await ask("PATCH", "", { status: "paused" });
    expect((await redeliver(deliveryId)).status).toBe(202);
    await world.query(
      "UPDATE webhook_endpoints SET status = 'disabled', disabled_at = now(), disabled_reason = 'gone' WHERE endpoint_id = $1",
      [uuidOf(hookId)],
    );
    expect(await redeliver(deliveryId)).toMatchObject({ status: 409, json: { code: "conflict" } });
    const failed_since = iso(START_MS);
    expect((await ask("POST", "/redeliver", { failed_since })).status).toBe(409);
  });

  it("finds deliveries of this webhook alone", async () => {
    const other = await world.hook(shop);
    const { deliveryId } = await makeDelivery(world, other.webhook_id, { atMs: START_MS });
    for (const id of [deliveryId, "dlv_01k9w2r4s7h0p4t8x1z5b9d3ef", "evt_01k9w2r4s7h0p4t8x1z5b9d3ef", "x"]) {
      expect(await redeliver(id)).toMatchObject({
        status: 404,
        json: { detail: "There is no delivery with this id." },
      });
    }
  });
});

describe("redelivering all that failed since a moment", () => {
  it("schedules those whose event is of that moment or later, and no others", async () => {
    const at = (ms: number, status = "failed") => make({ atMs: START_MS + ms, status });
    const [, before, at0, after] = [await at(-HOUR_MS), await at(-1), await at(0), await at(HOUR_MS)];
    const [delivered, pending] = [await at(1, "delivered"), await at(1, "pending")];
    const otherHook = (await world.hook(shop)).webhook_id;
    const others = await makeDelivery(world, otherHook, { atMs: START_MS + 1 });
    world.app.nowMs += 2 * HOUR_MS;
    const failed_since = iso(START_MS);
    expect(await ask("POST", "/redeliver", { failed_since })).toMatchObject({
      status: 202,
      json: { redelivered: 2, has_more: false },
    });
    for (const { uuid } of [at0, after]) {
      expect(await rowOf(uuid)).toMatchObject({
        status: "pending",
        failures: "0",
        attempts: "10",
        ended_at: null,
      });
    }
    const dueAt = (await list("?status=pending")).map(
      (each: { next_attempt_at: string }) => each.next_attempt_at,
    );
    expect(dueAt.toSorted()).toEqual([iso(START_MS + 1), ...Array(2).fill(iso(START_MS + 2 * HOUR_MS))]);
    expect((await rowOf(before.uuid))?.["status"]).toBe("failed");
    expect((await rowOf(delivered.uuid))?.["status"]).toBe("delivered");
    expect((await rowOf(pending.uuid))?.["next_attempt_at"]).not.toBe(null);
    expect((await rowOf(others.uuid))?.["status"]).toBe("failed");
    expect(world.wakeUps).toEqual([{ kind: "endpoint", endpoint_id: uuidOf(hookId) }]);

    expect((await ask("POST", "/redeliver", { failed_since })).json).toEqual({
      redelivered: 0,
      has_more: false,
    });
    expect((await ask("POST", "/redeliver", { failed_since: "0001-01-01T00:00:00Z" })).json.redelivered).toBe(
      2,
    );
    expect((await ask("POST", "/redeliver", { failed_since: "9999-12-31T23:59:59Z" })).json.redelivered).toBe(
      0,
    );
  });

  it("takes the ten thousand oldest first, and says that there are more", async () => {
    const hex = (START_MS + 1).toString(16).padStart(12, "0");
    await world.query(
      `WITH ids AS (
         SELECT n, (substr($2, 1, 8) || '-' || substr($2, 9) || '-7000-8001-' || lpad(to_hex(n), 12, '0'))::uuid AS id
         FROM generate_series(1, 10500) n),
       events AS (
         INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at)
         SELECT id, partner_id, 'order.paid', '{}', now() FROM webhook_endpoints, ids WHERE endpoint_id = $1 RETURNING *)
       INSERT INTO webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, status, created_at, ended_at)
       SELECT gen_random_uuid(), partner_id, $1, event_id, 'failed', now(), now() FROM events`,
      [uuidOf(hookId), hex],
    );
    const failed_since = iso(START_MS);
    const first = await ask("POST", "/redeliver", { failed_since });
    expect(first.json).toEqual({ redelivered: 10_000, has_more: true });
    const [left] = await world.query(
      `SELECT count(*) AS n, min(right(event_id::text, 12)) AS oldest FROM webhook_deliveries
       WHERE endpoint_id = $1 AND status = 'failed'`,
      [uuidOf(hookId)],
    );
    expect(left).toEqual({ n: "500", oldest: (10_001).toString(16).padStart(12, "0") });
    expect((await ask("POST", "/redeliver", { failed_since })).json).toEqual({
      redelivered: 500,
      has_more: false,
    });
  });
});

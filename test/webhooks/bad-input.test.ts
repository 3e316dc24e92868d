import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOOK, type Shop, startWebhooksWorld, uuidOf, WEBHOOKS, type WebhooksWorld } from "./webhooks-app.ts";

let world: WebhooksWorld;
let shop: Shop;
let hookId: string;
beforeAll(async () => {
  world = await startWebhooksWorld();
  shop = await world.app.approvedPartner("Strict");
  hookId = (await world.hook(shop)).webhook_id;
});
afterAll(() => world.db.stop());

const stateOf = () =>
  world.query(
    `SELECT (SELECT json_agg(e) FROM webhook_endpoints e)::text AS endpoints, (SELECT count(*) FROM webhook_deliveries) AS deliveries,
      (SELECT count(*) FROM audit_records) AS records, (SELECT count(*) FROM outbox_events) AS events`,
  );

/** That the request is refused with this error first, and that nothing happens. */
async function expectRefusal(method: string, path: string, body: unknown, pointer: string, code: string) {
  const before = await stateOf();
  const { status, json } = await world.ask(method, path, { token: shop.token, body });
  expect([status, json.code]).toEqual([400, "invalid_body"]);
  expect(json.errors[0]).toEqual({ pointer, code, detail: expect.any(String) });
  expect(await stateOf()).toEqual(before);
  return json.errors[0].detail;
}

const EVENTS = ["catalog.item.upserted", "order.paid"];
const MEMBERS: readonly [pointer: string, code: string, change: object][] = [
  ["/url", "invalid", { url: "" }],
  ["/url", "invalid", { url: null }],
  ["/url", "invalid", { url: 443 }],
  ["/url", "invalid", { url: `https://shop.example.com/${"x".repeat(2048)}` }],
  ["/url", "invalid", { url: "https://10.0.0.1/" }],
  ["/url", "nul", { url: "https://shop.example.com/\0" }],
  ["/url", "lone_surrogate", { url: "https://shop.example.com/\ud800" }],
  ["/events", "invalid", { events: [] }],
  ["/events", "invalid", { events: "order.paid" }],
  ["/events", "invalid", { events: null }],
  ["/events", "invalid", { events: ["order.paid", "order.paid"] }],
  ["/events", "invalid", { events: Array.from({ length: 21 }, (_, i) => `commerce.event_${i}`) }],
  ["/events/1", "invalid", { events: ["order.paid", "order.shipped"] }],
  ["/events/0", "invalid", { events: ["order.*"] }],
  ["/events/0", "invalid", { events: ["webhook.test"] }],
  ["/events/0", "invalid", { events: ["commerce."] }],
  ["/events/0", "invalid", { events: ["Commerce.purchase"] }],
  ["/events/0", "invalid", { events: [`commerce.${"x".repeat(56)}`] }],
  ["/events/0", "invalid", { events: [null] }],
  ["/description", "invalid", { description: "" }],
  ["/description", "invalid", { description: "  " }],
  ["/description", "invalid", { description: "x".repeat(201) }],
  ["/description", "invalid", { description: 1 }],
  ["/descripton", "unknown", { descripton: "Till" }],
  ["/secret", "unknown", { secret: "whsec_mine" }],
  ["/partner_id", "unknown", { partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa" }],
  ["/disabled_reason", "unknown", { disabled_reason: null }],
];

describe("a webhook that is not right", () => {
  it.each(MEMBERS)("is not created: at %j %s", (pointer, code, change) =>
    expectRefusal("POST", WEBHOOKS, { ...HOOK, ...change }, pointer, code),
  );

  it.each([
    ["/url", { events: EVENTS }],
    ["/events", { url: HOOK.url }],
  ])("is not created without %s", (pointer, body) =>
    expectRefusal("POST", WEBHOOKS, body, pointer, "missing"),
  );

  it("is not created as something else than it will be", async () => {
    expect(
      await expectRefusal("POST", WEBHOOKS, { ...HOOK, status: "paused" }, "/status", "unknown"),
    ).toContain("unknown member");
  });

  it("is told which event types there are", async () => {
    const detail = await expectRefusal(
      "POST",
      WEBHOOKS,
      { ...HOOK, events: ["order.shipped"] },
      "/events/0",
      "invalid",
    );
    for (const type of ["catalog.item.deleted", "order.status.updated", "commerce.*", "*"])
      expect(detail).toContain(type);
  });
});

describe("a change that is not right", () => {
  const path = () => `${WEBHOOKS}/${hookId}`;

  it.each(MEMBERS)("does not happen: at %j %s", (pointer, code, change) =>
    expectRefusal("PATCH", path(), change, pointer, code),
  );

  it.each([
    ["", {}],
    ["", []],
    ["/status", { status: "disabled" }],
    ["/status", { status: null }],
  ])("does not happen: at %j %j", (pointer, body) =>
    expectRefusal("PATCH", path(), body, pointer, "invalid"),
  );
});

describe("a request that is not right", () => {
  it.each([
    ["/rotate", { overlap_s: null }, "invalid"],
    ["/rotate", { overlap_s: -1 }, "invalid"],
    ["/rotate", { overlap_s: 0.5 }, "invalid"],
    ["/rotate", { overlap_s: "60" }, "invalid"],
    ["/rotate", { overlap_s: 604_801 }, "invalid"],
  ])("rotates nothing: %s %j", (path, body, code) =>
    expectRefusal("POST", `${WEBHOOKS}/${hookId}${path}`, body, "/overlap_s", code),
  );

  it.each([
    [{}, "missing"],
    [{ failed_since: null }, "invalid"],
    [{ failed_since: 0 }, "invalid"],
    [{ failed_since: "yesterday" }, "invalid"],
    [{ failed_since: "2026-11-21" }, "invalid"],
    [{ failed_since: "2026-02-30T00:00:00Z" }, "invalid"],
    [{ failed_since: "2026-11-21T10:00:00+01:00" }, "invalid"],
  ])("redelivers nothing: %j", (body, code) =>
    expectRefusal("POST", `${WEBHOOKS}/${hookId}/redeliver`, body, "/failed_since", code),
  );

  it.each([
    ["DELETE", ""],
    ["POST", "/test"],
    ["POST", "/deliveries/dlv_01k9w2r4s7h0p4t8x1z5b9d3ef/redeliver"],
  ])("has a body where there is nothing to say: %s %s", (method, path) =>
    expectRefusal(method, `${WEBHOOKS}/${hookId}${path}`, { force: true }, "/force", "unknown"),
  );

  it("has a query where none is known", async () => {
    for (const [method, path, body] of [
      ["POST", "?dry_run=true", HOOK],
      ["GET", `/${hookId}?expand=secret`, undefined],
      ["PATCH", `/${hookId}?force=1`, { status: "paused" }],
      ["DELETE", `/${hookId}?force=1`, undefined],
      ["POST", `/${hookId}/rotate?overlap_s=0`, { overlap_s: 0 }],
      ["POST", `/${hookId}/test?type=order.paid`, undefined],
    ] as const) {
      const { status, json } = await world.ask(method, `${WEBHOOKS}${path}`, { token: shop.token, body });
      expect([method, path, status, json.code]).toEqual([method, path, 400, "invalid_parameter"]);
    }
  });

  it("names what is no webhook's id", async () => {
    for (const id of [
      "whk_x",
      uuidOf(hookId),
      "key_01k9w2mz8he4t6c1x9b3n5s7vd",
      "whk_01k9w2q3r6g9n3s7w0y4a8c2de",
    ]) {
      const { status, json } = await world.ask("GET", `${WEBHOOKS}/${id}`, { token: shop.token });
      expect([id, status, json.detail]).toEqual([id, 404, "There is no webhook with this id."]);
    }
  });
});

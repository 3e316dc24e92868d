import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { parseConfig } from "../../src/config.ts";
import { createSecretBox } from "../../src/webhooks/secret-box.ts";
import { HOSTILE_URLS } from "./hostile-urls.ts";
import {
  HOOK,
  makeDelivery,
  type Shop,
  startWebhooksWorld,
  uuidOf,
  WEBHOOKS,
  type WebhooksWorld,
} from "./webhooks-app.ts";

let world: WebhooksWorld;
let operator: string;
beforeAll(async () => {
  world = await startWebhooksWorld();
  operator = await mintDevToken("operator");
});
afterAll(() => world.db.stop());

const newShop = (name = "Shop") => world.app.approvedPartner(name);
const at = (id: string, path = "") => `${WEBHOOKS}/${id}${path}`;
const patch = (shop: Shop, id: string, body: unknown) =>
  world.ask("PATCH", at(id), { token: shop.token, body });
const countOf = async (from: string) =>
  Number((await world.query(`SELECT count(*) AS n FROM ${from}`))[0]?.["n"]);
const set = (id: string, assignment: string) =>
  world.query(`UPDATE webhook_endpoints SET ${assignment} WHERE endpoint_id = $1`, [uuidOf(id)]);
const letPass = (ms: number) => {
  world.app.nowMs += ms;
};
const DISABLED = `status = 'disabled', disabled_reason = 'failing', disabled_at = '2026-11-20', failing_since = '2026-11-15'`;

describe("a webhook", () => {
  it("is created with a secret that is shown this once, and reads back as it was written", async () => {
    const shop = await newShop();
    const body = { ...HOOK, description: "Le système, à Yaba 🏪" };
    const { status, json } = await world.ask("POST", WEBHOOKS, { token: shop.token, body });
    expect(status).toBe(201);
    const { secret, ...webhook } = json;
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const now = new Date(world.app.nowMs).toISOString();
    expect(webhook).toEqual({
      webhook_id: expect.stringMatching(/^whk_/),
      ...body,
      status: "active",
      disabled_reason: null,
      disabled_at: null,
      failing_since: null,
      previous_secret_until: null,
      created_at: now,
      updated_at: now,
    });
    expect((await world.ask("GET", at(webhook.webhook_id), { token: shop.token })).json).toEqual(webhook);
    expect((await world.ask("GET", WEBHOOKS, { token: shop.token })).json).toEqual({
      items: [webhook],
      next_cursor: null,
    });
  });

  it("is listed with the partner's others, the newest first, page by page", async () => {
    const shop = await newShop();
    const ids: string[] = [];
    for (let i = 0; i < 5; i++) {
      letPass(1);
      ids.unshift((await world.hook(shop)).webhook_id);
    }
    for (const limit of [1, 2, 5]) {
      const found: string[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const { json } = await world.ask("GET", `${WEBHOOKS}?limit=${limit}${query}`, { token: shop.token });
        found.push(...json.items.map((item: { webhook_id: string }) => item.webhook_id));
        cursor = json.next_cursor;
      }
      expect(found).toEqual(ids);
    }
  });

  it("belongs to a partner that is approved when it is created", async () => {
    const shop = await newShop();
    await world.ask("POST", `/admin/partners/${shop.partnerId}/suspend`, { token: operator });
    const create = (token: string) => world.ask("POST", WEBHOOKS, { token, body: HOOK });
    expect(await create(shop.token)).toMatchObject({ status: 403, json: { code: "forbidden" } });
    const nobody = await mintDevToken("partner", "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa");
    expect(await create(nobody)).toMatchObject({
      status: 404,
      json: { detail: "There is no partner with this id." },
    });
  });

  it("is one of ten at most, however many are asked for at a time", async () => {
    const shop = await newShop();
    const answers = await Promise.all(
      Array.from({ length: 14 }, (_, i) =>
        world.ask("POST", WEBHOOKS, { token: shop.token, body: HOOK, by: i % 2 ? world.app : world.other }),
      ),
    );
    const created = answers.filter(({ status }) => status === 201);
    expect(created).toHaveLength(10);
    for (const { status, json } of answers)
      if (status !== 201) expect([status, json.code]).toEqual([409, "conflict"]);
    await world.ask("DELETE", at(created[0]?.json.webhook_id), { token: shop.token });
    expect((await world.ask("POST", WEBHOOKS, { token: shop.token, body: HOOK })).status).toBe(201);
    expect((await world.ask("POST", WEBHOOKS, { token: shop.token, body: HOOK })).status).toBe(409);
  });

  it("is for a partner's own token: no key, operator, marketplace or buyer gets near it", async () => {
    const shop = await newShop();
    const { webhook_id } = await world.hook(shop);
    const key = await world.ask("POST", "/partners/me/connect/keys", {
      token: shop.token,
      body: { label: "till", scopes: ["catalog:write", "orders:write"] },
    });
    const buyer = await mintDevToken("buyer");
    for (const token of [key.json.key, operator, await mintDevToken("marketplace"), buyer]) {
      for (const [method, path, body] of [
        ["GET", "", undefined],
        ["PATCH", "", { status: "paused" }],
        ["DELETE", "", undefined],
        ["POST", "/rotate", { overlap_s: 0 }],
        ["POST", "/test", undefined],
        ["GET", "/deliveries", undefined],
        ["POST", "/redeliver", { failed_since: "2026-11-21T10:00:00Z" }],
        ["POST", "/deliveries/dlv_01k9w2r4s7h0p4t8x1z5b9d3ef/redeliver", undefined],
      ] as const) {
        expect((await world.ask(method, at(webhook_id, path), { token, body })).status).toBe(403);
      }
    }
  });
});

describe("where a webhook may not be", () => {
  it("is told at /url, when it is created and when it is changed, and nothing happens", async () => {
    const shop = await newShop();
    const { secret: _, ...webhook } = await world.hook(shop);
    for (const url of HOSTILE_URLS) {
      for (const answer of [
        await world.ask("POST", WEBHOOKS, { token: shop.token, body: { ...HOOK, url } }),
        await patch(shop, webhook.webhook_id, { url }),
      ]) {
        expect([url, answer.status, answer.json.code]).toEqual([url, 400, "invalid_body"]);
        expect(answer.json.errors).toEqual([
          { pointer: "/url", code: "invalid", detail: expect.stringMatching(/^url must /) },
        ]);
      }
    }
    expect((await world.ask("GET", WEBHOOKS, { token: shop.token })).json.items).toEqual([webhook]);
  });

  it("is not one's own machine while this is development", async () => {
    const url = "http://127.0.0.1:4000/hooks";
    expect((await world.hook(await newShop(), { url })).url).toBe(url);
  });
});

describe("changing a webhook", () => {
  it("changes what is named, and leaves the rest", async () => {
    const shop = await newShop();
    const { secret: _, ...webhook } = await world.hook(shop, { description: "Till" });
    let expected = webhook;
    for (const change of [
      { url: "https://other.shop.com/" },
      { events: ["*"] },
      { events: ["commerce.Cart-Left", "commerce.*", "catalog.item.deleted"], description: "Tills" },
      { description: null },
      { status: "paused" },
      { url: "https://pos.shop.com/", status: "active" },
    ]) {
      letPass(1000);
      expected = { ...expected, ...change, updated_at: new Date(world.app.nowMs).toISOString() };
      expect(await patch(shop, webhook.webhook_id, change)).toMatchObject({ status: 200, json: expected });
    }
    expect((await world.ask("GET", at(webhook.webhook_id), { token: shop.token })).json).toEqual(expected);
  });

  it("to what it is already changes and records nothing", async () => {
    const shop = await newShop();
    const { secret: _, ...webhook } = await world.hook(shop);
    await set(webhook.webhook_id, "failing_since = '2026-11-20'");
    letPass(1000);
    const same = { url: HOOK.url, events: HOOK.events, description: null, status: "active" };
    expect((await patch(shop, webhook.webhook_id, same)).json).toEqual({
      ...webhook,
      failing_since: "2026-11-20T00:00:00.000Z",
    });
    expect(await countOf(`audit_records WHERE subject_id = '${uuidOf(webhook.webhook_id)}'`)).toBe(1);
  });

  it.each([
    ["active", { status: "active", disabled_reason: null, disabled_at: null, failing_since: null }],
    ["paused", { status: "paused", disabled_reason: null, disabled_at: null }],
  ])("makes one that is disabled %s, and forgets why it was", async (status, expected) => {
    const shop = await newShop();
    const { webhook_id } = await world.hook(shop);
    await set(webhook_id, DISABLED);
    expect((await world.ask("GET", at(webhook_id), { token: shop.token })).json).toMatchObject({
      status: "disabled",
      disabled_reason: "failing",
      disabled_at: "2026-11-20T00:00:00.000Z",
      failing_since: "2026-11-15T00:00:00.000Z",
    });
    expect((await patch(shop, webhook_id, { status })).json).toMatchObject(expected);
  });

  it("forgets that it fails when the URL is another, and not when something else is", async () => {
    const shop = await newShop();
    const { webhook_id } = await world.hook(shop);
    await set(webhook_id, DISABLED);
    expect((await patch(shop, webhook_id, { events: ["*"] })).json.failing_since).toBe(
      "2026-11-15T00:00:00.000Z",
    );
    expect((await patch(shop, webhook_id, { url: "https://new.shop.com/" })).json).toMatchObject({
      status: "disabled",
      failing_since: null,
    });
  });

  it("wakes its sender when it is made active", async () => {
    const shop = await newShop();
    const { webhook_id } = await world.hook(shop);
    world.wakeUps.length = 0;
    await patch(shop, webhook_id, { status: "paused" });
    expect(world.wakeUps).toEqual([]);
    await patch(shop, webhook_id, { status: "active" });
    expect(world.wakeUps).toEqual([{ kind: "endpoint", endpoint_id: uuidOf(webhook_id) }]);
  });
});

describe("rotating a secret", () => {
  const box = () =>
    createSecretBox(
      parseConfig({
        ENVIRONMENT: "development",
        DATABASE_URL: "postgresql://a:b@c/d",
        DEV_JWT_SECRET: "x".repeat(32),
      }).encryptionKey,
    );
  /** The secrets that deliveries are signed with at the Worker's time. */
  async function secretsOf(webhookId: string): Promise<string[]> {
    const [row] = await world.query(
      `SELECT encode(sealed_secret, 'hex') AS now,
        CASE WHEN previous_secret_until > $2 THEN encode(sealed_previous_secret, 'hex') END AS before
       FROM webhook_endpoints WHERE endpoint_id = $1`,
      [uuidOf(webhookId), new Date(world.app.nowMs).toISOString()],
    );
    const sealed = [row?.["now"], row?.["before"]].filter((text) => typeof text === "string");
    return await Promise.all(sealed.map((text) => box().open(text, uuidOf(webhookId))));
  }
  const rotate = (shop: Shop, id: string, overlap_s: number) => rotateBy(shop, id, { overlap_s });
  const rotateBy = (shop: Shop, id: string, body?: object) =>
    world.ask("POST", at(id, "/rotate"), { token: shop.token, ...(body && { body }) });

  it("shows the new one this once; both sign until the overlap ends", async () => {
    const shop = await newShop();
    const { webhook_id, secret } = await world.hook(shop);
    expect(await secretsOf(webhook_id)).toEqual([secret]);
    const { status, json } = await rotate(shop, webhook_id, 3600);
    expect(status).toBe(201);
    const until = new Date(world.app.nowMs + 3_600_000).toISOString();
    expect(json).toMatchObject({ webhook_id, previous_secret_until: until });
    expect(json.secret).not.toBe(secret);
    expect(await secretsOf(webhook_id)).toEqual([json.secret, secret]);

    const shown = async () => (await world.ask("GET", at(webhook_id), { token: shop.token })).json;
    letPass(3_599_999);
    expect((await shown()).previous_secret_until).toBe(until);
    letPass(1);
    expect((await shown()).previous_secret_until).toBeNull();
    expect(
      (await world.ask("GET", WEBHOOKS, { token: shop.token })).json.items[0].previous_secret_until,
    ).toBeNull();
    expect(await secretsOf(webhook_id)).toEqual([json.secret]);
  });

  it.each([
    ["no body", undefined],
    ["an empty one", {}],
  ])("overlaps for a day when nothing is said of it: %s", async (_, body) => {
    const shop = await newShop();
    const { webhook_id, secret } = await world.hook(shop);
    letPass(1);
    const { status, json } = await rotateBy(shop, webhook_id, body);
    const until = new Date(world.app.nowMs + 86_400_000).toISOString();
    expect([status, json.previous_secret_until]).toEqual([201, until]);
    expect(await secretsOf(webhook_id)).toEqual([json.secret, secret]);
    const { json: audit } = await world.ask("GET", "/partners/me/audit", { token: shop.token });
    expect(audit.items[0]).toMatchObject({
      action: "webhook.secret_rotated",
      details: { overlap_s: 86_400 },
    });
  });

  it("without overlap forgets the old one at once, and a second rotation the one before", async () => {
    const shop = await newShop();
    const { webhook_id } = await world.hook(shop);
    const { json: second } = await rotate(shop, webhook_id, 3600);
    const { json: third } = await rotate(shop, webhook_id, 604_800);
    expect(await secretsOf(webhook_id)).toEqual([third.secret, second.secret]);
    const { json: fourth } = await rotate(shop, webhook_id, 0);
    expect(fourth.previous_secret_until).toBeNull();
    expect(await secretsOf(webhook_id)).toEqual([fourth.secret]);
    expect(
      await countOf(
        `webhook_endpoints WHERE endpoint_id = '${uuidOf(webhook_id)}' AND sealed_previous_secret IS NULL`,
      ),
    ).toBe(1);
  });
});

describe("deleting a webhook", () => {
  it("takes its deliveries along, however many, and nothing else", async () => {
    const shop = await newShop();
    const [doomed, kept] = [await world.hook(shop), await world.hook(shop)];
    for (const { webhook_id } of [doomed, kept]) {
      await makeDelivery(world, webhook_id, { atMs: world.app.nowMs });
      await makeDelivery(world, webhook_id, { status: "pending", atMs: world.app.nowMs });
    }
    await world.query(
      `WITH events AS (
         INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at)
         SELECT gen_random_uuid(), partner_id, 'order.paid', '{}', now() FROM webhook_endpoints, generate_series(1, 11000)
         WHERE endpoint_id = $1 RETURNING *)
       INSERT INTO webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, status, created_at, ended_at)
       SELECT gen_random_uuid(), partner_id, $1, event_id, 'delivered', now(), now() FROM events`,
      [uuidOf(doomed.webhook_id)],
    );
    const remove = () => world.ask("DELETE", at(doomed.webhook_id), { token: shop.token });
    expect(await remove()).toMatchObject({
      status: 200,
      json: { webhook_id: doomed.webhook_id, status: "deleted" },
    });
    expect(await countOf(`webhook_deliveries WHERE endpoint_id = '${uuidOf(doomed.webhook_id)}'`)).toBe(0);
    expect(await countOf(`webhook_deliveries WHERE endpoint_id = '${uuidOf(kept.webhook_id)}'`)).toBe(2);
    expect((await remove()).status).toBe(404);
    expect((await world.ask("GET", at(doomed.webhook_id), { token: shop.token })).status).toBe(404);
    expect((await patch(shop, doomed.webhook_id, { status: "active" })).status).toBe(404);
    expect((await world.ask("GET", at(doomed.webhook_id, "/deliveries"), { token: shop.token })).status).toBe(
      404,
    );
  });
});

describe("the record of what was done with webhooks", () => {
  it("names who, what and the host, and no path, query or secret", async () => {
    const shop = await newShop();
    const url = "https://pos.shop.com/hooks/secret-path?token=secret-query";
    const { webhook_id } = await world.hook(shop, { url });
    const failed_since = "2026-11-21T10:00:00Z";
    const ask = (method: string, path: string, body?: object) => {
      letPass(1);
      return world.ask(method, at(webhook_id, path), { token: shop.token, ...(body && { body }) });
    };
    await ask("PATCH", "", { url: `${url}2`, events: ["*"] });
    await ask("POST", "/rotate", { overlap_s: 60 });
    const test = await ask("POST", "/test");
    await ask("POST", "/redeliver", { failed_since });
    await ask("POST", `/deliveries/${test.json.delivery_id}/redeliver`);
    await ask("DELETE", "");

    const { json, text } = await world.ask("GET", "/partners/me/audit", { token: shop.token });
    const done = json.items
      .filter((record: { subject_id: string }) => record.subject_id === webhook_id)
      .map(({ action, details }: { action: string; details: object }) => [action, details]);
    expect(done.toReversed()).toEqual([
      ["webhook.created", { host: "pos.shop.com", events: HOOK.events, description: null }],
      ["webhook.updated", { host: "pos.shop.com", events: ["*"] }],
      ["webhook.secret_rotated", { overlap_s: 60 }],
      ["webhook.tested", { delivery_id: test.json.delivery_id }],
      ["webhook.redelivered", { failed_since }],
      ["webhook.redelivered", { delivery_id: test.json.delivery_id }],
      ["webhook.deleted", {}],
    ]);
    expect(text).not.toMatch(/secret-|whsec_/);
  });
});

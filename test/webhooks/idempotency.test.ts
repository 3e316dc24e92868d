import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../scripts/local-neon/faults.ts";
import {
  HOOK,
  makeDelivery,
  type Shop,
  startWebhooksWorld,
  type Told,
  uuidOf,
  WEBHOOKS,
  type WebhooksWorld,
} from "./webhooks-app.ts";

let world: WebhooksWorld;
beforeAll(async () => {
  world = await startWebhooksWorld();
});
afterEach(() => world.db.localNeon.clearFaults());
afterAll(() => world.db.stop());

type Stage = { readonly shop: Shop; readonly hookId: string; readonly deliveryId: string };

/** A partner with a webhook, and a delivery to it that failed. */
async function stage(name: string): Promise<Stage> {
  const shop = await world.app.approvedPartner(name);
  const hookId = (await world.hook(shop)).webhook_id;
  const { deliveryId } = await makeDelivery(world, hookId, { atMs: world.app.nowMs });
  // Records of one moment stand in no order.
  world.app.nowMs += 1;
  return { shop, hookId, deliveryId };
}

type Request = readonly [method: string, path: string, body?: unknown];

/** Every write: what it is called in the record, and what is asked. */
const WRITES: readonly { readonly action: string; readonly request: (on: Stage) => Request }[] = [
  { action: "webhook.created", request: () => ["POST", "", HOOK] },
  { action: "webhook.updated", request: ({ hookId }) => ["PATCH", `/${hookId}`, { status: "paused" }] },
  { action: "webhook.deleted", request: ({ hookId }) => ["DELETE", `/${hookId}`] },
  {
    action: "webhook.secret_rotated",
    request: ({ hookId }) => ["POST", `/${hookId}/rotate`, { overlap_s: 60 }],
  },
  { action: "webhook.secret_rotated", request: ({ hookId }) => ["POST", `/${hookId}/rotate`] },
  { action: "webhook.tested", request: ({ hookId }) => ["POST", `/${hookId}/test`] },
  {
    action: "webhook.redelivered",
    request: ({ hookId, deliveryId }) => ["POST", `/${hookId}/deliveries/${deliveryId}/redeliver`],
  },
  {
    action: "webhook.redelivered",
    request: ({ hookId }) => ["POST", `/${hookId}/redeliver`, { failed_since: "2026-01-01T00:00:00Z" }],
  },
];
const SHOWS_SECRET = new Set(["webhook.created", "webhook.secret_rotated"]);
const FAULTS: readonly (readonly [name: string, fault: Fault])[] = (
  ["refuse", "error500", "truncate", "commit_then_drop"] as const
).flatMap((kind) =>
  [1, 2].map((times) => [`${kind}, ${times} times`, { kind, times, sqlIncludes: "audit_records" }] as const),
);

describe.each(
  WRITES.map(
    (write) =>
      [
        write
          .request({ hookId: "{webhook_id}", deliveryId: "{id}" } as Stage)
          .slice(0, 2)
          .join(" "),
        write,
      ] as const,
  ),
)("%s", (_, { action, request }) => {
  const send = async ({ shop, ...on }: Stage, idempotencyKey: string): Promise<Told> => {
    const [method, path, body] = request({ shop, ...on });
    return await world.ask(method, `${WEBHOOKS}${path}`, { token: shop.token, body, idempotencyKey });
  };
  /** How often it happened, as the record says, besides the first webhook. */
  const timesDone = async (on: Stage): Promise<number> => {
    const { json } = await world.ask("GET", "/partners/me/audit?limit=100", { token: on.shop.token });
    const done = json.items.filter((record: { action: string }) => record.action === action);
    return done.length - (action === "webhook.created" ? 1 : 0);
  };

  it("with its Idempotency-Key again gets the same answer, from any Worker, and happens once", async () => {
    const on = await stage("Twice");
    const first = await send(on, "one-key");
    expect([200, 201, 202]).toContain(first.status);
    const [method, path, body] = request(on);
    const asked = { token: on.shop.token, idempotencyKey: "one-key" };
    for (const by of [world.app, world.other]) {
      by.nowMs += 3_600_000;
      const again = await world.ask(method, `${WEBHOOKS}${path}`, { ...asked, body, by });
      if (SHOWS_SECRET.has(action)) {
        expect(again.json).toMatchObject({
          status: 409,
          code: "already_created",
          created_id: first.json.webhook_id,
        });
        expect(again.text).not.toContain("whsec_");
      } else {
        expect(again).toEqual(first);
      }
    }
    expect(await timesDone(on)).toBe(1);
    if (body !== undefined) {
      const other = await world.ask(method, `${WEBHOOKS}${path}`, {
        ...asked,
        body: `${JSON.stringify(body)} `,
      });
      expect([other.status, other.json.code]).toEqual([422, "idempotency_key_reused"]);
    }
  });

  it.each(FAULTS)(
    "happens once when it is repeated with its key, whatever happens: %s",
    async (_title, fault) => {
      const on = await stage("Faulty");
      world.db.localNeon.setFault(fault);
      const first = await send(on, "faulty-key");
      expect([200, 201, 202, 503]).toContain(first.status);
      world.db.localNeon.clearFaults();
      if (first.status !== 503) expect(await timesDone(on)).toBe(1);
      expect([200, 201, 202, 409]).toContain((await send(on, "faulty-key")).status);
      expect(await timesDone(on)).toBe(1);
    },
  );
});

describe("a secret that was made while the connection died", () => {
  it("is shown when the Worker itself sent it once more, and is the one that signs", async () => {
    const { shop, hookId } = await stage("Unlucky");
    const sealed = async () =>
      (
        await world.query(
          "SELECT encode(sealed_secret, 'hex') AS sealed FROM webhook_endpoints WHERE endpoint_id = $1",
          [uuidOf(hookId)],
        )
      )[0]?.["sealed"];
    const before = await sealed();
    world.db.localNeon.setFault({
      kind: "commit_then_drop",
      times: 1,
      sqlIncludes: "UPDATE webhook_endpoints",
    });
    const { status, json } = await world.ask("POST", `${WEBHOOKS}/${hookId}/rotate`, {
      token: shop.token,
      body: { overlap_s: 0 },
      idempotencyKey: "unlucky",
    });
    expect([status, json.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    expect(await sealed()).not.toBe(before);
  });
});

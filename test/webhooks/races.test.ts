import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseWireId } from "../../src/ids.ts";
import { claimDeliveries } from "../../src/webhooks/claim-queries.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { recordOutcomes } from "../../src/webhooks/record-queries.ts";
import { type Shop, startWebhooksWorld, uuidOf, WEBHOOKS, type WebhooksWorld } from "./webhooks-app.ts";

const ON_A_REAL_SERVER = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];
const ROUNDS = 15;
const SENDERS = 3;

let world: WebhooksWorld;
beforeAll(async () => {
  world = await startWebhooksWorld();
});
afterAll(() => world.db.stop());

/** Events of the partner that nobody has handed on. */
async function leaveEvents({ partnerId }: Shop, count: number): Promise<void> {
  await world.query(
    `INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at)
     SELECT gen_random_uuid(), $1, 'order.paid', '{}', now() FROM generate_series(1, $2::int4)`,
    [parseWireId("ptr", partnerId) ?? "", String(count)],
  );
}

/** Claims what is due and records that it failed or, every other time, was delivered. */
async function send(hookId: string, turn: number): Promise<void> {
  const nowMs = world.app.nowMs;
  const claim = await claimDeliveries(world.db.database, uuidOf(hookId), nowMs);
  if (claim === undefined) return;
  const outcomes = claim.deliveries.map(({ deliveryId }, i) => {
    const failed = (turn + i) % 2 === 0;
    return {
      deliveryId,
      error: failed ? ("refused" as const) : null,
      atMs: nowMs,
      durationMs: 5,
      responseCode: failed ? 500 : 204,
      responseBody: "",
      retryAfter: null,
      nextAttemptMs: undefined,
    };
  });
  await recordOutcomes(world.db.database, claim, outcomes, nowMs);
}

describe.skipIf(!ON_A_REAL_SERVER)("a partner that changes its webhooks while they are sent to", () => {
  it("gets an answer to everything, and nobody waits for somebody who waits for him", {
    timeout: 120_000,
  }, async () => {
    const shop = await world.app.approvedPartner("Busy");
    const { token } = shop;
    const hooks: string[] = [];
    for (let i = 0; i < 3; i++) hooks.push((await world.hook(shop, { events: ["*"] })).webhook_id);
    const statuses: number[] = [];
    const ask = async (method: string, path: string, body?: object) => {
      const by = statuses.length % 2 === 0 ? world.app : world.other;
      const { status } = await world.ask(method, `${WEBHOOKS}/${path}`, { token, by, ...(body && { body }) });
      statuses.push(status);
    };

    for (let round = 0; round < ROUNDS; round++) {
      world.app.nowMs += 61_000;
      world.other.nowMs = world.app.nowMs;
      await leaveEvents(shop, 60);
      const doomed = round % 5 === 4 ? hooks.shift() : undefined;
      await Promise.all([
        ...Array.from({ length: 3 }, () => fanOut(world.db.database, world.app.nowMs)),
        ...hooks.flatMap((hook) => [
          ...Array.from({ length: SENDERS }, (_, turn) => send(hook, turn + round)),
          ask("POST", `${hook}/redeliver`, { failed_since: "2026-01-01T00:00:00Z" }),
          ask("POST", `${hook}/redeliver`, { failed_since: "2026-01-01T00:00:00Z" }),
          ask("PATCH", hook, { status: round % 3 === 0 ? "paused" : "active" }),
          ask("PATCH", hook, { status: "active" }),
          ask("POST", `${hook}/rotate`, { overlap_s: 60 }),
          ask("POST", `${hook}/test`),
        ]),
        ...(doomed === undefined
          ? []
          : [
              send(doomed, round),
              ask("DELETE", doomed),
              ask("POST", `${doomed}/test`),
              ask("DELETE", doomed),
            ]),
      ]);
      if (doomed !== undefined) hooks.push((await world.hook(shop, { events: ["*"] })).webhook_id);
    }

    expect(statuses.filter((status) => ![200, 201, 202, 404, 409].includes(status))).toEqual([]);
    const [left] = await world.query(
      `SELECT count(*) FILTER (WHERE e.endpoint_id IS NULL) AS orphans, count(*) FILTER (WHERE d.status = 'delivered') > 0 AS some
       FROM webhook_deliveries d LEFT JOIN webhook_endpoints e USING (endpoint_id)`,
    );
    expect(left).toEqual({ orphans: "0", some: "t" });
  });
});

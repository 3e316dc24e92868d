import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DEV_JWT_SECRET } from "../../scripts/dev-secrets.ts";
import { parseConfig } from "../../src/config.ts";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { createSecretBox } from "../../src/webhooks/secret-box.ts";
import { type Receiver, startReceiver } from "./receiver.ts";
import { startWebhooksWorld, uuidOf, WEBHOOKS, type WebhooksWorld } from "./webhooks-app.ts";

const CONFIG = parseConfig({
  ENVIRONMENT: "development",
  DATABASE_URL: "postgresql://user:password@localhost/database",
  DEV_JWT_SECRET,
});

let world: WebhooksWorld;
let receiver: Receiver;
beforeAll(async () => {
  [world, receiver] = [await startWebhooksWorld(), await startReceiver()];
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await world.db.stop();
});

/** What the sender of a webhook does, as the service is configured, at the Worker's time. */
const deliver = (webhookId: string) =>
  deliverToEndpoint(
    {
      database: world.db.database,
      secretBox: createSecretBox(CONFIG.encryptionKey),
      urlRules: CONFIG,
      fetch,
      now: () => world.app.nowMs,
      timeout: (ms) => AbortSignal.timeout(ms),
      random: () => 0.5,
    },
    uuidOf(webhookId),
  );

describe("a webhook created over the wire", () => {
  it("receives its test event, signed with the secret that was shown, and can be sent it again", async () => {
    const { token } = await world.app.approvedPartner("Receiver");
    const body = { url: `${receiver.address}/own`, events: ["order.paid"] };
    const { json: hook } = await world.ask("POST", WEBHOOKS, { token, body });
    receiver.secrets.set("/own", hook.secret);
    const path = `${WEBHOOKS}/${hook.webhook_id}`;
    const { json: sent } = await world.ask("POST", `${path}/test`, { token });
    await deliver(hook.webhook_id);
    const delivered = (await world.ask("GET", `${path}/deliveries`, { token })).json.items;
    expect(delivered).toMatchObject([
      {
        ...sent,
        status: "delivered",
        attempts: 1,
        response_code: 204,
        duration_ms: 0,
        ended_at: expect.any(String),
        next_attempt_at: null,
        last_attempt_at: expect.any(String),
        response_body: "",
      },
    ]);

    expect(
      (await world.ask("POST", `${path}/deliveries/${sent.delivery_id}/redeliver`, { token })).status,
    ).toBe(202);
    await deliver(hook.webhook_id);
    expect(receiver.received.map(({ id, type }) => [id, type])).toEqual(
      Array(2).fill([sent.event_id, "webhook.test"]),
    );
    expect(receiver.received[1]?.body).toBe(receiver.received[0]?.body);
    expect(receiver.forged).toBe(0);
  });

  it("is signed for with the old secret too while a rotation overlaps, and no longer", async () => {
    const { token } = await world.app.approvedPartner("Rotating receiver");
    const body = { url: `${receiver.address}/rotated`, events: ["*"] };
    const { json: hook } = await world.ask("POST", WEBHOOKS, { token, body });
    const path = `${WEBHOOKS}/${hook.webhook_id}`;
    const { json: rotated } = await world.ask("POST", `${path}/rotate`, { token, body: { overlap_s: 1 } });
    /** How many of these secrets a delivery of now does not verify with. */
    const refusing = async (...secrets: string[]) => {
      const before = receiver.forged;
      for (const secret of secrets) {
        receiver.secrets.set("/rotated", secret);
        await world.ask("POST", `${path}/test`, { token });
        await deliver(hook.webhook_id);
      }
      return receiver.forged - before;
    };
    expect(await refusing(rotated.secret, hook.secret)).toBe(0);
    world.app.nowMs += 1000;
    expect(await refusing(rotated.secret)).toBe(0);
    expect(await refusing(hook.secret)).toBe(1);
  });
});

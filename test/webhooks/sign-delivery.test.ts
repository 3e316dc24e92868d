import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import Stripe from "stripe";
import { describe, expect, it } from "vitest";
import { signedHeaders } from "../../src/webhooks/sign-delivery.ts";

const nowS = Math.floor(Date.now() / 1000);
const secretOf = (bytes: Uint8Array) => `whsec_${Buffer.from(bytes).toString("base64")}`;
const secrets = fc.uint8Array({ minLength: 24, maxLength: 24 }).map(secretOf);
const deliveries = fc.record({
  eventId: fc.stringMatching(/^evt_[0-9a-z]{26}$/),
  eventType: fc.constantFrom("catalog.item.upserted", "order.paid"),
  body: fc.json(),
  timestampS: fc.integer({ min: nowS - 200, max: nowS }),
});
const stripe = new Stripe("sk_test_none");

describe("the headers of a delivery", () => {
  it("satisfy standardwebhooks and stripe, libraries that others wrote", async () => {
    const satisfied = fc.asyncProperty(deliveries, secrets, async (delivery, secret) => {
      const headers = await signedHeaders(delivery, [secret]);
      expect(new Webhook(secret).verify(delivery.body, headers)).toEqual(JSON.parse(delivery.body));
      const stripeHeader = `t=${headers["X-SnapAct-Timestamp"]},${headers["X-SnapAct-Signature"]}`;
      const event: unknown = stripe.webhooks.constructEvent(delivery.body, stripeHeader, secret);
      expect(event).toEqual(JSON.parse(delivery.body));
    });
    await fc.assert(satisfied, { seed: 72 });
  });

  it("are what the contract says, to the letter", async () => {
    const secret = secretOf(new Uint8Array(24).fill(7));
    const delivery = {
      eventId: "evt_1",
      eventType: "order.paid",
      body: '{"a":"é"}',
      timestampS: 1_790_000_000,
    };
    expect(await signedHeaders(delivery, [secret])).toEqual({
      "X-SnapAct-Event-Id": "evt_1",
      "X-SnapAct-Event-Type": "order.paid",
      "X-SnapAct-Timestamp": "1790000000",
      "X-SnapAct-Signature": `v1=${createHmac("sha256", secret).update('1790000000.{"a":"é"}').digest("hex")}`,
      "webhook-id": "evt_1",
      "webhook-timestamp": "1790000000",
      "webhook-signature": `v1,${createHmac("sha256", Buffer.alloc(24, 7)).update('evt_1.1790000000.{"a":"é"}').digest("base64")}`,
    });
  });

  it("hold two signatures while a rotated secret overlaps, and each secret verifies", async () => {
    const both = fc.asyncProperty(deliveries, secrets, secrets, async (delivery, current, previous) => {
      const headers = await signedHeaders(delivery, [current, previous]);
      expect(headers["X-SnapAct-Signature"]).toMatch(/^v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/);
      expect(headers["webhook-signature"]).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
      for (const secret of [current, previous]) {
        expect(new Webhook(secret).verify(delivery.body, headers)).toEqual(JSON.parse(delivery.body));
        const stripeHeader = `t=${headers["X-SnapAct-Timestamp"]},${headers["X-SnapAct-Signature"]}`;
        expect(() => stripe.webhooks.constructEvent(delivery.body, stripeHeader, secret)).not.toThrow();
      }
    });
    await fc.assert(both, { seed: 73 });
  });

  it("satisfy nobody once body, id, time or secret is another", async () => {
    const refused = fc.asyncProperty(deliveries, secrets, secrets, async (delivery, secret, other) => {
      fc.pre(secret !== other);
      const headers = await signedHeaders(delivery, [secret]);
      const later = { ...headers, "webhook-timestamp": String(delivery.timestampS - 1) };
      const renamed = { ...headers, "webhook-id": "evt_0" };
      expect(() => new Webhook(secret).verify(`${delivery.body} `, headers)).toThrow();
      expect(() => new Webhook(secret).verify(delivery.body, later)).toThrow();
      expect(() => new Webhook(secret).verify(delivery.body, renamed)).toThrow();
      expect(() => new Webhook(other).verify(delivery.body, headers)).toThrow();
    });
    await fc.assert(refused, { seed: 74 });
  });
});

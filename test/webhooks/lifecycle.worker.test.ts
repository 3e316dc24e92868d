import { describe, expect, it } from "vitest";
import { ask, listAll } from "../partners/ask-partners.ts";
import { makePartner } from "../support/factories.ts";
import { personToken } from "../support/tokens.ts";

const WEBHOOKS = "/partners/me/connect/webhooks";

type Webhook = { webhook_id: string; url: string; status: string; secret?: string };

describe("a webhook's life in workerd", () => {
  it("from its creation, by way of another secret and a rest, to its end", async () => {
    const token = await personToken("partner", (await makePartner()).partnerId);
    const body = {
      url: "https://pos.shop.com/hooks",
      events: ["order.paid", "commerce.*"],
      description: null,
    };
    const { status, json: created } = await ask<Webhook>("POST", WEBHOOKS, { token, body });
    expect([status, created]).toMatchObject([
      201,
      { ...body, status: "active", previous_secret_until: null },
    ]);
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);

    const path = `${WEBHOOKS}/${created.webhook_id}`;
    const rotated = await ask<Webhook>("POST", `${path}/rotate`, { token, body: { overlap_s: 60 } });
    expect([rotated.status, rotated.json.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    expect(rotated.json.secret).not.toBe(created.secret);

    const paused = await ask<Webhook>("PATCH", path, { token, body: { status: "paused" } });
    expect(paused.json.status).toBe("paused");
    expect((await ask("POST", `${path}/test`, { token })).status).toBe(409);
    expect(await listAll(WEBHOOKS, token)).toEqual([paused.json]);
    expect(await listAll(`${path}/deliveries`, token)).toEqual([]);

    expect((await ask("DELETE", path, { token })).status).toBe(200);
    expect(await listAll(WEBHOOKS, token)).toEqual([]);
  });

  it("does not begin where nothing may be sent to", async () => {
    const token = await personToken("partner", (await makePartner()).partnerId);
    for (const url of [
      "https://0x7f.1/",
      "https://１２７.０.０.１/",
      "https://[::ffff:10.0.0.1]/",
      "https://app.local/",
    ]) {
      const { status, json } = await ask("POST", WEBHOOKS, { token, body: { url, events: ["*"] } });
      expect([status, json]).toMatchObject([400, { errors: [{ pointer: "/url" }] }]);
    }
  });
});

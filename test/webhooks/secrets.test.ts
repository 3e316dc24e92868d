import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startWebhooksWorld, WEBHOOKS, type WebhooksWorld } from "./webhooks-app.ts";

const ISSUED = 200;

let world: WebhooksWorld;
beforeAll(async () => {
  world = await startWebhooksWorld();
});
afterAll(() => world.db.stop());

/** Every row of every table, as text. */
async function dump(): Promise<string> {
  const tables = await world.query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  const rows: (string | null)[] = [];
  for (const { name } of tables) {
    for (const { text } of await world.query(`SELECT t::text AS text FROM ${name} t`)) rows.push(text ?? "");
  }
  return rows.join("\n");
}

describe("hundreds of issued secrets", () => {
  it("are nowhere in the database, the logs or later answers, in no encoding", async () => {
    const { token } = await world.app.approvedPartner("Secretive");
    const secrets: string[] = [];
    const answers: string[] = [];
    const hooks: string[] = [];
    for (let i = 0; secrets.length < ISSUED; i++) {
      const idempotencyKey = `issue-${i}`;
      if (i % 10 === 0) {
        world.db.localNeon.setFault({ kind: "commit_then_drop", times: 2, sqlIncludes: "sealed_secret" });
      }
      if (i % 10 === 5)
        world.db.localNeon.setFault({ kind: "error500", times: 1, sqlIncludes: "sealed_secret" });
      const request =
        hooks.length < 10
          ? { path: WEBHOOKS, body: { url: "https://pos.shop.com/", events: ["*"] } }
          : { path: `${WEBHOOKS}/${hooks[i % 10]}/rotate`, body: { overlap_s: i } };
      const ask = () => world.ask("POST", request.path, { token, body: request.body, idempotencyKey });
      const made = await ask();
      world.db.localNeon.clearFaults();
      // The connection was lost for good: the client asks again.
      const { status, json, text } = made.status === 503 ? await ask() : made;
      if (status === 201) secrets.push(json.secret);
      else answers.push(text);
      const hookId = json.webhook_id ?? json.created_id;
      if (hooks.length < 10 && hookId !== undefined) hooks.push(hookId);
      answers.push((await ask()).text);
      await world.ask("POST", `${WEBHOOKS}/${hookId}/test`, { token });
    }
    for (const path of [
      WEBHOOKS,
      `${WEBHOOKS}/${hooks[0]}`,
      `${WEBHOOKS}/${hooks[0]}/deliveries`,
      "/partners/me/audit",
    ])
      answers.push((await world.ask("GET", path, { token })).text);
    await Promise.all(world.app.behind);
    expect(world.app.log.length).toBeGreaterThan(ISSUED);

    const kept = (await dump()).toLowerCase();
    const said = (JSON.stringify(world.app.log) + answers.join("\n")).toLowerCase();
    expect(new Set(secrets).size).toBe(secrets.length);
    expect(kept).not.toContain("whsec_");
    for (const secret of secrets) {
      const key = secret.slice("whsec_".length);
      for (const form of [
        key,
        Buffer.from(key).toString("hex"),
        Buffer.from(key, "base64").toString("hex"),
      ]) {
        expect(kept.includes(form.toLowerCase()) || said.includes(form.toLowerCase())).toBe(false);
      }
    }
  });
});

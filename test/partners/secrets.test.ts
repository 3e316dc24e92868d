import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type PartnersApp, startPartnersApp } from "./partners-app.ts";

const KEYS = "/partners/me/connect/keys";
const ISSUED = 1000;

let db: TestDatabase;
let app: PartnersApp;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startPartnersApp(db.localNeon);
});
afterAll(() => db.stop());

/** Every row of every table, the one of migrations included, as text. */
async function dump(): Promise<string> {
  const tables = await db.localNeon.query(
    "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  const rows: (string | null)[] = [];
  for (const { name } of tables) {
    for (const { text } of await db.localNeon.query(`SELECT t::text AS text FROM ${name} t`))
      rows.push(text ?? "");
  }
  return rows.join("\n");
}

describe("a thousand issued keys", () => {
  it("are nowhere in the database, the logs or later answers, except as SHA-256", async () => {
    const partners = [await app.approvedPartner("One"), await app.approvedPartner("Two")];
    const keys: string[] = [];
    const answers: string[] = [];
    for (let i = 0; keys.length < ISSUED && i < 2 * ISSUED; i++) {
      const token = partners[i % 2]?.token ?? "";
      const request = {
        token,
        body: { label: `till ${i}`, scopes: ["inventory:read"] },
        ...(i % 3 === 0 && { idempotencyKey: `issue-${i}` }),
      };
      // Now and then the connection dies, or the database does, and the request is sent again.
      if (i % 10 === 0)
        db.localNeon.setFault({ kind: "commit_then_drop", times: 2, sqlIncludes: "INSERT INTO api_keys" });
      if (i % 10 === 5)
        db.localNeon.setFault({ kind: "error500", times: 1, sqlIncludes: "INSERT INTO api_keys" });
      const created = await app.ask("POST", KEYS, request);
      db.localNeon.clearFaults();
      if (created.status !== 201) {
        answers.push(created.text, (await app.ask("POST", KEYS, request)).text);
        continue;
      }
      const key = String(created.json["key"]);
      keys.push(key);
      if (i % 4 === 0) {
        const rotation = { token, body: { overlap_s: 60 } };
        const rotated = await app.ask("POST", `${KEYS}/${created.json["key_id"]}/rotate`, rotation);
        keys.push(String(rotated.json["key"]));
      }
      if (i % 25 === 0)
        answers.push((await app.ask("GET", `/inventory/nearby?lat=91&lng=0`, { token: key })).text);
    }
    for (const { token } of partners) {
      answers.push((await app.ask("GET", `${KEYS}?limit=100`, { token })).text);
      answers.push((await app.ask("GET", "/partners/me/audit?limit=100", { token })).text);
    }
    await Promise.all(app.behind);
    expect(app.log.length).toBeGreaterThan(10);

    const kept = await dump();
    const said = JSON.stringify(app.log) + answers.filter((text) => !text.includes('"key":')).join("\n");
    expect(keys.length).toBeGreaterThanOrEqual(ISSUED);
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) {
      // All but the first characters, by which its owner knows it; in whatever encoding.
      const secret = key.slice(14);
      expect(kept.includes(secret) || said.includes(secret)).toBe(false);
      expect(kept.includes(Buffer.from(key).toString("hex"))).toBe(false);
      expect(kept.includes(Buffer.from(key).toString("base64").slice(0, 40))).toBe(false);
      const sha256 = createHash("sha256").update(key).digest("hex");
      expect([kept.split(sha256).length - 1, said.includes(sha256)]).toEqual([1, false]);
    }
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type PartnersApp, startPartnersApp, type Told } from "./partners-app.ts";

const KEYS = "/partners/me/connect/keys";
const TILL = { label: "till", scopes: ["inventory:read"] };
const ON_A_REAL_SERVER = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];

let db: TestDatabase;
/** Two Workers on one database. */
let app: PartnersApp;
let other: PartnersApp;
let operator: string;
let keys = 0;
const newKey = () => `retry-${++keys}`;

beforeAll(async () => {
  db = await startTestDatabase();
  app = await startPartnersApp(db.localNeon);
  other = await startPartnersApp(db.localNeon);
  operator = await mintDevToken("operator");
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

const count = async (from: string): Promise<number> =>
  Number((await db.localNeon.query(`SELECT count(*) AS n FROM ${from}`))[0]?.["n"]);
const apply = (to: PartnersApp, name: string, idempotencyKey: string) =>
  to.ask("POST", "/partners/applications", {
    body: { name, contact_email: "shop@example.com" },
    idempotencyKey,
  });
const applicationsOf = (name: string) => count(`partners WHERE name = '${name}'`);
/** How the first of several alike differs from the rest: how many answered with each status. */
const tally = (answers: readonly Told[]) =>
  Object.fromEntries(
    [...Map.groupBy(answers, ({ status }) => status)].map(([status, alike]) => [status, alike.length]),
  );

describe("a request that is sent again with its Idempotency-Key", () => {
  it("gets the same answer byte for byte, from any Worker, and happens once", async () => {
    const key = newKey();
    const first = await apply(app, "Once", key);
    expect(first.status).toBe(201);
    expect(await apply(app, "Once", key)).toEqual(first);
    expect(await apply(other, "Once", key)).toEqual(first);
    expect(await applicationsOf("Once")).toBe(1);
  });

  it("gets the first answer also when things have changed since", async () => {
    const { partnerId, token } = await app.approvedPartner("Changing");
    const key = newKey();
    const suspend = () =>
      app.ask("POST", `/admin/partners/${partnerId}/suspend`, { token: operator, idempotencyKey: key });
    const first = await suspend();
    expect(first.json["status"]).toBe("suspended");
    await app.ask("POST", `/admin/partners/${partnerId}/approve`, { token: operator });
    app.nowMs += 60_000;
    expect(await suspend()).toEqual(first);
    expect((await app.ask("GET", "/partners/me", { token })).json["status"]).toBe("approved");
  });

  it("is refused with another body, however little it differs", async () => {
    const key = newKey();
    await apply(app, "Mine", key);
    const answer = await apply(app, "Mine ", key);
    expect(answer.status).toBe(422);
    expect(answer.json["code"]).toBe("idempotency_key_reused");
    expect(await applicationsOf("Mine ")).toBe(0);
  });

  it("is another request on another path, and for another partner", async () => {
    const [a, b] = [await app.approvedPartner("A"), await app.approvedPartner("B")];
    const key = newKey();
    const answers = [
      await app.ask("POST", KEYS, { token: a.token, body: TILL, idempotencyKey: key }),
      await app.ask("POST", KEYS, { token: b.token, body: TILL, idempotencyKey: key }),
    ];
    for (const { json } of [...answers]) {
      const path = `${KEYS}/${json["key_id"]}/rotate`;
      const token = json === answers[0]?.json ? a.token : b.token;
      answers.push(await app.ask("POST", path, { token, body: { overlap_s: 60 }, idempotencyKey: key }));
    }
    expect(tally(answers)).toEqual({ 201: 4 });
    expect(new Set(answers.map(({ json }) => json["key"])).size).toBe(4);
  });

  it("is not remembered when it was refused: it may succeed later", async () => {
    const { partnerId, token } = await app.approvedPartner("Refused");
    const key = newKey();
    await app.ask("POST", `/admin/partners/${partnerId}/suspend`, { token: operator });
    const create = () => app.ask("POST", KEYS, { token, body: TILL, idempotencyKey: key });
    expect((await create()).status).toBe(403);
    await app.ask("POST", `/admin/partners/${partnerId}/approve`, { token: operator });
    expect((await create()).status).toBe(201);
  });

  it("does not see a secret a second time, but learns what was created", async () => {
    const { token } = await app.approvedPartner("Forgetful");
    const key = newKey();
    const create = () => app.ask("POST", KEYS, { token, body: TILL, idempotencyKey: key });
    const { json: created } = await create();
    const again = await create();
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({ code: "already_created", created_id: created["key_id"] });
    expect(again.text).not.toContain(created["key"]);
    const { json } = await app.ask("GET", KEYS, { token });
    expect(json["items"]).toHaveLength(1);
  });

  it.each(["", "with space", "é", "x".repeat(256)])("is refused when the key is %j", async (key) => {
    const { token } = await app.approvedPartner("Strict");
    const answer = await app.ask("POST", KEYS, { token, body: TILL, idempotencyKey: key });
    expect(answer.status).toBe(400);
    expect(answer.json["code"]).toBe("invalid_header");
  });
});

describe("when the connection dies", () => {
  it.each(["commit_then_drop", "truncate", "refuse"] as const)(
    "a write with a key is sent once more, shows its secret and has happened once: %s",
    async (kind) => {
      const { token } = await app.approvedPartner("Unlucky");
      db.localNeon.setFault({ kind, times: 1, sqlIncludes: "INSERT INTO api_keys" });
      const answer = await app.ask("POST", KEYS, { token, body: TILL, idempotencyKey: newKey() });
      expect(answer.status).toBe(201);
      expect(answer.json["key"]).toMatch(/^snap_test_/);
      expect((await app.ask("GET", KEYS, { token })).json["items"]).toHaveLength(1);
    },
  );

  it("for good after the commit, the client's retry gets the answer, and it has happened once", async () => {
    const key = newKey();
    db.localNeon.setFault({ kind: "commit_then_drop", times: 2, sqlIncludes: "INSERT INTO partners" });
    const lost = await apply(app, "Dropped", key);
    expect(lost.status).toBe(503);
    const retried = await apply(other, "Dropped", key);
    expect(retried.status).toBe(201);
    expect(await apply(app, "Dropped", key)).toEqual(retried);
    expect(await applicationsOf("Dropped")).toBe(1);
  });

  it("after a key was created, the client's retry learns its id", async () => {
    const { token } = await app.approvedPartner("Dropped twice");
    const key = newKey();
    const create = () => app.ask("POST", KEYS, { token, body: TILL, idempotencyKey: key });
    db.localNeon.setFault({ kind: "commit_then_drop", times: 2, sqlIncludes: "INSERT INTO api_keys" });
    expect((await create()).status).toBe(503);
    const retried = await create();
    expect(retried.json["code"]).toBe("already_created");
    const { json } = await app.ask("GET", KEYS, { token });
    expect(json["items"]).toMatchObject([{ key_id: retried.json["created_id"] }]);
  });

  it("a write without a key is never sent twice", async () => {
    db.localNeon.setFault({ kind: "commit_then_drop", sqlIncludes: "INSERT INTO partners" });
    const before = db.localNeon.requestCount();
    const answer = await app.ask("POST", "/partners/applications", {
      body: { name: "Keyless", contact_email: "shop@example.com" },
    });
    expect(answer.status).toBe(503);
    expect(db.localNeon.requestCount() - before).toBe(1);
    expect(await applicationsOf("Keyless")).toBe(1);
  });

  it("audit and change are both there or both not, whatever the fault", async () => {
    for (const kind of ["refuse", "error500", "truncate", "commit_then_drop"] as const) {
      const { partnerId } = await app.approvedPartner(`Audited ${kind}`);
      db.localNeon.setFault({ kind, times: 1, sqlIncludes: "UPDATE partners" });
      await app.ask("POST", `/admin/partners/${partnerId}/suspend`, { token: operator });
      db.localNeon.clearFaults();
    }
    const [row] = await db.localNeon.query(`
      SELECT (SELECT count(*) FROM partners WHERE suspended_at IS NOT NULL AND name LIKE 'Audited %') AS changed,
        (SELECT count(*) FROM audit_records a JOIN partners p USING (partner_id)
         WHERE a.action = 'partner.suspended' AND p.name LIKE 'Audited %') AS recorded`);
    expect(row).toEqual({ changed: "2", recorded: "2" });
  });
});

describe.skipIf(!ON_A_REAL_SERVER)("when Workers race with one key", () => {
  it("one does it, and each of the others gets its answer or is told to come back", async () => {
    for (let round = 0; round < 20; round++) {
      const [name, key] = [`Race ${round}`, newKey()];
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, i) => apply(i % 2 === 0 ? app : other, name, key)),
      );
      const done = answers.filter(({ status }) => status === 201);
      expect(new Set(done.map(({ text }) => text)).size).toBe(1);
      for (const { status, json } of answers) {
        if (status !== 201) expect([status, json["code"]]).toEqual([409, "idempotency_key_in_use"]);
      }
      expect(await applicationsOf(name)).toBe(1);
      expect(await apply(other, name, key)).toEqual(done[0]);
    }
  });

  it("a key is created once and shown once", async () => {
    const { token } = await app.approvedPartner("Racing tills");
    for (let round = 0; round < 10; round++) {
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? app : other).ask("POST", KEYS, { token, body: TILL, idempotencyKey: key }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.every(({ json }) => RACE_CODES.includes(json["code"]))).toBe(true);
    }
    expect(await count("api_keys JOIN partners USING (partner_id) WHERE name = 'Racing tills'")).toBe(10);
  });

  it("with no overlap, the losers of a rotation are not told that the key is no longer active", async () => {
    const { token } = await app.approvedPartner("Rotating");
    for (let round = 0; round < 10; round++) {
      const { json: old } = await app.ask("POST", KEYS, { token, body: TILL });
      const key = newKey();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 === 0 ? app : other).ask("POST", `${KEYS}/${old["key_id"]}/rotate`, {
            token,
            body: { overlap_s: 0 },
            idempotencyKey: key,
          }),
        ),
      );
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
      expect(answers.every(({ json }) => RACE_CODES.includes(json["code"]))).toBe(true);
    }
  });
});

const RACE_CODES: readonly unknown[] = [undefined, "already_created", "idempotency_key_in_use"];

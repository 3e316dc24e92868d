import { beforeAll, describe, expect, it, vi } from "vitest";
import { parseApiKey } from "../../src/auth/api-key.ts";
import { parseWireId } from "../../src/ids.ts";
import { sql } from "../support/database.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";
import { ask, listAll } from "./ask-partners.ts";

const KEYS = "/partners/me/connect/keys";

type Partner = { partner_id: string; status: string; name: string };
type Key = {
  key_id: string;
  key: string;
  status: string;
  expires_at: string | null;
  last_used_at: string | null;
};
type AuditRecord = {
  action: string;
  subject_id: string;
  details: object;
  address: string | null;
  actor: object;
};

let operator: string;
beforeAll(async () => {
  operator = await personToken("operator");
});

/** A merchant that has applied. */
async function applicant(name = "Ọjà Stores") {
  const body = { name, contact_email: "ops@oja.example" };
  const { json } = await ask<{ partner_id: string; status: string }>("POST", "/partners/applications", {
    body,
  });
  const uuid = parseWireId("ptr", json.partner_id) ?? "";
  return { ...json, uuid, token: await personToken("partner", uuid) };
}
async function approved() {
  const partner = await applicant();
  await ask("POST", `/admin/partners/${partner.partner_id}/approve`, { token: operator });
  return partner;
}
async function keyOf(token: string, body: object = {}): Promise<Key> {
  const { json } = await ask<Key>("POST", KEYS, {
    token,
    body: { label: "Till 1", scopes: ["inventory:read"], ...body },
  });
  return json;
}
const opens = async (key: string) =>
  (await askWorker("/inventory/nearby?lat=0&lng=0", { headers: { "X-SnapAct-API-Key": key } })).status ===
  200;

describe("a partner's life", () => {
  it("begins with an application, which anyone may send, and waits for an operator", async () => {
    const partner = await applicant("Mama Put");
    expect(partner.status).toBe("pending");
    const { json } = await ask<Partner>("GET", "/partners/me", { token: partner.token });
    expect(json).toEqual({
      partner_id: partner.partner_id,
      name: "Mama Put",
      contact_email: "ops@oja.example",
      status: "pending",
      created_at: expect.any(String),
      approved_at: null,
      suspended_at: null,
    });
    const pending = await listAll<Partner>("/admin/partners?status=pending", operator);
    expect(pending.map(({ partner_id }) => partner_id)).toContain(partner.partner_id);
    expect(new Set(pending.map(({ status }) => status))).toEqual(new Set(["pending"]));
  });

  it("gives it no keys before approval, and says why", async () => {
    const { token } = await applicant();
    const { status, json } = await ask("POST", KEYS, {
      token,
      body: { label: "till", scopes: ["inventory:read"] },
    });
    expect([status, json["code"]]).toEqual([403, "forbidden"]);
    expect((await ask("GET", KEYS, { token })).json).toEqual({ items: [], next_cursor: null });
  });

  it("turns on approval and suspension; doing either twice changes and records nothing", async () => {
    const { partner_id, token } = await applicant();
    const decide = (verb: string) =>
      ask<Partner>("POST", `/admin/partners/${partner_id}/${verb}`, { token: operator });
    const first = await decide("approve");
    expect(first.json.status).toBe("approved");
    expect((await decide("approve")).json).toEqual(first.json);
    const suspended = await decide("suspend");
    expect(suspended.json).toMatchObject({ status: "suspended", suspended_at: expect.any(String) });
    expect((await decide("suspend")).json).toEqual(suspended.json);
    expect((await decide("approve")).json).toMatchObject({ status: "approved", suspended_at: null });
    const records = await listAll<AuditRecord>("/partners/me/audit", token);
    expect(records.map(({ action }) => action)).toEqual([
      "partner.approved",
      "partner.suspended",
      "partner.approved",
    ]);
  });

  it("leaves a suspended partner its lists and the right to revoke, but no new keys", async () => {
    const { partner_id, token } = await approved();
    const { key_id } = await keyOf(token);
    await ask("POST", `/admin/partners/${partner_id}/suspend`, { token: operator });
    const body = { overlap_s: 0 };
    expect((await ask("POST", `${KEYS}/${key_id}/rotate`, { token, body })).status).toBe(403);
    expect(await listAll<Key>(KEYS, token)).toMatchObject([{ key_id, status: "active" }]);
    expect((await ask("DELETE", `${KEYS}/${key_id}`, { token })).status).toBe(200);
  });

  it("does not begin for an id that nobody has", async () => {
    const nobody = "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa";
    const token = await personToken("partner", parseWireId("ptr", nobody));
    const till = { label: "till", scopes: ["inventory:read"] };
    expect((await ask("GET", "/partners/me", { token })).status).toBe(404);
    const { status, json } = await ask("POST", KEYS, { token, body: till });
    expect([status, json["detail"]]).toEqual([404, "There is no partner with this id."]);
    expect((await ask("POST", `/admin/partners/${nobody}/approve`, { token: operator })).status).toBe(404);
  });

  it("is in the hands of operators alone", async () => {
    const { partner_id, token } = await approved();
    const { key } = await keyOf(token);
    for (const credential of [token, key, await personToken("buyer"), await personToken("marketplace")]) {
      for (const [method, path] of [
        ["GET", "/admin/partners"],
        ["GET", "/admin/audit"],
        ["POST", `/admin/partners/${partner_id}/approve`],
        ["POST", `/admin/partners/${partner_id}/suspend`],
      ] as const) {
        expect((await ask(method, path, { token: credential })).status).toBe(403);
      }
    }
    expect((await ask("GET", "/admin/partners")).status).toBe(401);
  });
});

describe("a Connect key", () => {
  it("is shown once, works at once, and is listed without itself", async () => {
    const { token } = await approved();
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const scopes = ["metrics:read", "inventory:read"];
    const created = await keyOf(token, { label: "Till 1", scopes, expires_at: expiresAt });
    expect(parseApiKey(created.key, "development")).toBe(created.key);
    expect(await opens(created.key)).toBe(true);
    const { text, json } = await ask<{ items: Key[] }>("GET", KEYS, { token });
    expect(text).not.toContain(created.key);
    expect(json.items).toEqual([
      {
        key_id: created.key_id,
        label: "Till 1",
        prefix: created.key.slice(0, 14),
        scopes: ["inventory:read", "metrics:read"],
        status: "active",
        created_at: expect.any(String),
        last_used_at: json.items[0]?.last_used_at,
        expires_at: expiresAt,
        revoked_at: null,
      },
    ]);
  });

  it("shows when it was last used", async () => {
    const { token } = await approved();
    const { key } = await keyOf(token);
    await opens(key);
    await vi.waitFor(async () => {
      const [listed] = await listAll<Key>(KEYS, token);
      expect(Date.now() - Date.parse(listed?.last_used_at ?? "")).toBeLessThan(60_000);
    });
  });

  it("is revoked once and for good, and only it", async () => {
    const { token } = await approved();
    const [revoked, kept] = [await keyOf(token), await keyOf(token)];
    expect(await opens(revoked.key)).toBe(true);
    const revoke = () => ask<Key>("DELETE", `${KEYS}/${revoked.key_id}`, { token });
    const first = await revoke();
    expect(first.json.status).toBe("revoked");
    // When it was used last is noted behind an answer, and so may be known only now.
    const { last_used_at: _, ...same } = first.json;
    expect((await revoke()).json).toMatchObject(same);
    expect(await opens(kept.key)).toBe(true);
    const actions = (await listAll<AuditRecord>("/partners/me/audit", token)).map(({ action }) => action);
    expect(actions.filter((action) => action === "key.revoked")).toHaveLength(1);
  });

  it("is replaced by one that may do the same, and works on for the overlap", async () => {
    const { token } = await approved();
    const old = await keyOf(token, { scopes: ["inventory:read", "catalog:write"] });
    const rotate = (overlap_s: number) =>
      ask<Key>("POST", `${KEYS}/${old.key_id}/rotate`, { token, body: { overlap_s } });
    const rotated = await rotate(3600);
    expect(rotated.status).toBe(201);
    expect(rotated.json).toMatchObject({
      label: "Till 1",
      scopes: ["inventory:read", "catalog:write"],
      expires_at: null,
    });
    expect([await opens(old.key), await opens(rotated.json.key)]).toEqual([true, true]);
    const ends = (await listAll<Key>(KEYS, token)).find(({ key_id }) => key_id === old.key_id)?.expires_at;
    expect(Math.abs(Date.parse(ends ?? "") - Date.now() - 3_600_000)).toBeLessThan(60_000);

    await rotate(0);
    expect(await opens(rotated.json.key)).toBe(true);
    const refused = await rotate(0);
    expect([refused.status, refused.json]).toMatchObject([409, { code: "conflict" }]);
  });

  it("never lives longer because it is rotated", async () => {
    const { token } = await approved();
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const old = await keyOf(token, { expires_at: expiresAt });
    await ask("POST", `${KEYS}/${old.key_id}/rotate`, { token, body: { overlap_s: 86_400 } });
    const listed = (await listAll<Key>(KEYS, token)).find(({ key_id }) => key_id === old.key_id);
    expect(listed?.expires_at).toBe(expiresAt);
  });

  it("is one of many, listed page by page, each once", async () => {
    const { token } = await approved();
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push((await keyOf(token)).key_id);
    for (const limit of [1, 3, 7, 100]) {
      const listed = await listAll<Key>(KEYS, token, limit);
      expect(listed.map(({ key_id }) => key_id)).toEqual([...made].sort().reverse());
    }
  });
});

describe("the record of who did what", () => {
  it("holds who, what, when and from where, for operators and, for its own, the partner", async () => {
    const { partner_id, token } = await approved();
    const headers = { "CF-Connecting-IP": "203.0.113.7" };
    const body = { label: "Till 1", scopes: ["inventory:read"] };
    const { json: old } = await ask<Key>("POST", KEYS, { token, body, headers });
    const rotation = { token, body: { overlap_s: 60 }, headers };
    const { json: next } = await ask<Key>("POST", `${KEYS}/${old.key_id}/rotate`, rotation);
    await ask("DELETE", `${KEYS}/${next.key_id}`, { token, headers });
    const common = { audit_id: expect.any(String), partner_id, created_at: expect.any(String) };
    const owner = { ...common, actor: { kind: "partner", id: "test-partner" }, address: "203.0.113.7" };
    const approval = {
      ...common,
      action: "partner.approved",
      subject_id: partner_id,
      details: {},
      address: null,
    };
    const mine = [
      { ...owner, action: "key.revoked", subject_id: next.key_id, details: {} },
      {
        ...owner,
        action: "key.rotated",
        subject_id: old.key_id,
        details: { new_key_id: next.key_id, overlap_s: 60, expires_at: null },
      },
      {
        ...owner,
        action: "key.created",
        subject_id: old.key_id,
        details: { label: "Till 1", scopes: ["inventory:read"], expires_at: null },
      },
    ];
    expect(await listAll("/partners/me/audit", token)).toEqual([
      ...mine,
      { ...approval, actor: { kind: "operator", id: null } },
    ]);
    expect(await listAll(`/admin/audit?partner_id=${partner_id}`, operator)).toEqual([
      ...mine,
      { ...approval, actor: { kind: "operator", id: "test-operator" } },
    ]);
  });

  it.each(["UPDATE audit_records SET action = 'x'", "DELETE FROM audit_records", "TRUNCATE audit_records"])(
    "is append-only: %s",
    async (statement) => {
      await approved();
      await expect(sql.query(statement)).rejects.toThrow("append-only");
    },
  );
});

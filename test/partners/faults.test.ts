import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import type { Fault } from "../../scripts/local-neon/faults.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type PartnersApp, startPartnersApp } from "./partners-app.ts";

const KEYS = "/partners/me/connect/keys";
const TILL = { label: "till", scopes: ["inventory:read"] };

let db: TestDatabase;
let app: PartnersApp;
let operator: string;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startPartnersApp(db.localNeon);
  operator = await mintDevToken("operator");
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

type Shop = { readonly partnerId: string; readonly token: string; readonly keyId: string };

/** Every write that is recorded: what it is called, and what it changes at a shop with one active key. */
const WRITES: readonly {
  readonly action: string;
  readonly request: (shop: Shop) => readonly [method: string, path: string, token: string, body?: unknown];
  readonly done: string;
}[] = [
  {
    action: "partner.suspended",
    request: ({ partnerId }) => ["POST", `/admin/partners/${partnerId}/suspend`, operator],
    done: "SELECT count(*) AS n FROM partners WHERE status = 'suspended' AND name = $1",
  },
  {
    action: "key.created",
    request: ({ token }) => ["POST", KEYS, token, TILL],
    done: "SELECT count(*) - 1 AS n FROM api_keys JOIN partners USING (partner_id) WHERE name = $1",
  },
  {
    action: "key.rotated",
    request: ({ token, keyId }) => ["POST", `${KEYS}/${keyId}/rotate`, token, { overlap_s: 60 }],
    done: "SELECT count(*) - 1 AS n FROM api_keys JOIN partners USING (partner_id) WHERE name = $1",
  },
  {
    action: "key.revoked",
    request: ({ token, keyId }) => ["DELETE", `${KEYS}/${keyId}`, token],
    done: "SELECT count(revoked_at) AS n FROM api_keys JOIN partners USING (partner_id) WHERE name = $1",
  },
];
const FAULTS: readonly (readonly [name: string, fault: Fault])[] = [
  ...(["refuse", "error500", "truncate", "commit_then_drop"] as const).flatMap((kind) =>
    [1, 2].map(
      (times) => [`${kind}, ${times} times`, { kind, times, sqlIncludes: "audit_records" }] as const,
    ),
  ),
];

describe.each(WRITES)("$action, whatever happens to its statement", ({ action, request, done }) => {
  const recorded =
    "SELECT count(*) AS n FROM audit_records JOIN partners USING (partner_id) WHERE name = $1 AND action = $2";
  const numberOf = async (sql: string, ...values: string[]) =>
    Number((await db.localNeon.query(sql, values))[0]?.["n"]);

  it.each(FAULTS)(
    "happens once, and is recorded once, when it is repeated with its key: %s",
    async (title, fault) => {
      const name = `${action} ${title}`;
      const { partnerId, token } = await app.approvedPartner(name);
      const created = await app.ask("POST", KEYS, { token, body: TILL });
      // The shop's first key has a record too.
      const before = await numberOf(recorded, name, action);
      const [method, path, asker, body] = request({
        partnerId,
        token,
        keyId: String(created.json["key_id"]),
      });
      const send = () =>
        app.ask(method, path, { token: asker, body, idempotencyKey: `key of ${name}`.replaceAll(" ", "_") });

      db.localNeon.setFault(fault);
      const first = await send();
      expect([200, 201, 503]).toContain(first.status);
      const changed = await numberOf(done, name);
      expect((await numberOf(recorded, name, action)) - before).toBe(changed);
      if (first.status !== 503) expect(changed).toBe(1);

      db.localNeon.clearFaults();
      expect([200, 201, 409]).toContain((await send()).status);
      expect(await numberOf(done, name)).toBe(1);
      expect((await numberOf(recorded, name, action)) - before).toBe(1);
    },
  );
});

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { parseWireId, wireId } from "../../src/ids.ts";
import { sql } from "../support/database.ts";
import { personToken } from "../support/tokens.ts";
import { ask } from "./ask-partners.ts";

const KEYS = "/partners/me/connect/keys";

type Tenant = { readonly partnerId: string; readonly token: string; readonly keyIds: readonly string[] };

let mine: Tenant;
let theirs: Tenant;

beforeAll(async () => {
  [mine, theirs] = [await tenant("Mine"), await tenant("Theirs")];
});

async function tenant(name: string): Promise<Tenant> {
  const body = { name, contact_email: "shop@example.com" };
  const applied = await ask<{ partner_id: string }>("POST", "/partners/applications", { body });
  const partnerId = applied.json.partner_id;
  const operator = await personToken("operator");
  await ask("POST", `/admin/partners/${partnerId}/approve`, { token: operator });
  const token = await personToken("partner", parseWireId("ptr", partnerId));
  const keyIds: string[] = [];
  for (let i = 0; i < 5; i++) {
    const key = { label: `${name} ${i}`, scopes: ["inventory:read"] };
    keyIds.push((await ask<{ key_id: string }>("POST", KEYS, { token, body: key })).json.key_id);
  }
  return { partnerId, token, keyIds };
}

/** All that the database knows of the tenant. */
async function stateOf({ partnerId }: Tenant): Promise<unknown> {
  const id = parseWireId("ptr", partnerId);
  return [
    await sql`SELECT p::text FROM partners p WHERE partner_id = ${id}`,
    await sql`SELECT k::text FROM api_keys k WHERE partner_id = ${id} ORDER BY 1`,
    await sql`SELECT a::text FROM audit_records a WHERE partner_id = ${id} ORDER BY 1`,
  ];
}

const ROUTES: readonly { method: string; path: (id: string) => string; body?: unknown }[] = [
  { method: "GET", path: (id) => `/partners/me?partner_id=${id}` },
  { method: "GET", path: (id) => `/partners/me/audit?partner_id=${id}` },
  { method: "GET", path: (id) => `/partners/me/audit?cursor=${id}` },
  { method: "GET", path: (id) => `${KEYS}?cursor=${id}` },
  { method: "POST", path: () => KEYS, body: { label: "x" } },
  { method: "DELETE", path: (id) => `${KEYS}/${id}` },
  { method: "POST", path: (id) => `${KEYS}/${id}/rotate`, body: { overlap_s: 0 } },
  { method: "POST", path: (id) => `${KEYS}/${id}/rotate`, body: { overlap_s: -1 } },
  { method: "POST", path: (id) => `/admin/partners/${id}/suspend` },
  { method: "POST", path: (id) => `/admin/partners/${id}/approve` },
  { method: "GET", path: (id) => `/admin/audit?partner_id=${id}` },
];

describe("one partner with another's ids", () => {
  it("reads nothing, writes nothing, and gets the answers that invented ids get", async () => {
    const theirState = await stateOf(theirs);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ROUTES),
        fc.nat(5),
        fc.uint8Array({ minLength: 16, maxLength: 16 }),
        fc.option(fc.stringMatching(/^[!-~]{1,20}$/), { nil: undefined }),
        async ({ method, path, body }, which, random, key) => {
          const real = which === 5 ? theirs.partnerId : (theirs.keyIds[which] ?? "");
          const uuid = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
          const invented = wireId(which === 5 ? "ptr" : "key", uuid);
          const headers = { "X-Request-Id": "isolation-test", ...(key && { "Idempotency-Key": `${key}` }) };
          const request = { token: mine.token, headers, ...(body !== undefined && { body }) };
          const [toReal, toInvented] = [
            await ask(method, path(real), request),
            await ask(method, path(invented), request),
          ];
          expect(toReal.status).toBe(toInvented.status);
          // A list that starts at a cursor may show one's own, whosever id it is.
          if (toReal.status !== 200) expect(toReal.text).toBe(toInvented.text);
          for (const { text } of [toReal, toInvented]) {
            for (const secret of [theirs.partnerId, ...theirs.keyIds, "Theirs"]) {
              if (!path(real).includes(secret)) expect(text).not.toContain(secret);
              else expect(text.split(secret).length).toBeLessThanOrEqual(2);
            }
          }
        },
      ),
      { seed: 20_261_121, numRuns: 1000 },
    );
    expect(await stateOf(theirs)).toEqual(theirState);
  });

  it("finds the other's key where there is none, for every verb on it", async () => {
    const [keyId] = theirs.keyIds;
    for (const [method, path, body] of [
      ["DELETE", `${KEYS}/${keyId}`, undefined],
      ["POST", `${KEYS}/${keyId}/rotate`, { overlap_s: 0 }],
    ] as const) {
      const { status, json } = await ask(method, path, { token: mine.token, body });
      expect([status, json["detail"]]).toEqual([404, "There is no key with this id."]);
    }
  });

  it("knows nothing of the other's Idempotency-Keys", async () => {
    const body = { label: "till", scopes: ["inventory:read"] };
    const headers = { "Idempotency-Key": "one-and-the-same" };
    const answers = [
      await ask("POST", KEYS, { token: theirs.token, body, headers }),
      await ask("POST", KEYS, { token: mine.token, body: { ...body, label: "other" }, headers }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import { parseWireId } from "../../src/ids.ts";
import { sql } from "../support/database.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";
import { ask } from "./ask-partners.ts";

const APPLY = "/partners/applications";
const KEYS = "/partners/me/connect/keys";
const RIGHT = { name: "Shop", contact_email: "shop@example.com" };
const TILL = { label: "till", scopes: ["inventory:read"] };
const MEBIBYTE = 1024 * 1024;

let token: string;
let uuid: string;
let keyId: string;

beforeAll(async () => {
  const { json } = await ask<{ partner_id: string }>("POST", APPLY, { body: RIGHT });
  uuid = parseWireId("ptr", json.partner_id) ?? "";
  token = await personToken("partner", uuid);
  const operator = await personToken("operator");
  await ask("POST", `/admin/partners/${json.partner_id}/approve`, { token: operator });
  keyId = (await ask<{ key_id: string }>("POST", KEYS, { token, body: TILL })).json.key_id;
});

type Refusal = {
  code: string;
  errors: { pointer?: string; parameter?: string; code: string; detail: string }[];
};

const countAll = async () =>
  (
    await sql`SELECT (SELECT count(*) FROM partners) AS partners,
      (SELECT count(*) FROM api_keys WHERE partner_id = ${uuid}) AS keys,
      (SELECT count(*) FROM audit_records WHERE partner_id = ${uuid}) AS records,
      (SELECT expires_at FROM api_keys WHERE partner_id = ${uuid}) AS expiry`
  )[0];

describe("an application that is not right", () => {
  it.each<[pointer: string, code: string, body: unknown]>([
    ["/name", "missing", {}],
    ["/name", "invalid", { ...RIGHT, name: "" }],
    ["/name", "invalid", { ...RIGHT, name: "   " }],
    ["/name", "invalid", { ...RIGHT, name: "x".repeat(201) }],
    ["/name", "invalid", { ...RIGHT, name: null }],
    ["/name", "invalid", { ...RIGHT, name: { $ne: 1 } }],
    ["/contact_email", "invalid", { ...RIGHT, contact_email: "not an address" }],
    ["/contact_email", "invalid", { ...RIGHT, contact_email: `${"x".repeat(250)}@example.com` }],
    ["/email", "unknown", { ...RIGHT, email: "shop@example.com" }],
    ["/status", "unknown", { ...RIGHT, status: "approved" }],
    ["", "invalid", [RIGHT]],
    ["/name", "nul", '{"name":"a\\u0000b","contact_email":"shop@example.com"}'],
    ["/name", "lone_surrogate", '{"name":"a\\ud800b","contact_email":"shop@example.com"}'],
    ["/name", "number_out_of_range", `{"name":1${"0".repeat(400)},"contact_email":"shop@example.com"}`],
    [`/name${"/0".repeat(31)}`, "too_deep", `{"name":${"[".repeat(100_000)}${"]".repeat(100_000)}}`],
    ["", "syntax", "[".repeat(4_000_000)],
    ["", "syntax", ""],
    ["", "syntax", "{"],
    ["", "syntax", '{"name":"a","name":}'],
  ])("is refused at %j as %s", async (pointer, code, body) => {
    const { status, json } = await ask<Refusal>("POST", APPLY, { body });
    expect([status, json.code]).toEqual([400, "invalid_body"]);
    expect(json.errors[0]).toEqual({ pointer, code, detail: expect.any(String) });
  });

  it("is refused when it is not UTF-8, too large, or no JSON", async () => {
    const post = (body: NonNullable<RequestInit["body"]>, type = "application/json") =>
      askWorker(APPLY, { method: "POST", body, headers: { "Content-Type": type } });
    const large = `{"name":"${"x".repeat(4 * MEBIBYTE)}"}`;
    const chunks = [large.slice(0, MEBIBYTE), large.slice(MEBIBYTE)].map((text) =>
      new TextEncoder().encode(text),
    );
    const chunked = new ReadableStream({
      pull(controller) {
        const chunk = chunks.shift();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const answers = [
      await post(Uint8Array.of(0x7b, 0xff)),
      await post(large),
      await post(chunked),
      await post(JSON.stringify(RIGHT), "text/plain"),
      await post(new URLSearchParams(RIGHT), "application/x-www-form-urlencoded"),
    ];
    expect(
      await Promise.all(
        answers.map(async (answer) => [answer.status, ((await answer.json()) as Refusal).code]),
      ),
    ).toEqual([
      [400, "invalid_body"],
      [413, "payload_too_large"],
      [413, "payload_too_large"],
      [415, "unsupported_media_type"],
      [415, "unsupported_media_type"],
    ]);
  });
});

describe("a request about keys that is not right", () => {
  it.each([
    [{ ...TILL, label: "" }, "/label"],
    [{ ...TILL, scopes: [] }, "/scopes"],
    [{ ...TILL, scopes: ["inventory:write"] }, "/scopes/0"],
    [{ ...TILL, scopes: Array(6).fill("inventory:read") }, "/scopes"],
    [{ ...TILL, expires_at: "2020-01-01T00:00:00Z" }, "/expires_at"],
    [{ ...TILL, expires_at: "next year" }, "/expires_at"],
    [{ ...TILL, expires_at: 1e12 }, "/expires_at"],
    [{ ...TILL, partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa" }, "/partner_id"],
  ])("is refused when it would create %j", async (body, pointer) => {
    const before = await countAll();
    const { status, json } = await ask<Refusal>("POST", KEYS, { token, body });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ pointer }]);
    expect(await countAll()).toEqual(before);
  });

  it.each([
    {},
    { overlap_s: -1 },
    { overlap_s: 1.5 },
    { overlap_s: "60" },
    { overlap_s: 2_592_001 },
    { overlap_s: 9e15 },
  ])("is refused when it would rotate with %j", async (body) => {
    const before = await countAll();
    const { status, json } = await ask<Refusal>("POST", `${KEYS}/${keyId}/rotate`, { token, body });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ pointer: "/overlap_s" }]);
    expect(await countAll()).toEqual(before);
  });

  it("is refused when it has a body where there is nothing to say", async () => {
    const { status, json } = await ask<Refusal>("DELETE", `${KEYS}/${keyId}`, {
      token,
      body: { force: true },
    });
    expect([status, json.errors[0]?.pointer]).toEqual([400, "/force"]);
  });

  it.each([
    "key_1",
    "x",
    "%00",
    "%ff",
    "key_01k9w2kz3xe7g9m2c5v8b1n4sd'--",
    "ptr_01k9w2kz3xe7g9m2c5v8b1n4sd",
    "..%2f..",
  ])("finds nothing at %s", async (id) => {
    expect((await ask("DELETE", `${KEYS}/${id}`, { token })).status).toBe(404);
  });

  it.each([
    ["GET", `${KEYS}?limit=0`, "limit"],
    ["GET", `${KEYS}?limit=101`, "limit"],
    ["GET", `${KEYS}?cursor=abc`, "cursor"],
    ["GET", `${KEYS}?cursor=ptr_01k9w2kz3xe7g9m2c5v8b1n4sd`, "cursor"],
    ["GET", `${KEYS}?labels=x`, "labels"],
    ["POST", `${KEYS}?dry_run=true`, "dry_run"],
    ["GET", "/partners/me?verbose=1", "verbose"],
  ])("is refused with the parameter's name: %s %s", async (method, path, parameter) => {
    const { status, json } = await ask<Refusal>(method, path, {
      token,
      ...(method === "POST" && { body: TILL }),
    });
    expect(status).toBe(400);
    expect(json.errors).toMatchObject([{ parameter }]);
  });
});

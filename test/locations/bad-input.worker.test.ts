import { beforeAll, describe, expect, it } from "vitest";
import { ask } from "../partners/ask-partners.ts";
import { sql } from "../support/database.ts";
import { makeApiKey } from "../support/factories.ts";
import { personToken } from "../support/tokens.ts";
import { at, LOCATIONS, makeTenant, SHOP } from "./shops.ts";

type Refusal = { code: string; errors: { pointer?: string; parameter?: string; code: string }[] };

let tenant: Awaited<ReturnType<typeof makeTenant>>;
beforeAll(async () => {
  tenant = await makeTenant();
});

const HOURS = { day: "mon", opens: "08:00", closes: "20:00" };
const TERMS = { radius_m: 5000, prep_minutes: 10, speed_kmh: 20 };
const withHours = (hours: unknown) => ({ ...SHOP, opening_hours: hours });
const withTerms = (terms: unknown) => ({ ...SHOP, delivery: terms });

const numberOfLocations = async () =>
  Number(
    (await sql`SELECT count(*) AS n FROM locations WHERE partner_id = ${tenant.partner.partnerId}`)[0]?.["n"],
  );

describe("a location that is not right", () => {
  it.each<[pointer: string, code: string, body: unknown]>([
    ["", "invalid", [SHOP]],
    ["", "syntax", ""],
    ["/name", "missing", { ...SHOP, name: undefined }],
    ["/lat", "missing", { ...SHOP, lat: undefined }],
    ["/lng", "missing", { ...SHOP, lng: undefined }],
    ["/timezone", "missing", { ...SHOP, timezone: undefined }],
    ["/name", "invalid", { ...SHOP, name: " " }],
    ["/name", "invalid", { ...SHOP, name: "x".repeat(201) }],
    ["/name", "nul", '{"name":"a\\u0000b"}'],
    ["/name", "lone_surrogate", '{"name":"a\\ud800b"}'],
    ["/lat", "invalid", { ...SHOP, lat: 90.000_001 }],
    ["/lat", "invalid", { ...SHOP, lat: "6.5" }],
    ["/lat", "invalid", { ...SHOP, lat: null }],
    ["/lat", "number_out_of_range", '{"lat":1e400}'],
    ["/lng", "invalid", { ...SHOP, lng: -180.000_001 }],
    ["/address", "invalid", { ...SHOP, address: "" }],
    ["/address", "invalid", { ...SHOP, address: "x".repeat(501) }],
    ["/timezone", "invalid", { ...SHOP, timezone: "Africa/Yaba" }],
    ["/timezone", "invalid", { ...SHOP, timezone: "+01:00" }],
    ["/timezone", "invalid", { ...SHOP, timezone: "PST" }],
    ["/opening_hours", "invalid", withHours({})],
    ["/opening_hours", "invalid", withHours(Array(101).fill(HOURS))],
    ["/opening_hours/1", "invalid", withHours([HOURS, null])],
    ["/opening_hours/0/day", "invalid", withHours([{ ...HOURS, day: "Monday" }])],
    ["/opening_hours/0/opens", "invalid", withHours([{ ...HOURS, opens: "24:00" }])],
    ["/opening_hours/0/opens", "invalid", withHours([{ ...HOURS, opens: "8:00" }])],
    ["/opening_hours/0/closes", "invalid", withHours([{ ...HOURS, closes: "24:01" }])],
    ["/opening_hours/0/closes", "invalid", withHours([{ ...HOURS, closes: "20:00\n" }])],
    ["/opening_hours/0/closes", "missing", withHours([{ day: "mon", opens: "08:00" }])],
    ["/opening_hours/0/close", "unknown", withHours([{ ...HOURS, close: "20:00" }])],
    ["/delivery", "invalid", withTerms(5000)],
    ["/delivery/radius_m", "missing", withTerms({ prep_minutes: 1 })],
    ["/delivery/radius_m", "invalid", withTerms({ ...TERMS, radius_m: -1 })],
    ["/delivery/radius_m", "invalid", withTerms({ ...TERMS, radius_m: 0.5 })],
    ["/delivery/radius_m", "invalid", withTerms({ ...TERMS, radius_m: 3e9 })],
    ["/delivery/prep_minutes", "missing", withTerms({ radius_m: 1 })],
    ["/delivery/prep_minutes", "invalid", withTerms({ ...TERMS, prep_minutes: "10" })],
    ["/delivery/speed_kmh", "invalid", withTerms({ ...TERMS, speed_kmh: 0 })],
    ["/delivery/speed_kmh", "invalid", withTerms({ ...TERMS, speed_kmh: null })],
    ["/delivery/radius", "unknown", withTerms({ ...TERMS, radius: 1 })],
    ["/location_ref", "unknown", { ...SHOP, location_ref: "x" }],
    ["/partner_id", "unknown", { ...SHOP, partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa" }],
  ])("is refused at %j as %s", async (pointer, code, body) => {
    const { status, json } = await ask<Refusal>("PUT", at("bad"), { token: tenant.key, body });
    expect([status, json.code]).toEqual([400, "invalid_body"]);
    expect(json.errors).toContainEqual({ pointer, code, detail: expect.any(String) });
    expect(await numberOfLocations()).toBe(0);
  });

  it.each([
    ["%00", "invalid"],
    ["a%00b", "invalid"],
    ["%", "encoding"],
    ["%zz", "encoding"],
    ["%ff", "encoding"],
    ["%ed%a0%80", "encoding"],
    ["%c0%80", "encoding"],
    ["x".repeat(129), "invalid"],
    [encodeURIComponent("🏪".repeat(129)), "invalid"],
  ])("is refused under the name %s as %s, whatever is to be done", async (ref, code) => {
    for (const method of ["PUT", "GET", "DELETE"]) {
      const { status, json } = await ask<Refusal>(method, `${LOCATIONS}/${ref}`, {
        token: tenant.key,
        ...(method === "PUT" && { body: SHOP }),
      });
      expect([status, json.code]).toEqual([400, "invalid_parameter"]);
      expect(json.errors).toMatchObject([{ parameter: "location_ref", code }]);
    }
  });

  it.each([
    ["GET", `${LOCATIONS}?limit=101`, "limit"],
    ["GET", `${LOCATIONS}?cursor=itm_01k9w2kz3xe7g9m2c5v8b1n4sd`, "cursor"],
    ["GET", `${at("x")}?fields=name`, "fields"],
    ["PUT", `${at("x")}?upsert=1`, "upsert"],
    ["DELETE", `${at("x")}?force=1`, "force"],
  ])("is refused with the parameter's name: %s %s", async (method, path, parameter) => {
    const { status, json } = await ask<Refusal>(method, path, { token: tenant.key });
    expect([status, json.errors]).toMatchObject([400, [{ parameter }]]);
  });
});

describe("who may not", () => {
  it("is told what is needed", async () => {
    const { key } = await makeApiKey(tenant.partner, ["inventory:read", "metrics:read"]);
    const partner = await personToken("partner", tenant.partner.partnerId);
    for (const token of [key, partner, await personToken("operator")]) {
      for (const [method, path] of [
        ["GET", LOCATIONS],
        ["GET", at("x")],
        ["PUT", at("x")],
        ["DELETE", at("x")],
      ] as const) {
        const { status, json } = await ask(method, path, { token });
        expect([status, json["detail"]]).toEqual([403, "This needs a key with the scope catalog:write."]);
      }
    }
    expect((await ask("GET", LOCATIONS)).status).toBe(401);
  });
});

describe("one partner with another's refs and ids", () => {
  it("reads nothing, writes nothing, and gets the answers that invented ones get", async () => {
    const theirs = await makeTenant();
    const { json: shop } = await theirs.put(
      "theirs",
      { ...SHOP, name: "Their shop" },
      { "Idempotency-Key": "k" },
    );
    for (const ref of ["theirs", shop.location_id, "invented"]) {
      for (const answer of [await tenant.get(ref), await tenant.remove(ref)]) {
        expect([answer.status, (answer.json as Record<string, unknown>)["detail"]]).toEqual([
          404,
          "There is no location with this location_ref.",
        ]);
      }
    }
    const { json: page } = await ask("GET", `${LOCATIONS}?cursor=${shop.location_id}`, { token: tenant.key });
    expect(page["items"]).toEqual([]);

    const mine = await tenant.put("theirs", SHOP, { "Idempotency-Key": "k" });
    expect(mine.status).toBe(201);
    expect(mine.json.location_id).not.toBe(shop.location_id);
    expect((await tenant.remove("theirs", { "Idempotency-Key": "k" })).status).toBe(200);
    expect((await theirs.get("theirs")).json).toEqual(shop);
  });
});

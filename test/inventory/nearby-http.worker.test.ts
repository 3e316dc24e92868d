import { beforeAll, describe, expect, it } from "vitest";
import { formatApiKey } from "../../src/auth/api-key.ts";
import { makeApiKey, makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { claimRegion, type Region } from "../support/regions.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";

const NEARBY = "/inventory/nearby";

let region: Region;
let buyer: Record<string, string>;
let nearby: string;

beforeAll(async () => {
  region = await claimRegion("nearby over HTTP");
  const partner = await makePartner({ name: "Mama Put" });
  await makeStock(await makeLocation(partner, region.at(100, 0)), await makeItem(partner));
  buyer = { Authorization: `Bearer ${await personToken("buyer")}` };
  nearby = `${NEARBY}?lat=${region.lat}&lng=${region.lng}`;
});

const SAYS_TOO_MUCH =
  /select |\bfrom \w+ where|sqlstate|postgres|neon|127\.0\.0\.1|localhost|\.ts:\d| {4}at /i;

/** The problem that an answer is, having all that a problem must have and nothing it must not. */
async function problemOf(response: Response) {
  const text = await response.text();
  const problem = JSON.parse(text);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(problem).toEqual({
    type: `/docs#problem-${problem.code}`,
    title: expect.any(String),
    status: response.status,
    detail: expect.any(String),
    instance: response.headers.get("X-Request-Id"),
    code: expect.any(String),
    ...(response.status === 400 && { errors: expect.any(Array) }),
  });
  expect(text).not.toMatch(SAYS_TOO_MUCH);
  return problem as { code: string; detail: string; errors: { parameter: string; detail: string }[] };
}

describe("who may ask what is nearby", () => {
  it("is a key with inventory:read, in either header, and a buyer", async () => {
    const { key } = await makeApiKey(await makePartner(), ["inventory:read"]);
    for (const headers of [{ "X-SnapAct-API-Key": key }, { Authorization: `Bearer ${key}` }, buyer]) {
      const response = await askWorker(nearby, { headers: headers as Record<string, string> });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ items: [{ location: { partner_name: "Mama Put" } }] });
    }
  });

  it("is nobody unknown", async () => {
    const { key } = await makeApiKey(await makePartner());
    const wrongChecksum = key.slice(0, -1) + (key.endsWith("a") ? "b" : "a");
    for (const headers of [
      {},
      { "X-SnapAct-API-Key": wrongChecksum },
      { "X-SnapAct-API-Key": `snap_test_${"0".repeat(49)}` },
      { "X-SnapAct-API-Key": formatApiKey("development", new Uint8Array(32)) },
      { Authorization: "Bearer nonsense" },
      { Authorization: `Basic ${btoa("a:b")}` },
    ]) {
      const response = await askWorker(nearby, { headers: headers as Record<string, string> });
      expect(response.status).toBe(401);
      expect(response.headers.get("WWW-Authenticate")).toMatch(/^Bearer/);
      expect((await problemOf(response)).code).toBe("unauthorized");
    }
  });

  it("is no key of a partner who is not approved, none that is revoked or has expired", async () => {
    const past = new Date(Date.now() - 1000);
    const approved = await makePartner();
    const keys = await Promise.all([
      makeApiKey(await makePartner({ status: "suspended" })),
      makeApiKey(await makePartner({ status: "pending" })),
      makeApiKey(approved, undefined, { expiresAt: past }),
      makeApiKey(approved, undefined, { revokedAt: past }),
    ]);
    for (const { key } of keys) {
      const response = await askWorker(nearby, { headers: { "X-SnapAct-API-Key": key } });
      expect(response.status).toBe(401);
      await problemOf(response);
    }
  });

  it("is neither a key without the scope nor a person in another role", async () => {
    const partner = await makePartner();
    const { key } = await makeApiKey(partner, ["catalog:write", "metrics:read"]);
    const tokens = await Promise.all([
      personToken("partner", partner.partnerId),
      personToken("operator"),
      personToken("marketplace"),
    ]);
    for (const credential of [key, ...tokens]) {
      const response = await askWorker(nearby, { headers: { Authorization: `Bearer ${credential}` } });
      expect(response.status).toBe(403);
      const problem = await problemOf(response);
      expect(problem.code).toBe("forbidden");
      expect(problem.detail).toContain("inventory:read");
    }
  });

  it("is decided before anything is said about the question", async () => {
    expect((await askWorker(`${NEARBY}?lat=91`)).status).toBe(401);
  });
});

describe("a parameter that is not right", () => {
  it.each([
    ["lat=&lng=3", "lat", "between -90 and 90"],
    ["lat=0x10&lng=3", "lat", "decimal"],
    ["lat=1e999&lng=3", "lat", "decimal"],
    ["lat=1e1&lng=3", "lat", "decimal"],
    ["lat=91&lng=3", "lat", "between -90 and 90"],
    ["lat=90.0000000001&lng=3", "lat", "between -90 and 90"],
    ["lat=%2B6&lng=3", "lat", "decimal"],
    ["lat=6%20&lng=3", "lat", "decimal"],
    ["lat=NaN&lng=3", "lat", "decimal"],
    ["lat=Infinity&lng=3", "lat", "decimal"],
    ["lat=%D9%A6&lng=3", "lat", "decimal"],
    ["lat=6&lat=6&lng=3", "lat", "more than once"],
    ["lat=6&lng=-180.5", "lng", "between -180 and 180"],
    ["lat=6", "lng", "missing"],
    ["lng=3", "lat", "missing"],
    ["lat=6&lng=3&cell=88589a4653fffff", "cell", "one or the other"],
    ["cell=88589a4653ffff", "cell", "H3"],
    ["cell=ffffffffffffffff", "cell", "H3"],
    ["lat=6&lng=3&radius_m=0", "radius_m", "between 1 and 50000"],
    ["lat=6&lng=3&radius_m=50000.5", "radius_m", "between 1 and 50000"],
    ["lat=6&lng=3&raduis_m=10", "raduis_m", "radius_m"],
    ["lat=6&lng=3&latitude=6", "latitude", "nearest known one is lat"],
    ["lat=6&lng=3&product=", "product", "1 to 200"],
    [`lat=6&lng=3&product=${"x".repeat(201)}`, "product", "1 to 200"],
    ["lat=6&lng=3&product=a%00b", "product", "NUL"],
    ["lat=6&lng=3&product=%ED%A0%80", "product", "UTF-8"],
    ["lat=6&lng=3&product=%FF", "product", "UTF-8"],
    ["lat=6&lng=3&gtin=5449000000995", "gtin", "check digit"],
    ["lat=6&lng=3&partner_id=loc_01k9w2kz3xe7g9m2c5v8b1n4sd", "partner_id", "ptr_"],
    ["lat=6&lng=3&location_id=loc_81k9w2kz3xe7g9m2c5v8b1n4sd", "location_id", "loc_"],
    ["lat=6&lng=3&availability=", "availability", "in_stock"],
    ["lat=6&lng=3&availability=in_stock,sold", "availability", "in_stock"],
    ["lat=6&lng=3&min_qty=-1", "min_qty", "between 0 and 1000000"],
    ["lat=6&lng=3&min_qty=1.0", "min_qty", "whole"],
    ["lat=6&lng=3&max_age_s=315360001", "max_age_s", "315360000"],
    ["lat=6&lng=3&proof=yes", "proof", "required"],
    ["lat=6&lng=3&max_price=5", "currency", "max_price needs currency"],
    ["lat=6&lng=3&currency=ngn", "currency", "NGN"],
    ["lat=6&lng=3&currency=XXX", "currency", "ISO 4217"],
    ["lat=6&lng=3&max_price=9007199254740992&currency=NGN", "max_price", "9007199254740991"],
    ["lat=6&lng=3&open_now=1", "open_now", "true or false"],
    ["lat=6&lng=3&sort=price,distance", "sort", "one of"],
    ["lat=6&lng=3&limit=0", "limit", "between 1 and 100"],
    ["lat=6&lng=3&limit=101", "limit", "between 1 and 100"],
    ["lat=6&lng=3&explain", "explain", "true or false"],
  ])("is named, with what would be right: %s", async (query, parameter, right) => {
    const response = await askWorker(`${NEARBY}?${query}`, { headers: buyer });
    expect(response.status).toBe(400);
    const { code, errors } = await problemOf(response);
    expect(code).toBe("invalid_parameter");
    expect(errors).toHaveLength(1);
    expect(errors[0]).toEqual({
      parameter,
      code: expect.any(String),
      detail: expect.stringContaining(right),
    });
  });

  it("is named with all others that are not right", async () => {
    const response = await askWorker(`${NEARBY}?lat=91&lng=x&limit=0&colour=red`, { headers: buyer });
    const { errors } = await problemOf(response);
    expect(errors.map(({ parameter }) => parameter).sort()).toEqual(["colour", "lat", "limit", "lng"]);
  });
});

describe("the answer's envelope", () => {
  it("is JSON that nobody keeps, and names the request", async () => {
    const response = await askWorker(nearby, { headers: { ...buyer, "X-Request-Id": "my-request-0001" } });
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(response.headers.get("X-Request-Id")).toBe("my-request-0001");
  });

  it("names the request in its own way when the caller's is unfit", async () => {
    for (const given of [
      undefined,
      "short",
      "x".repeat(129),
      "has space in it",
      "semi;colon;",
      "<script>alert(1)</script>",
    ]) {
      const response = await askWorker(nearby, {
        headers: { ...buyer, ...(given === undefined ? {} : { "X-Request-Id": given }) },
      });
      expect(response.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it("comes without its body to HEAD", async () => {
    const response = await askWorker(nearby, { method: "HEAD", headers: buyer });
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toMatch(/^application\/json/);
    expect(await response.text()).toBe("");
    expect((await askWorker(`${NEARBY}?lat=91&lng=0`, { method: "HEAD", headers: buyer })).status).toBe(400);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])(
    "is refused to %s, which learns what is allowed",
    async (method) => {
      const response = await askWorker(nearby, { method, headers: buyer });
      expect(response.status).toBe(405);
      expect(response.headers.get("Allow")).toBe("GET, HEAD");
      expect((await problemOf(response)).code).toBe("method_not_allowed");
    },
  );

  it("echoes the point of a cell", async () => {
    const response = await askWorker(`${NEARBY}?cell=8009fffffffffff&radius_m=1`, { headers: buyer });
    const { query } = (await response.json()) as { query: { lat: number; lng: number } };
    expect(query.lat).toBeGreaterThan(60);
    expect(query).toEqual({ lat: expect.any(Number), lng: expect.any(Number), radius_m: 1 });
  });
});

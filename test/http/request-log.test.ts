import fc from "fast-check";
import { SignJWT } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { DEV_JWT_SECRET, mintDevToken } from "../../scripts/dev-secrets.ts";
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from "../../src/config.ts";
import { coarseCell } from "../../src/geo/coarse-cell.ts";
import { wireId } from "../../src/ids.ts";
import { type LimitedApp, startLimitedApp } from "../limits/limited-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const POINT = { lat: 6.4281237, lng: 3.4219876 };
const NEARBY = `/inventory/nearby?lat=${POINT.lat}&lng=${POINT.lng}&product=Secret%20Wish`;

let db: TestDatabase;
let app: LimitedApp;
let known: KeyFixture;

beforeAll(async () => {
  db = await startTestDatabase();
  known = await createKey(db.localNeon, { scopes: ["inventory:read", "catalog:write"] });
});
beforeEach(() => {
  app = startLimitedApp({ database: db.database, ...db.localNeon, tileMaxAgeS: 5 });
});
afterAll(() => db.stop());

const withKey = () => ({ "X-SnapAct-API-Key": known.key });
const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

type Line = Readonly<Record<string, unknown>>;

/** The lines of requests, as they are written. */
function lines(): Line[] {
  const written = app.log.map((entry) => JSON.parse(JSON.stringify(entry)) as Line);
  return written.filter(({ event }) => event === "request");
}

async function lineOf(path: string, init?: RequestInit): Promise<Line> {
  app.log.length = 0;
  const response = await app.ask(path, init);
  const [line, ...others] = lines();
  expect(others).toEqual([]);
  expect(line?.["request_id"]).toBe(response.headers.get("X-Request-Id"));
  return line!;
}

describe("a request", () => {
  it("leaves one line that says what was asked, by whom, and how it was answered", async () => {
    const line = await lineOf(NEARBY, { headers: { ...withKey(), "X-Request-Id": "trace-0001" } });
    expect(line).toEqual({
      level: "info",
      event: "request",
      request_id: "trace-0001",
      method: "GET",
      route: "/inventory/nearby",
      status: 200,
      subject: `key:${wireId("key", known.keyId)}`,
      ms: expect.any(Number),
      path: "cold",
      reason: "unknown",
      cell: coarseCell(POINT),
    });
  });

  it("says which path an answer of nearby took", async () => {
    const asked = await lineOf(NEARBY, { headers: { ...withKey(), "Cache-Control": "no-cache" } });
    expect(asked).toMatchObject({ path: "cold", reason: "asked" });
    await expect
      .poll(async () => (await lineOf(NEARBY, { headers: withKey() }))["path"], { timeout: 10_000 })
      .toBe("hot");
  });

  it("names people by role and subject, and nobody when nobody was found", async () => {
    const partner = await mintDevToken("partner", wireId("ptr", known.partnerId));
    expect((await lineOf("/partners/me", { headers: bearer(partner) }))["subject"]).toMatch(/^partner:/);
    expect(await lineOf("/partners/me")).toMatchObject({
      status: 401,
      subject: "anonymous",
      code: "unauthorized",
    });
    expect(await lineOf("/healthz")).toMatchObject({ status: 200, subject: "anonymous" });
  });

  it("has the pattern of its path, also when its method is not known there", async () => {
    expect(await lineOf("/connect/v1/locations/shop%2F1", { headers: withKey() })).toMatchObject({
      route: "/connect/v1/locations/:location_ref",
      status: 404,
      code: "not_found",
    });
    expect(await lineOf("/admin/partners/x/approve")).toMatchObject({
      route: "/admin/partners/:partner_id/approve",
      status: 405,
      code: "method_not_allowed",
    });
    expect(await lineOf("/healthz", { method: "HEAD" })).toMatchObject({ method: "HEAD", route: "/healthz" });
    expect(await lineOf("/healthz", { method: "PROPFIND" })).toMatchObject({ method: "OTHER", status: 405 });
    expect(await lineOf("/nowhere/secret")).toMatchObject({
      route: "(none)",
      status: 404,
      code: "not_found",
    });
  });

  it("that fails leaves its line beside that of the error, under one id", async () => {
    app.log.length = 0;
    db.localNeon.setFault({ kind: "error500" });
    await app.ask("/healthz");
    db.localNeon.clearFaults();
    const [error, request] = app.log;
    expect(error).toMatchObject({ level: "error", code: "unavailable", request_id: request?.["request_id"] });
    expect(request).toMatchObject({ level: "info", status: 503, code: "unavailable" });
  });

  it("that is refused by a limit says so", async () => {
    const apply = () =>
      lineOf("/partners/applications", { method: "POST", headers: { "CF-Connecting-IP": "203.0.113.5" } });
    for (let i = 0; i < 10; i++) expect((await apply())["status"]).toBe(415);
    expect(await apply()).toMatchObject({ status: 429, code: "rate_limited" });
  });
});

const MEMBERS = new Set(
  "level event request_id method route status subject ms path reason cell code".split(" "),
);

describe("no line", () => {
  it("holds anything of what was sent, wherever in the request it stands", async () => {
    const patterns = app.router.routes;
    const partner = await mintDevToken("partner", wireId("ptr", known.partnerId));
    const operator = await mintDevToken("operator");
    const markers = fc.stringMatching(/^zq[a-z]{8,20}$/);
    const requests = fc.record({
      pattern: fc.constantFrom(...patterns),
      credential: fc.constantFrom("key", "partner", "operator", "bad key", "bad token", "none"),
      marker: markers,
      lat: fc.integer({ min: 5_000_000, max: 6_999_999 }),
      lng: fc.integer({ min: 3_000_000, max: 3_999_999 }),
      query: fc.constantFrom("point", "marker", "both"),
      method: fc.option(fc.constantFrom("PROPFIND", "ZQMETHOD"), { nil: undefined, freq: 10 }),
      requestId: fc.constantFrom("key", "token", "marker with spaces", undefined),
    });
    const patternSet = new Set(patterns.map(({ path }) => path));
    await fc.assert(
      fc.asyncProperty(requests, async (asked) => {
        const { pattern, credential, marker, query, requestId } = asked;
        const [lat, lng] = [(asked.lat / 1e6).toFixed(6), (asked.lng / 1e6).toFixed(6)];
        const address = `198.51.${asked.lat % 256}.${asked.lng % 256}`;
        const method = asked.method ?? pattern.method;
        const path = pattern.path.replaceAll(/:\w+/g, () => marker);
        const point = `lat=${lat}&lng=${lng}&product=${marker}`;
        const search = { point, marker: `${marker}=${marker}`, both: `${point}&${marker}=1` }[query];
        const credentials: Record<string, Record<string, string>> = {
          key: withKey(),
          partner: bearer(partner),
          operator: bearer(operator),
          "bad key": { "X-SnapAct-API-Key": `snap_test_${marker}` },
          "bad token": bearer(`${marker}.${marker}.${marker}`),
          none: {},
        };
        const requestIds: Record<string, string> = {
          key: known.key,
          token: partner,
          "marker with spaces": `${marker} ${marker}`,
        };
        app.log.length = 0;
        await app.ask(`${path}?${search}`, {
          method,
          headers: {
            ...credentials[credential],
            "CF-Connecting-IP": address,
            "X-Forwarded-For": address,
            "User-Agent": marker,
            Referer: `https://shop.example/${marker}`,
            Cookie: marker,
            "Idempotency-Key": marker,
            "Content-Type": "application/json",
            ...(requestId !== undefined && { "X-Request-Id": requestIds[requestId]! }),
          },
          ...(method !== "GET" && {
            body: JSON.stringify({ name: marker, title: marker, external_ref: marker, lat: Number(lat) }),
          }),
        });
        expect(lines()).toHaveLength(1);
        const [line] = lines();
        expect(Object.keys(line!).filter((member) => !MEMBERS.has(member))).toEqual([]);
        expect(patternSet).toContain(line!["route"]);
        const written = JSON.stringify(app.log);
        for (const sent of [
          marker,
          lat,
          lng,
          address,
          known.key,
          partner,
          operator,
          "snap_test_",
          "ZQMETHOD",
        ]) {
          expect(written).not.toContain(sent);
        }
      }),
      { seed: 20261122, numRuns: 400 },
    );
  });

  it("is longer for the length of a subject", async () => {
    const token = await new SignJWT({ role: "operator" })
      .setProtectedHeader({ alg: "HS256" })
      .setSubject("x".repeat(4000))
      .setIssuer(DEVELOPMENT_ISSUER)
      .setAudience(DEVELOPMENT_AUDIENCE)
      .setExpirationTime("1 hour")
      .sign(new TextEncoder().encode(DEV_JWT_SECRET));
    const { subject } = await lineOf("/admin/partners", { headers: bearer(token) });
    expect(subject).toBe(`operator:${"x".repeat(128)}`);
  });
});

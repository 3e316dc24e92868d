import { randomBytes, randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEV_JWT_SECRET, mintDevToken } from "../../scripts/dev-secrets.ts";
import { formatApiKey } from "../../src/auth/api-key.ts";
import { createKeyLookup } from "../../src/auth/api-key-lookup.ts";
import { type AuthDeps, authenticate } from "../../src/auth/authenticate.ts";
import { mayReadNearby, requireNearbyAccess } from "../../src/auth/authorize.ts";
import { createTokenVerifier } from "../../src/auth/jwt.ts";
import { type Principal, ROLES, type Role, SCOPES, type Scope } from "../../src/auth/principal.ts";
import { DEVELOPMENT_AUDIENCE, DEVELOPMENT_ISSUER } from "../../src/config.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

let db: TestDatabase;
let deps: AuthDeps;
let known: KeyFixture;

beforeAll(async () => {
  db = await startTestDatabase();
  known = await createKey(db.localNeon);
  deps = {
    environment: "development",
    findKey: createKeyLookup(db.database.queryRows, () => {}),
    verifyToken: createTokenVerifier({
      kind: "secret",
      secret: DEV_JWT_SECRET,
      issuer: DEVELOPMENT_ISSUER,
      audience: DEVELOPMENT_AUDIENCE,
    }),
  };
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

const ask = (headers: Record<string, string>) =>
  authenticate(new Request("http://service.test/", { headers }), deps, Date.now());

describe("who asks", () => {
  it("is found from a key in either header, or the same key in both", async () => {
    const { key, keyId, partnerId } = known;
    for (const headers of [
      { Authorization: `Bearer ${key}` },
      { Authorization: `bearer  ${key}` },
      { "X-SnapAct-API-Key": key },
      { Authorization: `Bearer ${key}`, "X-SnapAct-API-Key": key },
    ]) {
      expect(await ask(headers)).toMatchObject({ kind: "key", keyId, partnerId });
    }
  });

  it("is found from a token", async () => {
    expect(await ask({ Authorization: `Bearer ${await mintDevToken("operator")}` })).toMatchObject({
      kind: "person",
      role: "operator",
    });
  });

  it("is asked for when nobody says", async () => {
    await expect(ask({})).rejects.toMatchObject({
      code: "unauthorized",
      headers: { "WWW-Authenticate": "Bearer" },
      detail: expect.stringContaining("X-SnapAct-API-Key"),
    });
  });

  it.each([
    ["another scheme", () => ({ Authorization: "Basic dXNlcjpwYXNz" }), "Bearer <Connect key or token>"],
    ["a scheme alone", () => ({ Authorization: "Bearer" }), "Bearer <Connect key or token>"],
    ["no scheme", () => ({ Authorization: known.key }), "Bearer <Connect key or token>"],
    ["two values", () => ({ Authorization: "Bearer a, Bearer b" }), "Bearer <Connect key or token>"],
    ["a giant", () => ({ Authorization: `Bearer ${"a".repeat(9000)}` }), "Bearer <Connect key or token>"],
    ["a mistyped key", () => ({ Authorization: `Bearer ${known.key.slice(0, -1)}_` }), "snap_test_"],
    ["an empty key", () => ({ "X-SnapAct-API-Key": "" }), "snap_test_"],
    [
      "a key for production",
      () => ({ "X-SnapAct-API-Key": formatApiKey("production", randomBytes(32)) }),
      "snap_test_",
    ],
    [
      "an unknown key",
      () => ({ "X-SnapAct-API-Key": formatApiKey("development", randomBytes(32)) }),
      "unknown",
    ],
    ["a token that is none", () => ({ Authorization: "Bearer abc.def.ghi" }), "unexpired JWT"],
    ["a token as a key", async () => ({ "X-SnapAct-API-Key": await mintDevToken("buyer") }), "snap_test_"],
    [
      "two different ones",
      async () => ({
        Authorization: `Bearer ${await mintDevToken("buyer")}`,
        "X-SnapAct-API-Key": known.key,
      }),
      "only one",
    ],
  ])("is refused with %s, and told what would be right", async (_what, headers, hint) => {
    await expect(ask((await headers()) as Record<string, string>)).rejects.toMatchObject({
      code: "unauthorized",
      detail: expect.stringContaining(hint),
      headers: { "WWW-Authenticate": 'Bearer error="invalid_token"' },
    });
  });

  it("never costs the database a trip for a malformed key", async () => {
    const before = db.localNeon.requestCount();
    await expect(ask({ "X-SnapAct-API-Key": `snap_test_${"A".repeat(49)}` })).rejects.toThrow();
    expect(db.localNeon.requestCount()).toBe(before);
  });

  it("stays unknown, and is not let in, while the database is away", async () => {
    const { key } = await createKey(db.localNeon);
    db.localNeon.setFault({ kind: "refuse" });
    await expect(ask({ "X-SnapAct-API-Key": key })).rejects.toMatchObject({ name: "DatabaseUnavailable" });
  });
});

describe("who may ask what is near", () => {
  const keyWith = (scopes: readonly Scope[]): Principal => ({
    kind: "key",
    keyId: randomUUID(),
    partnerId: randomUUID(),
    scopes,
    limits: {},
  });
  const person = (role: Role): Principal => ({
    kind: "person",
    subject: "ada",
    role,
    partnerId: undefined,
  });

  it("is a key with inventory:read, or a buyer, and nobody else", () => {
    expect(SCOPES.filter((scope) => mayReadNearby(keyWith([scope])))).toEqual(["inventory:read"]);
    expect(ROLES.filter((role) => mayReadNearby(person(role)))).toEqual(["buyer"]);
    expect(mayReadNearby(keyWith([]))).toBe(false);
  });

  it("learns what is missing", () => {
    expect(() => requireNearbyAccess(keyWith(["inventory:read"]))).not.toThrow();
    for (const principal of [keyWith(["catalog:write"]), person("operator")]) {
      expect(() => requireNearbyAccess(principal)).toThrow(
        expect.objectContaining({ code: "forbidden", detail: expect.stringContaining("inventory:read") }),
      );
    }
  });
});

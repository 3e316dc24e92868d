import { describe, expect, it } from "vitest";
import { DEV_JWT_SECRET } from "../scripts/dev-secrets.ts";
import { ConfigError, parseConfig } from "../src/config.ts";

const DEVELOPMENT = {
  ENVIRONMENT: "development",
  DATABASE_URL: "postgres://local:local@127.0.0.1:5432/main",
  NEON_SQL_ENDPOINT: "http://127.0.0.1:4444/sql",
  DEV_JWT_SECRET,
};
const PRODUCTION = {
  ENVIRONMENT: "production",
  DATABASE_URL: "postgresql://app:hunter2@db.example/main?sslmode=require",
  JWKS_URL: "https://id.example/.well-known/jwks.json",
  JWT_ISSUER: "https://id.example/",
  JWT_AUDIENCE: "snapact-connect",
  ENCRYPTION_KEY: Buffer.from("of-a-production-that-is-not-real").toString("base64"),
};

function messageOf(env: Record<string, unknown>): string {
  try {
    parseConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).message;
  }
  return "accepted";
}

describe("parseConfig", () => {
  it("accepts development with a shared secret and its own issuer and audience", () => {
    expect(parseConfig(DEVELOPMENT)).toEqual({
      environment: "development",
      databaseUrl: DEVELOPMENT.DATABASE_URL,
      neonSqlEndpoint: DEVELOPMENT.NEON_SQL_ENDPOINT,
      tokens: {
        kind: "secret",
        secret: DEV_JWT_SECRET,
        issuer: "snapact-development",
        audience: "snapact-development",
      },
      corsOrigins: [],
      rateLimits: "on",
      requestLog: "on",
      tiles: { maxAgeS: 5, maxBytes: 40_000_000 },
      encryptionKey: Buffer.from("snapact-development-encryption-k").toString("base64"),
      ownZones: ["snapact.io"],
    });
  });

  it("accepts production with public keys, ignoring variables that are not its own", () => {
    expect(
      parseConfig({ ...PRODUCTION, LIMITER: {}, CORS_ORIGINS: " https://a.example, https://b.example:8443" }),
    ).toEqual({
      environment: "production",
      databaseUrl: PRODUCTION.DATABASE_URL,
      neonSqlEndpoint: undefined,
      tokens: {
        kind: "jwks",
        jwksUrl: PRODUCTION.JWKS_URL,
        issuer: PRODUCTION.JWT_ISSUER,
        audience: PRODUCTION.JWT_AUDIENCE,
      },
      corsOrigins: ["https://a.example", "https://b.example:8443"],
      rateLimits: "on",
      requestLog: "on",
      tiles: { maxAgeS: 5, maxBytes: 40_000_000 },
      encryptionKey: PRODUCTION.ENCRYPTION_KEY,
      ownZones: ["snapact.io"],
    });
  });

  it.each([
    ["NEON_SQL_ENDPOINT", "http://127.0.0.1:1/sql"],
    ["DEV_JWT_SECRET", DEV_JWT_SECRET],
    ["RATE_LIMITS", "off"],
    ["REQUEST_LOG", "off"],
  ])("refuses %s in production and names it without its value", (name, value) => {
    const message = messageOf({ ...PRODUCTION, [name]: value });
    expect(message).toContain(name);
    if (value.length > 3) expect(message).not.toContain(value);
  });

  it("reads how old and how large tiles may be", () => {
    const { tiles } = parseConfig({ ...DEVELOPMENT, TILE_MAX_AGE_S: "0.5", TILE_MAX_BYTES: "1000000" });
    expect(tiles).toEqual({ maxAgeS: 0.5, maxBytes: 1_000_000 });
    expect(parseConfig({ ...PRODUCTION, TILE_MAX_AGE_S: "0" }).tiles.maxAgeS).toBe(0);
  });

  it.each([
    ["TILE_MAX_AGE_S", "-1"],
    ["TILE_MAX_AGE_S", "5s"],
    ["TILE_MAX_AGE_S", "3601"],
    ["TILE_MAX_AGE_S", "1e3"],
    ["TILE_MAX_BYTES", "40 MB"],
    ["TILE_MAX_BYTES", "64000001"],
  ])("refuses %s = %s", (name, value) => {
    expect(messageOf({ ...DEVELOPMENT, [name]: value })).toMatch(new RegExp(`${name} must be a number`));
  });

  it("refuses the development encryption key in production, and one that is no 32 bytes anywhere", () => {
    const { encryptionKey } = parseConfig(DEVELOPMENT);
    const message = messageOf({ ...PRODUCTION, ENCRYPTION_KEY: encryptionKey });
    expect(message).toContain("ENCRYPTION_KEY must not be the one of development");
    expect(message).not.toContain(encryptionKey);
    for (const key of ["short", Buffer.alloc(31).toString("base64"), Buffer.alloc(33).toString("base64")]) {
      expect(messageOf({ ...DEVELOPMENT, ENCRYPTION_KEY: key })).toContain("ENCRYPTION_KEY must be set");
    }
  });

  it("reads which domains are its own", () => {
    expect(parseConfig({ ...PRODUCTION, OWN_ZONES: "snapact.io, snapact.dev" }).ownZones).toEqual([
      "snapact.io",
      "snapact.dev",
    ]);
    for (const zones of ["io", "https://snapact.io", "Snapact.io"]) {
      expect(messageOf({ ...PRODUCTION, OWN_ZONES: zones })).toContain("OWN_ZONES must list");
    }
  });

  it.each(["DATABASE_URL", "JWKS_URL", "JWT_ISSUER", "JWT_AUDIENCE", "ENVIRONMENT", "ENCRYPTION_KEY"])(
    "refuses production without %s",
    (name) => {
      expect(messageOf({ ...PRODUCTION, [name]: undefined })).toContain(name);
      expect(messageOf({ ...PRODUCTION, [name]: "" })).toContain(name);
    },
  );

  it("lists every problem at once, and shows no value", () => {
    const message = messageOf({
      ENVIRONMENT: "production",
      DATABASE_URL: "mysql://root:hunter2@db/main",
      JWKS_URL: "http://id.example/jwks",
      CORS_ORIGINS: "*",
      RATE_LIMITS: "perhaps",
      REQUEST_LOG: "perhaps",
      DEV_JWT_SECRET: "tiny",
    });
    for (const name of [
      "DATABASE_URL",
      "JWKS_URL",
      "JWT_ISSUER",
      "JWT_AUDIENCE",
      "CORS_ORIGINS",
      "RATE_LIMITS",
      "REQUEST_LOG",
      "DEV_JWT_SECRET",
    ]) {
      expect(message).toContain(name);
    }
    expect(message).not.toMatch(/hunter2|tiny|perhaps/);
  });

  it.each([
    "postgres://",
    "postgres://host/db",
    "postgres://user@host",
    "postgres://user@host/",
    "postgres://user@:5432/db",
    "nonsense",
  ])("refuses the database URL %s", (url) => {
    expect(messageOf({ ...DEVELOPMENT, DATABASE_URL: url })).toContain("DATABASE_URL");
  });

  it.each(["*", "https://a.example/", "https://a.example/path", "a.example", "null", "https://A.example"])(
    "refuses the origin %s, which no browser would send",
    (origin) => {
      expect(messageOf({ ...DEVELOPMENT, CORS_ORIGINS: `https://ok.example,${origin}` })).toContain(
        "CORS_ORIGINS",
      );
    },
  );

  it("wants exactly one way of verifying tokens in development, which may be public keys", () => {
    const jwks = { ...DEVELOPMENT, DEV_JWT_SECRET: undefined, JWKS_URL: "http://127.0.0.1:9/jwks" };
    expect(parseConfig(jwks).tokens.kind).toBe("jwks");
    expect(messageOf({ ...jwks, JWKS_URL: undefined })).toContain("DEV_JWT_SECRET or JWKS_URL");
    expect(messageOf({ ...jwks, DEV_JWT_SECRET })).toContain("DEV_JWT_SECRET or JWKS_URL");
    expect(messageOf({ ...DEVELOPMENT, DEV_JWT_SECRET: "short" })).toContain("at least 32");
  });

  it("refuses a variable that is not text", () => {
    expect(messageOf({ ...DEVELOPMENT, CORS_ORIGINS: {} })).toContain("CORS_ORIGINS must be a string");
  });
});

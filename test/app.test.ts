import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DEV_JWT_SECRET } from "../scripts/dev-secrets.ts";
import { createApp } from "../src/app.ts";
import { parseConfig } from "../src/config.ts";
import type { Router } from "../src/http/router.ts";
import { startTestDatabase, type TestDatabase } from "./support/test-database.ts";

const ORIGIN = "https://app.example";

describe("the app", () => {
  let db: TestDatabase;
  let app: Router;

  beforeAll(async () => {
    db = await startTestDatabase();
    const config = parseConfig({
      ENVIRONMENT: "development",
      DATABASE_URL: db.localNeon.connectionString,
      NEON_SQL_ENDPOINT: db.localNeon.url,
      DEV_JWT_SECRET,
      CORS_ORIGINS: ORIGIN,
    });
    app = createApp({
      config,
      database: db.database,
      limiter: undefined,
      tileCache: undefined,
      statsStore: undefined,
      requestDataset: undefined,
      wakeUpQueue: undefined,
      log: () => {},
      waitUntil: () => {},
      now: Date.now,
    });
  });
  afterEach(() => db.localNeon.clearFaults());
  afterAll(() => db.stop());

  it("is healthy when the database answers", async () => {
    const response = await app.request("/healthz");
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: "ok" });
  });

  it.each(["refuse", "hang", "error500", "truncate"] as const)(
    "is unavailable when the database does this: %s",
    async (kind) => {
      db.localNeon.setFault({ kind });
      const response = await app.request("/healthz");
      expect(response.status).toBe(503);
      expect(response.headers.get("Retry-After")).toBe("1");
      expect(await response.json()).toMatchObject({ code: "unavailable" });
    },
  );

  it("is open to pages of the configured origins at /inventory/nearby alone", async () => {
    const preflight = (path: string) =>
      app.request(path, {
        method: "OPTIONS",
        headers: { Origin: ORIGIN, "Access-Control-Request-Method": "GET" },
      });
    const nearby = await preflight("/inventory/nearby");
    expect(nearby.status).toBe(204);
    expect(nearby.headers.get("Access-Control-Allow-Origin")).toBe(ORIGIN);
    expect((await preflight("/healthz")).headers.get("Access-Control-Allow-Origin")).toBeNull();
  });
});

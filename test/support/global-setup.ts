import type { TestProject } from "vitest/node";
import "./context.ts";
import { DEV_JWT_SECRET } from "../../scripts/dev-secrets.ts";
import { startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { applyMigrations } from "../../scripts/service/migrations.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";
import { createScratchDatabase } from "./scratch-database.ts";

/** An origin that the Worker under test is told to trust. */
const CORS_ORIGIN = "https://app.example";

/** Which suite has which region of the globe: see regions.ts. */
const CREATE_REGIONS = `
  CREATE SCHEMA test_support;
  CREATE TABLE test_support.regions (cell int PRIMARY KEY, suite text NOT NULL)`;

/**
 * One database for the whole run, and the built Worker in front of it for the suites that speak HTTP only.
 * TEST_DATABASE_URL or DATABASE_URL names a real Postgres server to make the database on; else it is PGlite.
 */
export async function setup(run: TestProject): Promise<() => Promise<void>> {
  const stack = new AsyncDisposableStack();
  try {
    const serverUrl = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];
    const databaseUrl = serverUrl ? stack.use(await createScratchDatabase(serverUrl)).url : undefined;
    const localNeon = await startLocalNeon({ databaseUrl });
    stack.defer(() => localNeon.close());
    await applyMigrations(localNeon);
    await localNeon.exec(CREATE_REGIONS);

    const { url, connectionString } = localNeon;
    const variables = {
      ENVIRONMENT: "development",
      DATABASE_URL: connectionString,
      NEON_SQL_ENDPOINT: url,
      DEV_JWT_SECRET,
      CORS_ORIGINS: CORS_ORIGIN,
      // One key or person asks far more in a test than any would; what limits do is tested where they are on.
      RATE_LIMITS: "off",
      // A line for each of their requests would drown what the tests say; what is in one is tested by itself.
      REQUEST_LOG: "off",
    };
    run.provide("localNeon", { url, connectionString });
    run.provide("databaseUrl", databaseUrl ?? null);
    run.provide("workerVariables", variables);

    if (run.vitest.projects.some(({ name }) => name === "service")) {
      const miniflare = await runWorker({ worker: await buildWorker(), port: 0, variables });
      stack.defer(() => miniflare.dispose());
      run.provide("serviceAddress", (await miniflare.ready).origin);
    }
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
  return () => stack.disposeAsync();
}

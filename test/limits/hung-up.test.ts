import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { createKey } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { startWorkerCopies, type WorkerCopies } from "../support/worker-copies.ts";

const ADDRESS = "203.0.113.50";
let stateFolder: string;
let db: TestDatabase;
let copies: WorkerCopies;

beforeAll(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), "limits-"));
  db = await startTestDatabase();
  const { connectionString, url } = db.localNeon;
  const variables = {
    ...inject("workerVariables"),
    RATE_LIMITS: "on",
    DATABASE_URL: connectionString,
    NEON_SQL_ENDPOINT: url,
  };
  copies = await startWorkerCopies(await buildWorker(), { copies: 1, variables, stateFolder });
});
afterAll(async () => {
  await copies[Symbol.asyncDispose]();
  await db.stop();
  rmSync(stateFolder, { recursive: true });
});

it("a client that hangs up while its good key is looked up costs its address nothing", async () => {
  const { key } = await createKey(db.localNeon, { scopes: ["inventory:read"] });
  const headers = { "CF-Connecting-IP": ADDRESS, "X-SnapAct-API-Key": key };
  const url = `${copies.addresses[0]}/inventory/nearby?lat=north`;
  const charged = () =>
    copies.query(`failed-authentication ${ADDRESS}`, "SELECT sum(permits) AS permits FROM charges");
  db.localNeon.setFault({ kind: "delay", delayMs: 1000 });
  const before = db.localNeon.requestCount();
  const client = connect(Number(new URL(url).port), new URL(url).hostname);
  const lines = Object.entries({ Host: "service.example", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  client.write(["GET /inventory/nearby?lat=north HTTP/1.1", ...lines, "", ""].join("\r\n"));
  await expect.poll(() => db.localNeon.requestCount()).toBe(before + 1);
  expect(await charged()).toEqual([{ permits: 1 }]);
  client.resetAndDestroy();
  await expect.poll(charged, { timeout: 5000 }).toEqual([{ permits: null }]);
  expect((await fetch(url, { headers })).status).toBe(400);
});

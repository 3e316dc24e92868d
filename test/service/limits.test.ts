import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { makeApiKey, makePartner } from "../support/factories.ts";
import { startWorkerCopies, type WorkerCopies } from "../support/worker-copies.ts";

/** Answered 400 without asking the database: it has passed the limit. */
const QUESTION = "/inventory/nearby?lat=north";
const COPIES = 3;
const LIMIT = 300;

let stateFolder: string;
let copies: WorkerCopies;

async function start(): Promise<WorkerCopies> {
  const variables = { ...inject("workerVariables"), RATE_LIMITS: "on" };
  return await startWorkerCopies(await buildWorker(), { copies: COPIES, variables, stateFolder });
}

beforeAll(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), "limits-"));
  copies = await start();
});
afterAll(async () => {
  await copies[Symbol.asyncDispose]();
  rmSync(stateFolder, { recursive: true });
});

/** The answers' statuses, counted; `blow` falls in the midst of them. */
async function storm(key: string, requests: number, blow: () => Promise<void>) {
  const answers = Array.from({ length: requests }, async (_, i) => {
    const headers = { "X-SnapAct-API-Key": key };
    const response = await fetch(copies.addresses[i % COPIES] + QUESTION, { headers });
    await response.body?.cancel();
    return response;
  });
  await Promise.race(answers);
  await blow();
  const counts: Record<number, number> = {};
  for (const { status } of await Promise.all(answers)) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

describe("three services of the built Worker that share a limiter object", () => {
  it("let 300 of 2,000 parallel requests of a key pass, through evictions and a restart", async () => {
    const { key, keyId } = await makeApiKey(await makePartner(), ["inventory:read"]);
    const object = `nearby key:${keyId}`;
    const first = await storm(key, 1000, () => copies.evict(object));
    await copies[Symbol.asyncDispose]();
    copies = await start();
    const second = await storm(key, 1000, () => copies.evict(object));
    const passed = (first[400] ?? 0) + (second[400] ?? 0);
    expect(passed).toBeLessThanOrEqual(LIMIT);
    expect(passed).toBeGreaterThanOrEqual(0.95 * LIMIT);
    expect(passed + (first[429] ?? 0) + (second[429] ?? 0)).toBe(2000);
  });

  it("limit guessing from one address together", async () => {
    const headers = { "CF-Connecting-IP": "203.0.113.9", "X-SnapAct-API-Key": "snap_test_guess" };
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) {
      const response = await fetch(copies.addresses[i % COPIES] + QUESTION, { headers });
      await response.body?.cancel();
      statuses.push(response.status);
    }
    expect(statuses.filter((status) => status === 401)).toHaveLength(30);
    expect(statuses.slice(30)).toEqual(Array(10).fill(429));
  });
});

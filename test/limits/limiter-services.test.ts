import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Terms } from "../../src/limits/lease-call.ts";
import { type Answer, type LimiterServices, startLimiterServices } from "./limiter-services.ts";

let folder: string;
let services: LimiterServices;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "limits-"));
  services = await startLimiterServices(folder);
});
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true });
});

async function restart(): Promise<void> {
  await services.stop();
  services = await startLimiterServices(folder);
}

/** Requests all at once, over all services, and a blow in the midst of them; those that it cuts off are left out. */
async function storm(
  name: string,
  terms: Terms,
  { requests, blow }: { readonly requests: number; readonly blow: () => Promise<void> },
): Promise<Answer[]> {
  const asked = Array.from({ length: requests }, (_, i) => services.ask(i, name, terms));
  const allSettled = Promise.allSettled(asked);
  await Promise.race(asked);
  await blow();
  const settled = await allSettled;
  return settled.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

function admissions(answers: readonly Answer[]): number[] {
  return answers
    .flatMap(({ outcome, atMs }) => (outcome.kind === "admitted" ? [atMs] : []))
    .sort((a, b) => a - b);
}

function mostWithin(admittedMs: readonly number[], windowMs: number): number {
  const counts = admittedMs.map(
    (firstMs) => admittedMs.filter((atMs) => atMs >= firstMs && atMs < firstMs + windowMs).length,
  );
  return Math.max(0, ...counts);
}

function longestRetryMs(answers: readonly Answer[]): number {
  const retries = answers.map(({ outcome }) => (outcome.kind === "refused" ? outcome.retryInMs : 0));
  return Math.max(...retries);
}

describe("four Worker services with one limiter object", () => {
  it("admit 300 of 1,000 parallel requests, and none more after an eviction and a restart", async () => {
    const terms = { limit: 300, windowMs: 300_000 };
    const evict = () => services.evict("five minutes");
    const answers = await storm("five minutes", terms, { requests: 1000, blow: evict });
    expect(answers).toHaveLength(1000);
    await restart();
    answers.push(...(await storm("five minutes", terms, { requests: 1000, blow: evict })));
    const admitted = admissions(answers).length;
    expect(admitted).toBeLessThanOrEqual(300);
    expect(admitted).toBeGreaterThanOrEqual(285);
  });

  it("never admit more than the limit in any window as it rolls on, through evictions and a restart", async () => {
    const terms = { limit: 60, windowMs: 1500 };
    const log: number[] = [];
    for (let round = 0; round < 4; round++) {
      const blow = round === 1 ? restart : () => services.evict("rolling");
      const answers = await storm("rolling", terms, { requests: 1000, blow });
      log.push(...admissions(answers));
      // As long as it takes until there are permits again.
      await new Promise((resolve) => setTimeout(resolve, longestRetryMs(answers)));
    }
    log.sort((a, b) => a - b);
    expect(mostWithin(log, terms.windowMs)).toBeLessThanOrEqual(terms.limit);
    expect(log.length).toBeGreaterThan(2 * terms.limit);
  });
});

describe("a limiter object", () => {
  const terms = { limit: 5, windowMs: 300_000 };

  it("takes back a permit that was not used after all", async () => {
    for (let i = 0; i < 20; i++) {
      const { outcome } = await services.ask(i, "given back", terms, true);
      expect(outcome.kind).toBe("admitted");
    }
  });

  it("keeps one row for each quarter of a second, and one for each call of late", async () => {
    for (let i = 0; i < 100; i++) await services.ask(0, "rows", { ...terms, limit: 1000 });
    expect((await services.rows("rows", "SELECT * FROM grants")).length).toBeLessThanOrEqual(16);
    const charged = (await services.rows("rows", "SELECT sum(permits) AS permits FROM charges")) as {
      permits: number;
    }[];
    expect(charged[0]?.permits).toBeGreaterThanOrEqual(100);
  });

  it("deletes itself when nothing counts any more, and begins anew when it is asked", async () => {
    const short = { limit: 2, windowMs: 100 };
    await services.ask(0, "short", short);
    const tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name IN ('charges', 'grants')";
    await expect.poll(() => services.rows("short", tables), { timeout: 10_000 }).toEqual([]);
    for (let i = 0; i < 2; i++) {
      expect((await services.ask(i, "short", short)).outcome.kind).toBe("admitted");
    }
    expect((await services.ask(3, "short", short)).outcome.kind).toBe("refused");
  });
});

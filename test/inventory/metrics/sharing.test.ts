import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../../scripts/local-neon/faults.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { bearer, type MetricsApp, startMetricsApp } from "./metrics-app.ts";

let db: TestDatabase;
let apps: readonly MetricsApp[];
beforeAll(async () => {
  db = await startTestDatabase();
  apps = [
    await startMetricsApp(db.localNeon),
    await startMetricsApp(db.localNeon),
    await startMetricsApp(db.localNeon),
  ];
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

/** A partner with one row, and what adds another. */
async function shop() {
  const partner = await makePartner();
  const location = await makeLocation(partner, { lat: 6.5, lng: 3.4, locationRef: "yaba" });
  const addRow = async () => makeStock(location, await makeItem(partner));
  await addRow();
  return { partnerId: partner.partnerId, addRow };
}

const [first, second] = [0, 1].map((i) => () => apps[i]!) as [() => MetricsApp, () => MetricsApp];
const setClocks = (nowMs: number) => {
  for (const app of apps) app.nowMs = nowMs;
};
const recomputeCalls = () => apps.reduce((sum, app) => sum + app.recomputeCalls, 0);
const summariesStored = async (partnerId: string) =>
  await db.localNeon.query(
    "SELECT as_of::text, xmin::text AS written_by FROM metrics_summaries WHERE partner_id = $1",
    [partnerId],
  );

describe("however many poll, everywhere", () => {
  it("metrics are computed once a minute", async () => {
    const { partnerId, addRow } = await shop();
    const startMs = Date.UTC(2026, 10, 21, 10);
    const writers = new Set<unknown>();
    for (let minute = 0; minute < 3; minute++) {
      for (const [laterMs, pollers] of [
        [0, 25],
        [30_000, 5],
        [59_999, 5],
      ] as const) {
        // By a little more than a minute, so that it has passed by every clock.
        const nowMs = startMs + minute * 60_010 + laterMs;
        const told = await Promise.all(
          apps.flatMap((app, i) => {
            // Clocks never agree to the millisecond.
            app.nowMs = nowMs + (laterMs === 0 ? i : 0);
            return Array.from({ length: pollers }, () => app.metrics(partnerId));
          }),
        );
        const moments = new Set(told.map(({ as_of }) => as_of));
        expect(moments.size).toBe(1);
        const ageMs = nowMs + 2 - Date.parse([...moments][0] ?? "");
        expect(ageMs).toBeGreaterThanOrEqual(laterMs);
        expect(ageMs).toBeLessThanOrEqual(laterMs + 2);
        expect(new Set(told.map(({ items }) => items.total))).toEqual(new Set([1 + minute]));
        writers.add((await summariesStored(partnerId))[0]?.["written_by"]);
      }
      await addRow();
    }
    expect(writers.size).toBe(3);
  });

  it("cost the database nothing while one isolate knows", async () => {
    const { partnerId } = await shop();
    setClocks(Date.UTC(2026, 10, 22, 10));
    await first().metrics(partnerId);
    const before = db.localNeon.requestCount();
    first().nowMs += 59_999;
    await Promise.all(Array.from({ length: 50 }, () => first().metrics(partnerId)));
    expect(db.localNeon.requestCount()).toBe(before);
    // Another isolate reads what is stored, and computes nothing.
    const computedBefore = recomputeCalls();
    second().nowMs += 59_999;
    await second().metrics(partnerId);
    expect(db.localNeon.requestCount()).toBe(before + 1);
    expect(recomputeCalls()).toBe(computedBefore);
  });

  it("one isolate asks once for all that wait", async () => {
    const { partnerId } = await shop();
    setClocks(Date.UTC(2026, 10, 23, 10));
    const before = db.localNeon.requestCount();
    await Promise.all(Array.from({ length: 50 }, () => first().metrics(partnerId)));
    expect(db.localNeon.requestCount()).toBe(before + 2);
  });

  it("nobody is told what is older than a minute, whatever it is the age of in another isolate", async () => {
    const { partnerId, addRow } = await shop();
    setClocks(Date.UTC(2026, 10, 24, 10));
    await first().metrics(partnerId);
    await addRow();
    second().nowMs += 50_000;
    expect((await second().metrics(partnerId)).items.total).toBe(1);
    // Ten seconds in this isolate, but a minute since it was computed.
    second().nowMs += 10_000;
    expect((await second().metrics(partnerId)).items.total).toBe(2);
  });

  it("parts of a partner are computed by themselves, once a minute each", async () => {
    const { partnerId } = await shop();
    setClocks(Date.UTC(2026, 10, 25, 10));
    const before = recomputeCalls();
    for (const asked of [
      "",
      "?location_ref=yaba",
      "?category=grocery",
      "?location_ref=yaba&category=grocery",
    ]) {
      for (const app of apps) await app.metrics(partnerId, asked);
      for (const app of apps) await app.metrics(partnerId, `${asked === "" ? "?" : `${asked}&`}window=30d`);
    }
    expect(recomputeCalls() - before).toBe(4);
    expect(await summariesStored(partnerId)).toHaveLength(4);
  });
});

describe("a database that fails", () => {
  const FAULTS = (["refuse", "error500", "truncate", "commit_then_drop"] as const).flatMap((kind) =>
    ["SELECT", "INSERT INTO metrics_summaries"].map((sqlIncludes): Fault => ({ kind, sqlIncludes })),
  );

  it.each(FAULTS)("makes it 503 for all who wait, and never worse: $kind $sqlIncludes", async (fault) => {
    const { partnerId } = await shop();
    const headers = await bearer("partner", partnerId);
    first().nowMs = Date.UTC(2026, 10, 26, 10);
    db.localNeon.setFault(fault);
    const answers = await Promise.all(Array.from({ length: 5 }, () => first().ask("", headers)));
    for (const answer of answers) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get("Retry-After")).toBe("1");
      expect(await answer.json()).toMatchObject({ code: "unavailable" });
    }
    db.localNeon.clearFaults();
    expect((await first().metrics(partnerId)).items.total).toBe(1);
    expect(JSON.stringify(first().log)).not.toMatch(/SELECT|partner_id/);
  });

  it("is not noticed while what is known is young", async () => {
    const { partnerId } = await shop();
    first().nowMs = Date.UTC(2026, 10, 27, 10);
    const known = await first().metrics(partnerId);
    db.localNeon.setFault({ kind: "refuse" });
    first().nowMs += 59_999;
    expect(await first().metrics(partnerId)).toEqual(known);
    first().nowMs += 1;
    expect((await first().ask("", await bearer("partner", partnerId))).status).toBe(503);
  });
});

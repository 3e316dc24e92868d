import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sweepMetrics, takeSnapshots } from "../../../src/inventory/metrics/take-snapshots.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type MetricsApp, startMetricsApp } from "./metrics-app.ts";
import { readTables } from "./metrics-tables.ts";
import { recomputedFigures } from "./recomputed.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 10, 21, 10);

let db: TestDatabase;
let app: MetricsApp;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startMetricsApp(db.localNeon);
});
/** Snapshots are of everybody: those of the test before are nobody any longer. */
beforeEach(async () => {
  app.nowMs = START_MS;
  await db.localNeon.exec(
    "UPDATE partners SET status = 'suspended'; DELETE FROM metrics_snapshots; DELETE FROM metrics_summaries",
  );
});
afterAll(() => db.stop());

async function stocked(overrides: Parameters<typeof makePartner>[0] = {}) {
  const partner = await makePartner(overrides);
  const location = await makeLocation(partner, { lat: 6.5, lng: 3.4, locationRef: "yaba" });
  const addRow = async () => {
    await makeStock(location, await makeItem(partner), { verifiedAt: new Date(app.nowMs - 20 * HOUR_MS) });
  };
  await addRow();
  return { partnerId: partner.partnerId, addRow };
}

const cron = () => takeSnapshots({ database: db.database, now: () => app.nowMs });
const figuresOf = async (partnerId: string, asOfMs: number) =>
  recomputedFigures(await readTables(), { partnerId, locationRef: null, category: null }, asOfMs);
/** Anew, past what is shared. */
const pointsOf = async (partnerId: string, window = "24h") => {
  app.nowMs += MINUTE_MS;
  return (await app.metrics(partnerId, `?window=${window}`)).history.points;
};
const insertHours = (partnerId: string, firstMs: number, hours: number) =>
  db.localNeon.query(
    `INSERT INTO metrics_snapshots (partner_id, hour, taken_at, counted)
     SELECT $1::uuid, h, h, (SELECT counted FROM metrics_snapshots WHERE partner_id = $1::uuid LIMIT 1)
     FROM generate_series($2::timestamptz, $2::timestamptz + ($3::int4 - 1) * interval '1 hour', interval '1 hour') AS h`,
    [partnerId, new Date(firstMs).toISOString(), String(hours)],
  );
const iso = (epochMs: number): string => new Date(epochMs).toISOString();

describe("once an hour", () => {
  it("the figures are kept as they were when they were counted", async () => {
    const { partnerId, addRow } = await stocked();
    const empty = await makePartner();
    app.nowMs = START_MS + 7 * MINUTE_MS;
    expect(await cron()).toBe(2);
    const then = await figuresOf(partnerId, app.nowMs);
    app.nowMs += 30 * MINUTE_MS;
    await addRow();
    // Every minute of the hour, and by two at once.
    expect(await cron()).toBe(0);
    expect(await Promise.all([cron(), cron()])).toEqual([0, 0]);
    expect(await pointsOf(partnerId)).toEqual([{ at: iso(START_MS), ...then }]);
    expect(await pointsOf(empty.partnerId)).toMatchObject([
      { items: { total: 0 }, freshness: { fresh_ratio: null } },
    ]);
  });

  it("of two that come at once, one counts", async () => {
    const { partnerId } = await stocked();
    const taken = await Promise.all([cron(), cron(), cron()]);
    expect(taken.reduce((sum, count) => sum + count)).toBe(1);
    expect(await pointsOf(partnerId)).toHaveLength(1);
  });

  it("a partner is counted while it is approved", async () => {
    const { partnerId } = await stocked({ status: "suspended" });
    await stocked({ status: "pending" });
    expect(await cron()).toBe(0);
    expect(await pointsOf(partnerId)).toEqual([]);
  });

  it("hours in which nothing ran stay gaps", async () => {
    const { partnerId } = await stocked();
    const ran = [0, 1, 5, 6];
    for (const hour of ran) {
      app.nowMs = START_MS + hour * HOUR_MS + 3 * MINUTE_MS;
      expect(await cron()).toBe(1);
    }
    const points = await pointsOf(partnerId);
    expect(points.map(({ at }) => at)).toEqual(ran.map((hour) => iso(START_MS + hour * HOUR_MS)));
  });

  it("a partner of which none can be taken keeps none of the others", async () => {
    const partners = [await stocked(), await stocked(), await stocked()];
    db.localNeon.setFault({
      kind: "error500",
      nth: 2,
      times: 1,
      sqlIncludes: "INSERT INTO metrics_snapshots",
    });
    await expect(cron()).rejects.toThrow("unavailable");
    db.localNeon.clearFaults();
    const counts = await Promise.all(
      partners.map(async ({ partnerId }) => (await pointsOf(partnerId)).length),
    );
    expect(counts.toSorted()).toEqual([0, 1, 1]);
    expect(await cron()).toBe(1);
  });

  it("a run ends after ten seconds, and the next goes on", async () => {
    for (let i = 0; i < 5; i++) await stocked();
    const slow = {
      ...db.database,
      write: async (...call: Parameters<typeof db.database.write>) => {
        app.nowMs += 4000;
        return await db.database.write(...call);
      },
    };
    expect(await takeSnapshots({ database: slow, now: () => app.nowMs })).toBe(3);
    expect(await takeSnapshots({ database: slow, now: () => app.nowMs })).toBe(2);
  });
});

describe("the window", () => {
  it.each([
    ["24h", 24],
    ["7d", 168],
    ["30d", 720],
  ])("of %s ends with the answer and has %i hours", async (window, hours) => {
    const { partnerId } = await stocked();
    await cron();
    await insertHours(partnerId, START_MS - 31 * DAY_MS, 31 * 24);
    const points = await pointsOf(partnerId, window);
    expect(points).toHaveLength(hours);
    expect(points[0]?.at).toBe(iso(START_MS - (hours - 1) * HOUR_MS));
    expect(points.at(-1)?.at).toBe(iso(START_MS));
  });

  it("leaves out what is exactly as old as it is long, and takes in what is of this very moment", async () => {
    const { partnerId } = await stocked();
    await cron();
    await insertHours(partnerId, START_MS - 2 * DAY_MS, 48);
    app.nowMs = START_MS - MINUTE_MS;
    const points = await pointsOf(partnerId);
    expect(points.map(({ at }) => at)).toEqual(
      Array.from({ length: 24 }, (_, i) => iso(START_MS - (23 - i) * HOUR_MS)),
    );
  });

  it("is empty of a part of a partner", async () => {
    const { partnerId } = await stocked();
    await cron();
    for (const asked of ["location_ref=yaba", "category=grocery"]) {
      expect((await app.metrics(partnerId, `?${asked}&window=30d`)).history).toEqual({
        window: "30d",
        interval_s: 3600,
        points: [],
      });
    }
  });
});

describe("what has been kept for long", () => {
  it("goes after 90 days, in bounded batches", async () => {
    const { partnerId } = await stocked();
    await cron();
    await insertHours(partnerId, START_MS - 90 * DAY_MS - 12_000 * HOUR_MS, 12_000);
    await insertHours(partnerId, START_MS - 90 * DAY_MS, 24);
    const batches: number[] = [];
    const database = {
      ...db.database,
      write: async (...call: Parameters<typeof db.database.write>) => {
        const gone = await db.database.write(...call);
        batches.push(gone.length);
        return gone;
      },
    };
    expect(await sweepMetrics({ database, now: () => START_MS })).toEqual({
      snapshots: 12_000,
      summaries: 0,
    });
    expect(batches).toEqual([5000, 5000, 2000, 0]);
    expect(await sweepMetrics({ database, now: () => START_MS + HOUR_MS })).toMatchObject({ snapshots: 1 });
  });

  it("goes after ten minutes when it is a summary that nobody asks for", async () => {
    const { partnerId } = await stocked();
    for (const category of ["a", "b", "c"]) await app.metrics(partnerId, `?category=${category}`);
    const sweepAfter = (ms: number) => sweepMetrics({ database: db.database, now: () => START_MS + ms });
    expect(await sweepAfter(10 * MINUTE_MS)).toMatchObject({ summaries: 0 });
    expect(await sweepAfter(10 * MINUTE_MS + 1)).toMatchObject({ summaries: 3 });
  });
});

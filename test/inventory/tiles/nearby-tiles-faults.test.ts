import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Fault } from "../../../scripts/local-neon/faults.ts";
import type { TileCache } from "../../../src/inventory/tiles/tile-cache.ts";
import { SPLIT_TILE } from "../../../src/inventory/tiles/tile-codec.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { createMemoryTileCache, type MemoryTileCache } from "./memory-tile-cache.ts";
import { timingOf } from "./server-timings.ts";

const LAGOS = { lat: 6.45, lng: 3.39 };
const PATH = `/inventory/nearby?lat=${LAGOS.lat}&lng=${LAGOS.lng}&radius_m=20000&limit=100`;
const MAX_AGE_MS = 5000;

let db: TestDatabase;
let apps: NearbyApp[];
beforeAll(async () => {
  db = await startTestDatabase();
});
beforeEach(async () => {
  apps = [];
  const partner = await makePartner();
  const shop = await makeLocation(partner, LAGOS);
  const other = await makeLocation(partner, { lat: LAGOS.lat + 0.1, lng: LAGOS.lng });
  for (let i = 0; i < 5; i++) {
    const item = await makeItem(partner, { externalRef: `SKU ${i}` });
    await makeStock(shop, item);
    await makeStock(other, item);
  }
});
afterEach(async () => {
  db.localNeon.clearFaults();
  for (const app of apps) await app.settle();
  await db.localNeon.exec("TRUNCATE partners CASCADE");
});
afterAll(() => db.stop());

async function start(tileCache?: TileCache): Promise<NearbyApp> {
  const app = await startNearbyApp(db.localNeon, { tileMaxAgeS: MAX_AGE_MS / 1000, tileCache });
  apps.push(app);
  return app;
}

/** An isolate that has all tiles of the question. */
async function startHot(tileCache?: TileCache): Promise<NearbyApp> {
  const app = await start(tileCache);
  for (let i = 0; i < 8; i++) {
    await app.ask(PATH);
    await app.settle();
  }
  expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
  return app;
}

/** Shops without shelves, so that the cell is split. */
async function crowd(): Promise<void> {
  const { partnerId } = await makePartner();
  await db.localNeon.query(
    `INSERT INTO locations (location_id, partner_id, location_ref, name, lat, lng, timezone, h3_cell, x_m, y_m, z_m)
     SELECT gen_random_uuid(), $1, gen_random_uuid(), 'Shop', lat, lng, timezone, h3_cell, x_m, y_m, z_m
     FROM generate_series(1, 90) AS n, locations WHERE location_ref LIKE 'shop-%'`,
    [partnerId],
  );
}

async function expectUnavailable(app: NearbyApp): Promise<void> {
  const response = await app.ask(PATH);
  const text = await response.text();
  expect(response.status).toBe(503);
  expect(response.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
  expect(response.headers.get("Content-Type")).toBe("application/problem+json");
  expect(response.headers.get("Cache-Control")).toBe("no-store");
  expect(JSON.parse(text)).toMatchObject({ status: 503, code: "unavailable" });
  for (const said of [text, JSON.stringify(app.log)]) {
    expect(said).not.toMatch(/select|from locations|127\.0\.0\.1|localhost|postgres:|injected/i);
  }
}

const FAULTS: readonly Fault[] = [
  { kind: "refuse" },
  { kind: "error500" },
  { kind: "truncate" },
  { kind: "commit_then_drop" },
  { kind: "hang" },
];

describe("while the database is away", () => {
  it.each(FAULTS)(
    "tiles answer up to their age, then the caller is told to come back ($kind)",
    {
      timeout: 60_000,
    },
    async (fault) => {
      const app = await startHot();
      const { items } = await app.answer(PATH);
      db.localNeon.setFault(fault);
      for (const passedMs of [1000, 1500, 1500, 1000]) {
        app.nowMs += passedMs;
        const answers = await Promise.all([app.ask(PATH), app.ask(PATH), app.ask(PATH)]);
        for (const answer of answers) {
          expect(answer.status).toBe(200);
          expect(timingOf(answer).path).toBe("hot");
          expect(((await answer.json()) as { items: object[] }).items).toHaveLength(items.length);
        }
      }
      app.nowMs += 1;
      await expectUnavailable(app);
      db.localNeon.clearFaults();
      expect((await app.ask(PATH)).status).toBe(200);
      // What was tried in vain is tried again in a while.
      await app.settle();
      app.nowMs += 10_001;
      for (let i = 0; i < 2; i++) {
        await app.ask(PATH);
        await app.settle();
      }
      expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
    },
  );

  it("a refresh behind an answer that fails is logged without a secret, and not tried with each request", async () => {
    const app = await startHot();
    db.localNeon.setFault({ kind: "error500" });
    app.nowMs += MAX_AGE_MS / 2 + 1;
    const before = db.localNeon.requestCount();
    for (let i = 0; i < 20; i++) {
      expect(timingOf(await app.ask(PATH)).path).toBe("hot");
      await app.settle();
    }
    expect(db.localNeon.requestCount() - before).toBeLessThanOrEqual(2);
    expect(app.log).toMatchObject([{ code: "tiles_not_refreshed" }]);
    expect(JSON.stringify(app.log)).not.toMatch(/select|from locations|127\.0\.0\.1|localhost|postgres:/i);
    app.nowMs += 1001;
    db.localNeon.clearFaults();
    await app.ask(PATH);
    await app.settle();
    expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
  });

  it("a refresh that hangs keeps nobody waiting, and is taken over when it must have ended", async () => {
    const app = await startHot();
    db.localNeon.setFault({ kind: "hang", times: 1, sqlIncludes: "known_version" });
    app.nowMs += MAX_AGE_MS / 2 + 1;
    for (let i = 0; i < 20; i++) expect(timingOf(await app.ask(PATH)).path).toBe("hot");
    app.nowMs += 10_001;
    expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "cold", reason: "old" });
    await app.behind.at(-1);
    expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
  });

  it("a fill that fails leaves the answers to the database, until one succeeds", async () => {
    const app = await start();
    db.localNeon.setFault({ kind: "error500", sqlIncludes: "'too_large'" });
    for (let i = 0; i < 3; i++) {
      const answer = await app.ask(PATH);
      expect(answer.status).toBe(200);
      expect(timingOf(answer)).toMatchObject({ path: "cold", reason: "unknown" });
      await app.settle();
      app.nowMs += 1001;
    }
    db.localNeon.clearFaults();
    await app.ask(PATH);
    await app.settle();
    expect(timingOf(await app.ask(PATH)).path).toBe("hot");
  });

  it.each([
    ["a cell that is one tile", async () => {}],
    ["a cell that is split", crowd],
  ])("an isolate that holds nothing answers from what others have shared of %s", async (_, prepare) => {
    await prepare();
    const cache = createMemoryTileCache();
    const { items } = await (await startHot(cache)).answer(PATH);
    const app = await start(cache);
    app.nowMs = apps[0]!.nowMs + 1000;
    db.localNeon.setFault({ kind: "refuse" });
    const answer = await app.ask(PATH);
    expect(answer.status).toBe(200);
    expect(timingOf(answer).path).toBe("hot");
    expect(((await answer.json()) as { items: object[] }).items).toHaveLength(items.length);
    app.nowMs += MAX_AGE_MS;
    await expectUnavailable(app);
    db.localNeon.clearFaults();
    expect((await app.ask(PATH)).status).toBe(200);
  });

  it("so do a hundred of its requests at once", async () => {
    const cache = createMemoryTileCache();
    await startHot(cache);
    const app = await start(cache);
    app.nowMs = apps[0]!.nowMs;
    db.localNeon.setFault({ kind: "error500" });
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.ask(PATH)));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("a clock that is set back", () => {
  it("makes no tile younger than it is", async () => {
    const app = await startHot();
    await db.localNeon.exec("UPDATE stock_rows SET quantity = 7");
    app.nowMs -= 3_600_000;
    for (let i = 0; i < 5; i++) {
      app.nowMs += 2 * MAX_AGE_MS;
      const { items } = await app.answer(PATH);
      expect(new Set(items.map(({ stock }) => stock.quantity))).toEqual(new Set([7]));
      await app.settle();
    }
  });
});

type Read = (cell: string, text: string | undefined, cache: MemoryTileCache) => Promise<string | undefined>;
type Tile = { asOfMs?: unknown; [member: string]: unknown };

const changed =
  (change: (tile: Tile) => unknown): Read =>
  async (_, text) =>
    text === undefined ? undefined : JSON.stringify(change(JSON.parse(text) as Tile));

/** Ways in which a cache may answer. */
const WAYS: Record<string, Read> = {
  "what it was given": async (_, text) => text,
  "that it has failed": async () => Promise.reject(new Error("no cache today")),
  "by throwing": () => {
    throw new Error("no cache today");
  },
  never: () => new Promise(() => {}),
  "no letter": async () => "",
  garbage: async () => "\u0000<html>502 Bad Gateway</html>",
  null: async () => "null",
  "a list": async () => "[]",
  "half a tile": async (_, text) => text?.slice(0, text.length / 2),
  "another cell's tile": async (cell, _, { texts }) =>
    [...texts].find(([other, text]) => other !== cell && text.includes("item_id"))?.[1] ??
    [...texts.values()][0],
  "another cell's tile, which is empty": async (cell, text, { texts }) =>
    [...texts].find(([other, text]) => other !== cell && !text.includes("item_id"))?.[1] ?? text,
  "a tile of another format": changed((tile) => ({ ...tile, format: 0 })),
  "a tile that is as of tomorrow": changed((tile) => ({ ...tile, asOfMs: Number(tile.asOfMs) + 86_400_000 })),
  "a tile that is as of a little later than now": changed((tile) => ({
    ...tile,
    asOfMs: Number(tile.asOfMs) + 10_900,
  })),
  "a tile that is as of no moment": changed(({ asOfMs: _, ...tile }) => tile),
  "a tile that is as of null": changed((tile) => ({ ...tile, asOfMs: null })),
  "a tile that is as of some words": changed((tile) => ({ ...tile, asOfMs: "just now" })),
  "a tile without a version": changed(({ version: _, ...tile }) => tile),
  "a tile without shelves": changed(({ shelves: _, ...tile }) => tile),
  "a tile whose shelves are no list": changed((tile) => ({ ...tile, shelves: {} })),
  "a tile whose shelves are null": changed((tile) => ({ ...tile, shelves: [null] })),
};

const withoutAsOf = (text: string): string => text.replace(/"as_of":"[^"]*"/, "");

describe("a cache that answers a read with", () => {
  const cases = Object.entries(WAYS).flatMap(([name, read]) => [
    { name, read, writtenMs: 2 * MAX_AGE_MS },
    { name: `${name}, of a second ago,`, read, writtenMs: 1000 },
  ]);
  it.each(cases)(
    "$name harms no answer, and keeps nobody from tiles",
    { timeout: 30_000 },
    async ({ read, writtenMs }) => {
      const shared = createMemoryTileCache();
      const elsewhere = { lat: LAGOS.lat + 3, lng: LAGOS.lng };
      const partner = await makePartner();
      await makeStock(await makeLocation(partner, elsewhere), await makeItem(partner));
      const first = await startHot(shared);
      for (let i = 0; i < 3; i++) {
        await first.ask(`/inventory/nearby?lat=${elsewhere.lat}&lng=${elsewhere.lng}`);
        await first.settle();
      }
      if (writtenMs > MAX_AGE_MS) await db.localNeon.exec("UPDATE stock_rows SET quantity = 7");

      const app = await start({ ...shared, read: (cell) => read(cell, shared.texts.get(cell), shared) });
      app.nowMs = first.nowMs + writtenMs;
      for (let i = 0; i < 6; i++) {
        const answer = await app.ask(PATH);
        expect(answer.status).toBe(200);
        const text = await answer.text();
        const fromDatabase = await app.askControlled(PATH, "no-cache");
        expect(withoutAsOf(text)).toBe(withoutAsOf(await fromDatabase.text()));
        const ageMs = app.nowMs - Date.parse((JSON.parse(text) as { as_of: string }).as_of);
        expect(ageMs).toBeGreaterThanOrEqual(0);
        expect(ageMs).toBeLessThanOrEqual(MAX_AGE_MS);
        await app.settle();
        app.nowMs += 300;
      }
      expect(timingOf(await app.ask(PATH)).path).toBe("hot");
      expect(app.log).toEqual([]);
    },
  );

  it.each(Object.entries(WAYS))(
    "%s is no worse when the database is away",
    { timeout: 30_000 },
    async (_, read) => {
      const shared = createMemoryTileCache();
      const first = await startHot(shared);
      const app = await start({ ...shared, read: (cell) => read(cell, shared.texts.get(cell), shared) });
      app.nowMs = first.nowMs + 2 * MAX_AGE_MS;
      db.localNeon.setFault({ kind: "refuse" });
      await expectUnavailable(app);
      db.localNeon.clearFaults();
      expect((await app.ask(PATH)).status).toBe(200);
    },
  );
});

it("a cache that answers each read with a cell that is split harms no answer", async () => {
  const app = await start({ ...createMemoryTileCache(), read: async () => SPLIT_TILE });
  for (let i = 0; i < 6; i++) {
    const [answer, fromDatabase] = [await app.ask(PATH), await app.askControlled(PATH, "no-cache")];
    expect(withoutAsOf(await answer.text())).toBe(withoutAsOf(await fromDatabase.text()));
    await app.settle();
  }
});

describe("a cache that answers a write", () => {
  it.each<[string, TileCache["write"]]>([
    ["that it has failed", async () => Promise.reject(new Error("no cache today"))],
    [
      "by throwing",
      () => {
        throw new Error("no cache today");
      },
    ],
    ["never", () => new Promise(() => {})],
  ])("%s harms no answer, and keeps nobody from tiles", async (_, write) => {
    const app = await startHot({ ...createMemoryTileCache(), write });
    expect(app.log).toEqual([]);
    for (let i = 0; i < 10; i++) {
      app.nowMs += 2600;
      await db.localNeon.exec("UPDATE stock_rows SET quantity = quantity + 1");
      expect(timingOf(await app.ask(PATH)).path).toBe("hot");
      await app.settle();
      expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
    }
  });
});

describe("isolates that share a cache", () => {
  it("read only what has changed since another filled it", async () => {
    const cache = createMemoryTileCache();
    const first = await startHot(cache);
    expect(cache.writes).toBeGreaterThan(0);
    const app = await start(cache);
    app.nowMs = first.nowMs + 60_000;
    await app.ask(PATH);
    await app.settle();
    const texts = db.localNeon.recentRequests().slice(-2).flat();
    expect(texts.some((text) => text.includes("'too_large'"))).toBe(false);
    expect(timingOf(await app.ask(PATH))).toMatchObject({ path: "hot", ageMs: 0 });
  });

  it("take a quarter of a second off, for clocks that are not alike, and never add to an age", async () => {
    const cache = createMemoryTileCache();
    const first = await startHot(cache);
    await db.localNeon.exec("UPDATE stock_rows SET quantity = 7");
    const app = await start(cache);
    // The database is away, so that nothing but what is shared can be had.
    db.localNeon.setFault({ kind: "error500" });
    app.nowMs = first.nowMs + MAX_AGE_MS - 250;
    const answer = await app.ask(PATH);
    expect(answer.status).toBe(200);
    expect(timingOf(answer)).toMatchObject({ path: "hot", ageMs: MAX_AGE_MS });
    app.nowMs += 1;
    await expectUnavailable(app);
  });

  it("write a tile that changes all the time into it now and then", async () => {
    const cache = createMemoryTileCache();
    const app = await startHot(cache);
    const before = cache.writes;
    const tiles = cache.texts.size;
    for (let i = 0; i < 24; i++) {
      app.nowMs += 2600;
      await db.localNeon.exec("UPDATE stock_rows SET quantity = quantity + 1");
      await app.ask(PATH);
      await app.settle();
    }
    expect(cache.writes - before).toBeLessThanOrEqual(3 * tiles);
    expect(cache.writes - before).toBeGreaterThan(0);
  });
});

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseNearby } from "../../../src/inventory/parse-nearby.ts";
import { NearbyTiles } from "../../../src/inventory/tiles/nearby-tiles.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { timingOf } from "./server-timings.ts";

const LAGOS = { lat: 6.45, lng: 3.39 };
const ITEMS = 40;
const TOWNS = 150;
/** Room for the town that everybody asks of, and some others. */
const MAX_BYTES = 250_000;

let db: TestDatabase;
let app: NearbyApp;
let towns: readonly { readonly lat: number; readonly lng: number }[];

/** Evenly over the globe. */
const anywhere = fc
  .tuple(fc.integer({ min: -999_999, max: 999_999 }), fc.integer({ min: -179_999_999, max: 180_000_000 }))
  .map(([sine, lng]) => ({
    lat: Number(((Math.asin(sine / 1e6) * 180) / Math.PI).toFixed(6)),
    lng: lng / 1e6,
  }));

beforeAll(async () => {
  db = await startTestDatabase();
  towns = [LAGOS, ...fc.sample(fc.noBias(anywhere), { seed: 81, numRuns: TOWNS - 1 })];
  const partner = await makePartner();
  const items = await Promise.all(Array.from({ length: ITEMS }, () => makeItem(partner)));
  for (const town of towns) {
    const shop = await makeLocation(partner, town);
    await db.localNeon.query(
      `INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
       SELECT $1, item_id, partner_id, now() - interval '1 minute', 100, 'in_stock', 'count', 3, 'NGN' FROM items WHERE partner_id = $2`,
      [shop.locationId, partner.partnerId],
    );
  }
  const own = await makePartner();
  const shop = await makeLocation(own, LAGOS);
  for (let i = 0; i < 5; i++) await makeStock(shop, await makeItem(own, { title: "Brown bread" }));
  expect(items).toHaveLength(ITEMS);
}, 60_000);
afterAll(async () => {
  await app.settle();
  await db.stop();
});

const popular = `/inventory/nearby?lat=${LAGOS.lat}&lng=${LAGOS.lng}&radius_m=2000`;

describe("who asks all over the globe", () => {
  it("takes no more memory than there is for tiles, nor more than one fill a question, nor the tiles in use from their users", {
    timeout: 180_000,
  }, async () => {
    app = await startNearbyApp(db.localNeon, { tileMaxAgeS: 5, tileMaxBytes: MAX_BYTES });
    const questions = fc.sample(
      fc.tuple(
        fc.oneof(fc.noBias(anywhere), fc.constantFrom(...towns)),
        fc.constantFrom(1, 500, 20_000, 50_000, 50_000),
        fc.constantFrom("", "&sort=price", "&explain=true", "&product=bread", "&limit=100"),
      ),
      { seed: 82, numRuns: 600 },
    );
    const met = { hot: 0, popularHot: 0, popular: 0, full: 0 };
    for (const [i, [{ lat, lng }, radiusM, more]] of questions.entries()) {
      const path = `/inventory/nearby?lat=${lat}&lng=${lng}&radius_m=${radiusM}${more}`;
      const before = db.localNeon.requestCount();
      const response = await app.ask(path);
      await app.settle();
      const requests = db.localNeon.requestCount() - before;
      const texts = requests === 0 ? [] : db.localNeon.recentRequests().slice(-requests).flat();
      expect(texts.filter((text) => text.includes("'too_large'")).length).toBeLessThanOrEqual(1);
      expect(requests).toBeLessThanOrEqual(10);

      const { path: way, heldBytes } = timingOf(response);
      expect(heldBytes).toBeLessThanOrEqual(MAX_BYTES);
      if (heldBytes > 0.8 * MAX_BYTES) met.full++;
      if (way === "hot") met.hot++;
      const cold = await app.askControlled(path, "no-cache");
      const withoutAsOf = async (one: Response) => (await one.text()).replace(/"as_of":"[^"]*"/, "");
      expect(await withoutAsOf(response)).toBe(await withoutAsOf(cold));

      // Meanwhile, buyers of one town go on asking.
      if (i % 3 === 0) {
        const asked = await app.ask(popular);
        await app.settle();
        met.popular++;
        if (timingOf(asked).path === "hot") met.popularHot++;
      }
      app.nowMs += 400;
    }
    expect(met.full).toBeGreaterThan(300);
    expect(met.popularHot).toBeGreaterThan(met.popular - 5);
  });
});

const collectGarbage = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

function heapBytes(): number {
  collectGarbage();
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe("what an isolate knows of cells where it holds nothing", () => {
  it.each([
    ["there is room, but the database is away", 40_000_000],
    ["there is no room", 0],
  ])("is bounded too, when %s", { timeout: 60_000 }, async (_, maxBytes) => {
    const behind: Promise<unknown>[] = [];
    const tiles = new NearbyTiles({
      database: { queryRows: async () => Promise.reject(new Error("away")) } as never,
      cache: undefined,
      maxAgeMs: 5000,
      maxBytes,
      now: () => 0,
      wait: async () => {},
      waitUntil: (work) => behind.push(work),
      onFailure: () => {},
    });
    const points = fc.sample(fc.noBias(anywhere), { seed: 83, numRuns: 20_000 });
    const parsed = parseNearby("?lat=0&lng=0&radius_m=50000");
    if (!parsed.ok) throw new Error("not a question");
    const before = heapBytes();
    for (const [i, point] of points.entries()) {
      const nowMs = i * 20_000;
      const query = { ...parsed.query, point };
      tiles.search({ query, startedAtMs: nowMs, after: undefined, rows: 21 }, nowMs);
      tiles.bring({ point, radiusM: query.radiusM }, nowMs);
      await Promise.all(behind.splice(0));
    }
    const grownBytes = heapBytes() - before;
    console.info(`${points.length} discs all over the globe: ${(grownBytes / 1e6).toFixed(1)} MB`);
    expect(tiles.bytes).toBe(0);
    expect(grownBytes).toBeLessThan(15_000_000);
  });
});

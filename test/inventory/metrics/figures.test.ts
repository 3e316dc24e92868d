import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type MetricsApp, query, startMetricsApp } from "./metrics-app.ts";
import { CATEGORIES, markets, writeMarket } from "./metrics-market.ts";
import { readTables } from "./metrics-tables.ts";
import { type Asked, recomputed } from "./recomputed.ts";

let db: TestDatabase;
let app: MetricsApp;
beforeAll(async () => {
  db = await startTestDatabase();
  app = await startMetricsApp(db.localNeon);
});
afterAll(() => db.stop());

/** What the partner is told, but for the history. */
async function told({ partnerId, locationRef, category }: Asked) {
  const asked = query({
    ...(locationRef !== null && { location_ref: locationRef }),
    ...(category !== null && { category }),
  });
  const { history, ...figures } = await app.metrics(partnerId, asked);
  expect(history).toEqual({ window: "24h", interval_s: 3600, points: [] });
  return figures;
}

describe("every figure is what the rows say", () => {
  it("of whole partners, of a location, of a category, of both", async () => {
    await fc.assert(
      fc.asyncProperty(
        markets,
        markets,
        fc.constantFrom(...CATEGORIES, "no such category"),
        fc.integer({ min: 0, max: 10_000_000 }),
        async (market, another, category, laterMs) => {
          app.nowMs = Date.UTC(2026, 10, 21, 10) + laterMs;
          const partnerId = await writeMarket(market, app.nowMs);
          const other = await writeMarket(another, app.nowMs);
          const refs = market.locations.map(({ locationRef }) => locationRef);
          const questions = [null, ...refs.slice(0, 2)].flatMap((locationRef) =>
            [...new Set([null, category])].map((asked) => ({ partnerId, locationRef, category: asked })),
          );
          const tables = await readTables();
          for (const question of [...questions, { partnerId: other, locationRef: null, category: null }]) {
            expect(await told(question)).toEqual(recomputed(tables, question, app.nowMs));
          }
        },
      ),
      { seed: 6, numRuns: 25 },
    );
  }, 180_000);
});

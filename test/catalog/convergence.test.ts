import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CatalogWorld, newShop, startCatalogWorld } from "./catalog-app.ts";
import { histories } from "./catalog-arbitraries.ts";
import { requestsOf } from "./catalog-requests.ts";
import { takeSteps } from "./steps.ts";

/** How many histories there are; more take longer. */
const HISTORIES = Number(process.env["CATALOG_HISTORIES"] || 1000);
/** So many make one partner's catalog at a time, each under refs of its own. */
const TOGETHER = 50;

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

describe("the same observations", () => {
  it("in any order, split into any requests, with repetitions, end alike, and each answer and event is right", {
    timeout: 600_000,
  }, async () => {
    let listedCount = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(histories, { minLength: TOGETHER, maxLength: TOGETHER }),
        fc.integer({ min: 1, max: 3 }),
        async (all, locationCount) => {
          const ends = [];
          for (const order of [0, 1] as const) {
            const shop = await newShop(world, locationCount);
            ends.push(await takeSteps(world, shop, requestsOf(all, order, locationCount)));
          }
          expect(ends[0]).toEqual(ends[1]);
          listedCount += ends[0]!.rows.length;
        },
      ),
      { seed: 20_261_122, numRuns: Math.ceil(HISTORIES / TOGETHER), interruptAfterTimeLimit: 550_000 },
    );
    expect(listedCount).toBeGreaterThan(HISTORIES / 3);
  });
});

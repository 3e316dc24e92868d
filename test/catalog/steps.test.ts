import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type CatalogWorld, newShop, startCatalogWorld } from "./catalog-app.ts";
import { livelyHistories } from "./catalog-arbitraries.ts";
import { requestsOf } from "./catalog-requests.ts";
import { takeSteps } from "./steps.ts";

const HISTORIES = Number(process.env["CATALOG_HISTORIES"] || 400);
const TOGETHER = 50;

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

describe("whatever a shop sends, adjustments and mistakes too", () => {
  it("each answer, each event and what is listed at the end are right", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(livelyHistories, { minLength: TOGETHER, maxLength: TOGETHER }),
        fc.integer({ min: 1, max: 3 }),
        async (all, locationCount) => {
          const shop = await newShop(world, locationCount);
          await takeSteps(world, shop, requestsOf(all, 0, locationCount), (step) => `step-${step}`);
        },
      ),
      { seed: 20_261_122, numRuns: Math.ceil(HISTORIES / TOGETHER), interruptAfterTimeLimit: 550_000 },
    );
  });
});

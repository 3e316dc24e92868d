import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CatalogWorld, ITEMS, newShop, startCatalogWorld } from "../../catalog/catalog-app.ts";
import { type MetricsApp, startMetricsApp } from "./metrics-app.ts";
import { readTables } from "./metrics-tables.ts";
import { recomputed } from "./recomputed.ts";

let world: CatalogWorld;
let metrics: MetricsApp;
beforeAll(async () => {
  world = await startCatalogWorld();
  metrics = await startMetricsApp(world.db.localNeon);
});
afterAll(() => world.db.stop());

const HOUR_MS = 3_600_000;
const KINDS = ["shelf_snap", "count", "pos_sync", "assertion"] as const;

const proof = (agoMs: number, nowMs: number, kind: string) => ({
  kind,
  captured_at: new Date(nowMs - agoMs).toISOString(),
  media_url: "https://media.example/1.jpg",
});

/** What a till says: entries about few items at two shops. */
const said = fc.record({
  method: fc.constantFrom("POST", "POST", "POST", "PATCH", "DELETE"),
  entries: fc.array(
    fc.record({
      ref: fc.constantFrom("a", "b", "c", "d"),
      shop: fc.nat({ max: 1 }),
      quantity: fc.nat({ max: 8 }),
      category: fc.constantFrom("grocery", "bakery", null),
      agoMs: fc.integer({ min: 0, max: 60 * HOUR_MS }),
      proof: fc.option(fc.constantFrom(...KINDS)),
      availability: fc.option(fc.constantFrom("in_stock", "on_request", "scheduled_only", "out_of_stock")),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  laterMs: fc.integer({ min: 1000, max: 5 * HOUR_MS }),
});

it("after whatever was written to the catalog, every figure is what the rows say", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(said, { minLength: 1, maxLength: 6 }), async (requests) => {
      const shop = await newShop(world, 2);
      let nowMs = Date.UTC(2026, 10, 21, 10);
      for (const { method, entries, laterMs } of requests) {
        nowMs += laterMs;
        world.app.nowMs = nowMs;
        const body = {
          items: entries.map((entry) => {
            const { ref, quantity, category, agoMs, availability } = entry;
            const place = { external_ref: ref, location_ref: shop.locationRefs[entry.shop] };
            const at = { observed_at: new Date(nowMs - agoMs).toISOString() };
            if (method === "DELETE") return { ...place, ...at };
            const stock = { quantity, ...(availability !== null && { availability }) };
            const evidence = entry.proof !== null && { proof: proof(agoMs, nowMs, entry.proof) };
            const details = { title: `Article ${ref}`, category, price: { amount: 100, currency: "NGN" } };
            return { ...place, ...at, stock, ...evidence, ...(method === "POST" && details) };
          }),
        };
        const answer = await world.app.ask(method, ITEMS, { token: shop.key, body });
        expect([200, 400, 409]).toContain(answer.status);
      }
      metrics.nowMs = nowMs + 1;
      const { history: _, ...told } = await metrics.metrics(shop.partnerId);
      const question = { partnerId: shop.partnerId, locationRef: null, category: null };
      expect(told).toEqual(recomputed(await readTables(), question, metrics.nowMs));
    }),
    { seed: 6, numRuns: 20 },
  );
}, 120_000);

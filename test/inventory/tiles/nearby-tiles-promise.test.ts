import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../../scripts/local-neon/faults.ts";
import { startPartnersApp } from "../../partners/partners-app.ts";
import { makeLocation, makePartner } from "../../support/factories.ts";
import { nearbyPath, type Question } from "../../support/nearby-model.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { SORTS } from "../nearby-questions.ts";
import { type Change, ChangingMarket, changes, SPOTS } from "./market-changes.ts";
import { MarketHistory } from "./market-history.ts";
import { createMemoryTileCache, type MemoryTileCache } from "./memory-tile-cache.ts";
import { timingOf } from "./server-timings.ts";

/** TILE_STEPS=5000 by hand. */
const STEPS = Number(process.env["TILE_STEPS"] ?? 250);
const MAX_AGE_S = 5;
const ISOLATES = 3;

type Circumstances = {
  readonly seed: number;
  /** How far each isolate's clock is ahead. */
  readonly aheadMs: readonly [number, number, number];
  readonly maxBytes: number;
  /** Shops with nothing on their shelves, for cells to be split. */
  readonly emptyShops: number;
};

const isolate = fc.nat({ max: ISOLATES - 1 });
const questions: fc.Arbitrary<Question> = fc
  .record({
    spot: fc.constantFrom(...SPOTS),
    dLat: fc.integer({ min: -9000, max: 9000 }),
    dLng: fc.integer({ min: -9000, max: 9000 }),
    radius_m: fc.constantFrom(300, 3000, 30_000, 50_000),
    product: fc.constantFrom(undefined, undefined, undefined, "bread", "mlik peak"),
    availability: fc.constantFrom(undefined, ["in_stock", "low_stock", "out_of_stock"]),
    min_qty: fc.constantFrom(undefined, 0, 4),
    proof: fc.constantFrom(undefined, undefined, "required" as const),
    open_now: fc.constantFrom(undefined, undefined, true),
    deliverable: fc.constantFrom(undefined, undefined, true),
    sort: fc.constantFrom(undefined, ...SORTS),
  })
  .map(({ spot, dLat, dLng, ...rest }) => ({
    lat: Number((spot.lat + dLat / 1e6).toFixed(6)),
    lng: Number((spot.lng + dLng / 1e6).toFixed(6)),
    ...rest,
    limit: 100,
  }));
const ask = fc.record({ isolate, question: questions, within2S: fc.constantFrom(false, false, false, true) });

type Ask = typeof ask extends fc.Arbitrary<infer T> ? T : never;
type Step =
  | { readonly kind: "pass"; readonly ms: number }
  | { readonly kind: "settle" }
  | { readonly kind: "restart"; readonly isolate: number }
  | { readonly kind: "ask"; readonly asks: readonly Ask[] }
  | { readonly kind: "change"; readonly change: Change; readonly ms: number; readonly asks: readonly Ask[] }
  | { readonly kind: "fault"; readonly fault: Fault; readonly asks: readonly Ask[] };

const asks = (maxLength: number) => fc.array(ask, { minLength: 1, maxLength });
const steps: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(1, 200, 700, 1500, 2501, 5001),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("settle" as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), isolate }) },
  { weight: 20, arbitrary: fc.record({ kind: fc.constant("ask" as const), asks: asks(3) }) },
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant("change" as const),
      change: changes,
      ms: fc.constantFrom(0, 0, 40, 900),
      asks: fc.array(ask, { maxLength: 2 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      fault: fc.record({
        kind: fc.constantFrom("refuse", "error500", "truncate", "commit_then_drop"),
        times: fc.integer({ min: 1, max: 4 }),
        nth: fc.integer({ min: 1, max: 3 }),
      }) as fc.Arbitrary<Fault>,
      asks: asks(3),
    }),
  },
);

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterEach(async () => {
  db.localNeon.clearFaults();
  await db.localNeon.exec("TRUNCATE partners CASCADE");
});
afterAll(() => db.stop());

class Town {
  readonly history = new MarketHistory();
  readonly met = { hot: 0, cold: 0, unavailable: 0 };
  readonly #circumstances: Circumstances;
  readonly #cache: MemoryTileCache = createMemoryTileCache();
  readonly #all: NearbyApp[] = [];
  readonly #isolates: NearbyApp[] = [];
  readonly #writer: Awaited<ReturnType<typeof startPartnersApp>>;
  readonly market: ChangingMarket;
  #nowMs = Date.now();
  #faulty = false;

  private constructor(
    circumstances: Circumstances,
    writer: Awaited<ReturnType<typeof startPartnersApp>>,
    market: ChangingMarket,
  ) {
    this.#circumstances = circumstances;
    this.#writer = writer;
    this.market = market;
  }

  static async open(circumstances: Circumstances): Promise<Town> {
    const writer = await startPartnersApp(db.localNeon);
    const partner = await makePartner();
    for (let i = 0; i < circumstances.emptyShops; i++) {
      await makeLocation(partner, { lat: 6.4 + (i % 20) / 200, lng: 3.35 + Math.floor(i / 20) / 200 });
    }
    const town = new Town(circumstances, writer, await ChangingMarket.open(writer, db));
    for (let i = 0; i < ISOLATES; i++) await town.#start(i);
    town.#turnClocks(0);
    await town.history.note(0, 0);
    return town;
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case "pass":
        this.#turnClocks(step.ms);
        break;
      case "settle":
        await this.settle();
        break;
      case "restart":
        await this.#start(step.isolate);
        break;
      case "ask":
        await this.#askAll(step.asks);
        break;
      case "change": {
        const fromMs = this.#nowMs;
        const making = this.market.make(step.change);
        const judges = await Promise.all(step.asks.map((one) => this.#ask(one, true)));
        this.#turnClocks(step.ms);
        await making;
        await this.history.note(fromMs, this.#nowMs);
        // What was asked meanwhile may show it or not.
        for (const judge of judges) judge();
        break;
      }
      case "fault":
        this.#faulty = true;
        db.localNeon.setFault(step.fault);
        await this.#askAll(step.asks);
        await this.settle();
        db.localNeon.clearFaults();
        this.#faulty = false;
        break;
    }
  }

  async settle(): Promise<void> {
    await Promise.all(this.#all.map((app) => app.settle()));
  }

  #turnClocks(ms: number): void {
    this.#nowMs += ms;
    this.#writer.nowMs = this.#nowMs;
    for (const [i, app] of this.#isolates.entries()) {
      app.nowMs = this.#nowMs + this.#circumstances.aheadMs[i]!;
    }
  }

  /** A new isolate, which holds nothing. What the one before it had begun goes on. */
  async #start(i: number): Promise<void> {
    const { maxBytes, aheadMs } = this.#circumstances;
    const options = { tileMaxAgeS: MAX_AGE_S, tileMaxBytes: maxBytes, tileCache: this.#cache };
    const app = await startNearbyApp(db.localNeon, options);
    app.nowMs = this.#nowMs + aheadMs[i]!;
    this.#isolates[i] = app;
    this.#all.push(app);
  }

  async #askAll(asks: readonly Ask[]): Promise<void> {
    const judges = await Promise.all(asks.map((one) => this.#ask(one)));
    for (const judge of judges) judge();
  }

  /** What judges the answer, once all is noted that it may show. */
  async #ask({ isolate, question, within2S }: Ask, whileChanging = false): Promise<() => void> {
    const app = this.#isolates[isolate]!;
    const aheadMs = this.#circumstances.aheadMs[isolate]!;
    const maxAgeMs = within2S ? 2000 : 1000 * MAX_AGE_S;
    const { nowMs } = app;
    const path = nearbyPath(question);
    const response = await (within2S ? app.askControlled(path, "max-age=2") : app.ask(path));
    const text = await response.text();
    if (response.status === 503 && this.#faulty) {
      this.met.unavailable++;
      return () => {};
    }
    if (response.status !== 200) throw new Error(`${path} → ${response.status} ${text}`);
    const timing = timingOf(response);
    this.met[timing.path]++;
    const body = JSON.parse(text);
    const asOfMs = Date.parse(body.as_of);
    if (!(asOfMs <= nowMs && asOfMs >= nowMs - maxAgeMs)) {
      throw new Error(`${path} at ${new Date(nowMs).toISOString()} is as of ${body.as_of}`);
    }
    // What is asked by two statements may be changed between them.
    const { open_now, deliverable, sort } = question;
    const byTwo = open_now === true || deliverable === true || sort === "delivery";
    if (whileChanging && timing.path === "cold" && byTwo) return () => {};
    return () => {
      try {
        // By the clock of those who acknowledge.
        const acknowledgedMs = { asOfMs: asOfMs - aheadMs, endMs: nowMs - aheadMs };
        this.history.judge(question, body, { ...acknowledgedMs, nowMs });
      } catch (error) {
        throw new Error(`${path} (${JSON.stringify({ ...timing, isolate, nowMs, asOfMs })}): ${error}`);
      }
    };
  }
}

describe("several isolates, while partners change what there is", () => {
  it.each<Circumstances & { readonly name: string }>([
    { name: "plainly", seed: 1, aheadMs: [0, 0, 0], maxBytes: 4_000_000, emptyShops: 0 },
    {
      name: "with clocks that differ by a quarter of a second",
      seed: 2,
      aheadMs: [0, 125, -125],
      maxBytes: 4_000_000,
      emptyShops: 0,
    },
    { name: "in cells that are split", seed: 3, aheadMs: [0, 0, 0], maxBytes: 4_000_000, emptyShops: 200 },
    { name: "with hardly any memory", seed: 6, aheadMs: [0, 0, 0], maxBytes: 300_000, emptyShops: 200 },
  ])(
    "never show what was acknowledged to be otherwise more than five seconds ago, nor before their as_of: $name",
    { timeout: 300_000 },
    async (circumstances) => {
      const town = await Town.open(circumstances);
      const { seed } = circumstances;
      // Something to begin with.
      for (const change of fc.sample(changes, { seed: -seed, numRuns: 60 })) {
        if (change.kind === "put_location" || change.kind === "upsert") {
          await town.do({ kind: "change", change, ms: 0, asks: [] });
        }
      }
      for (const [i, step] of fc.sample(steps, { seed, numRuns: STEPS }).entries()) {
        try {
          await town.do(step);
        } catch (error) {
          await town.settle();
          throw new Error(`step ${i}, ${step.kind}: ${error instanceof Error ? error.message : error}`);
        }
      }
      await town.settle();
      const { judged } = town.history;
      console.info(circumstances.name, town.met, judged, town.market.made);
      expect(town.met.hot).toBeGreaterThan(STEPS / 20);
      expect(judged.rows).toBeGreaterThan(STEPS);
      expect(judged.behind).toBeGreaterThan(0);
      expect(Object.keys(town.market.made).length).toBeGreaterThanOrEqual(6);
    },
  );
});

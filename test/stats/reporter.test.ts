import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Reporter } from "../../src/stats/reporter.ts";
import { RequestCounter } from "../../src/stats/request-counter.ts";
import type { Delta } from "../../src/stats/sums.ts";
import { FAULTLESS, type Faults, StatsWorld } from "./stats-world.ts";

const MINUTES = 60_000;
/** Requests over so long; then the network is left to come to rest. */
const BUSY_MS = MINUTES / 2;

const faults: fc.Arbitrary<Faults> = fc.record({
  lostCalls: fc.double({ min: 0, max: 0.4, noNaN: true }),
  lostReplies: fc.double({ min: 0, max: 0.4, noNaN: true }),
  repeatedCalls: fc.double({ min: 0, max: 0.5, noNaN: true }),
  cutWork: fc.double({ min: 0, max: 0.1, noNaN: true }),
  restarts: fc.double({ min: 0, max: 0.3, noNaN: true }),
});

/** Requests, some of which ask for the sums. */
type Plan = { readonly atMs: number; readonly isolate: number; readonly asks: boolean }[];
const plans: fc.Arbitrary<Plan> = fc.array(
  fc.record({ atMs: fc.integer({ min: 0, max: BUSY_MS }), isolate: fc.nat({ max: 2 }), asks: fc.boolean() }),
  { minLength: 1, maxLength: 100 },
);

function run(world: StatsWorld, plan: Plan): Promise<void> {
  for (const { atMs, isolate, asks } of plan) {
    world.time.at(atMs, () => {
      if (asks) world.flush(isolate);
      world.request(isolate, `/${isolate}`);
    });
  }
  // Each isolate has a request now and then: it carries what earlier ones left.
  for (let atMs = BUSY_MS; atMs < BUSY_MS + 60 * MINUTES; atMs += 31_000) {
    for (const isolate of [0, 1, 2]) world.time.at(atMs, () => world.request(isolate, "/later"));
  }
  return world.time.run();
}

describe("what isolates count", () => {
  it("is summed exactly, whatever calls, answers, work behind answers and the object's memory are lost", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), faults, plans, async (seed, lossy, plan) => {
        const world = new StatsWorld(seed, lossy, 3);
        await run(world, plan);
        for (const isolate of [0, 1, 2]) {
          const route = `/${isolate}`;
          expect([route, world.summed.get(route)]).toEqual([route, world.counted.get(route)]);
        }
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });

  it("is never summed twice, and lost only with its isolate, when isolates come and go", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), faults, plans, async (seed, lossy, plan) => {
        // The object remembers two isolates at a time.
        const world = new StatsWorld(seed, lossy, 3, 2);
        for (let atMs = 0; atMs < BUSY_MS; atMs += 9000) {
          world.time.at(atMs, () => world.replace(Math.floor(atMs / 9000) % 3));
        }
        await run(world, plan);
        for (const [route, count] of world.summed) {
          expect(count).toBeLessThanOrEqual(world.counted.get(route) ?? 0);
        }
      }),
      { seed: 20261122, numRuns: 60 },
    );
  });
});

describe("an isolate", () => {
  it("brings what it counts within seconds, also when no request follows", async () => {
    const world = new StatsWorld(1, FAULTLESS, 1);
    for (const atMs of [0, 1, 2, 4000]) world.time.at(atMs, () => world.request(0, "/"));
    await world.time.run(6500);
    expect(world.summed.get("/")).toBe(4);
  });

  it("sends one delta in five seconds, however many requests it has", async () => {
    const world = new StatsWorld(1, FAULTLESS, 1);
    for (let i = 0; i < 60_000; i += 20) world.time.at(i, () => world.request(0, "/"));
    await world.time.run(60_000);
    expect(world.calls).toBeGreaterThanOrEqual(9);
    expect(world.calls).toBeLessThanOrEqual(12);
  });

  it("keeps what it counted while the object is away, and tells why it was not brought", async () => {
    let lostCalls = 1;
    const away: Faults = {
      ...FAULTLESS,
      get lostCalls() {
        return lostCalls;
      },
    };
    const world = new StatsWorld(1, away, 1);
    for (let atMs = 0; atMs < 10 * MINUTES; atMs += 1000) world.time.at(atMs, () => world.request(0, "/"));
    await world.time.run(9 * MINUTES);
    expect(world.summed.size).toBe(0);
    expect(world.failures.length).toBeGreaterThan(50);
    lostCalls = 0;
    await world.time.run();
    expect(world.summed.get("/")).toBe(600);
  });

  it("is not told by a late answer that what it has sent since was summed", async () => {
    const counter = new RequestCounter();
    const sent: { readonly seq: number; readonly answer: PromiseWithResolvers<void> }[] = [];
    const reporter = new Reporter({
      counter,
      store: {
        add: ({ seq }: Delta) => {
          const answer = Promise.withResolvers<void>();
          sent.push({ seq, answer });
          return answer.promise;
        },
      },
      now: () => 0,
      wait: async () => undefined,
      waitUntil: () => undefined,
      newIsolateId: () => "isolate",
      onFailure: () => undefined,
    });
    const count = () => counter.countDatabaseError("timeout");
    count();
    const [late, early] = [reporter.flush(), reporter.flush()];
    count();
    sent[1]!.answer.resolve();
    await expect.poll(() => sent.map(({ seq }) => seq)).toEqual([0, 0, 1]);
    sent[0]!.answer.resolve();
    await late;
    sent[2]!.answer.reject(new Error("lost"));
    await early;
    const again = reporter.flush();
    expect(sent.map(({ seq }) => seq)).toEqual([0, 0, 1, 1]);
    sent[3]!.answer.resolve();
    await again;
  });
});

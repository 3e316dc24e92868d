import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Terms } from "../../src/limits/lease-call.ts";
import type { RequestTerms } from "../../src/limits/lease-holder.ts";
import { FAULTLESS, LimitsWorld, type Network, randomFrom } from "./limits-world.ts";

/** LIMIT_HISTORIES=100000 by hand. */
const HISTORIES = Number(process.env["LIMIT_HISTORIES"] ?? 10_000);
const ISOLATES = 4;

const probability = fc.constantFrom(0, 0, 0.02, 0.1, 0.4);
const networks = fc
  .record({
    minDelayMs: fc.integer({ min: 0, max: 50 }),
    spreadMs: fc.constantFrom(0, 10, 100, 600, 2000),
    lostCalls: probability,
    lostReplies: probability,
    repeatedCalls: probability,
    lostRequests: fc.constantFrom(0, 0, 0.02, 0.1),
  })
  .map(({ spreadMs, ...rest }) => ({ ...rest, maxDelayMs: rest.minDelayMs + spreadMs }) satisfies Network);

const anIsolate = fc.integer({ min: 0, max: ISOLATES - 1 });
const bursts = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 6000 }),
    isolate: anIsolate,
    requests: fc.integer({ min: 1, max: 25 }),
    everyMs: fc.constantFrom(0, 1, 10, 50, 300),
  }),
  { maxLength: 8 },
);
const moments = fc.array(fc.integer({ min: 0, max: 9000 }), { maxLength: 4 });

const histories = fc.record({
  seed: fc.integer(),
  limit: fc.oneof(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 7, max: 40 })),
  windowMs: fc.integer({ min: 300, max: 3000 }),
  network: networks,
  bursts,
  givenBack: fc.constantFrom(0, 0, 0.3),
  restarts: moments,
  disturbances: moments,
  evictions: fc.array(
    fc.record({
      atMs: fc.integer({ min: 0, max: 9000 }),
      isolate: fc.integer({ min: 0, max: ISOLATES - 1 }),
    }),
    { maxLength: 4 },
  ),
});

type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

async function live(history: History): Promise<LimitsWorld> {
  const { seed, limit, windowMs, network, restarts, disturbances, evictions, givenBack } = history;
  const world = new LimitsWorld(seed, network, ISOLATES);
  const random = randomFrom(~seed);
  const terms: RequestTerms = { limit, windowMs, mayComeBack: givenBack > 0 };
  const send = (atMs: number, isolate: number, requests: number, everyMs: number) => {
    for (let i = 0; i < requests; i++) {
      const backAfterMs = random() < givenBack ? random() * 1500 : undefined;
      world.time.at(atMs + i * everyMs, () => void world.request(isolate, terms, backAfterMs));
    }
  };
  for (const { atMs, isolate, requests, everyMs } of history.bursts) {
    send(atMs, isolate, requests, everyMs);
  }
  for (const atMs of restarts) world.time.at(atMs, () => world.restartObject());
  for (const atMs of disturbances) world.time.at(atMs, () => world.disturbClocks());
  for (const { atMs, isolate } of evictions) world.time.at(atMs, () => world.evict(isolate));
  await world.time.run();
  return world;
}

/** The most admissions in any `windowMs`, counted for each window that begins with one. */
function mostWithin(admittedMs: readonly number[], windowMs: number): number {
  return Math.max(
    0,
    ...admittedMs.map(
      (firstMs) => admittedMs.filter((atMs) => atMs >= firstMs && atMs < firstMs + windowMs).length,
    ),
  );
}

/** A lease whose last permits are spent as late as can be, by clocks that are set as badly as can be meanwhile. */
const hoards = fc.record({
  seed: fc.integer(),
  limit: fc.integer({ min: 12, max: 40 }),
  windowMs: fc.integer({ min: 300, max: 1500 }),
  maxDelayMs: fc.constantFrom(1, 5, 400),
  fast: fc.integer({ min: 4, max: 12 }),
  pauseMs: fc.integer({ min: 850, max: 1500 }),
  disturbedMs: fc.integer({ min: 20, max: 800 }),
  late: fc.integer({ min: 1, max: 8 }),
});

type Hoard = typeof hoards extends fc.Arbitrary<infer T> ? T : never;

async function liveHoarding(hoard: Hoard): Promise<LimitsWorld> {
  const { seed, limit, windowMs, maxDelayMs, fast, pauseMs, disturbedMs, late } = hoard;
  const world = new LimitsWorld(seed, { ...FAULTLESS, minDelayMs: 0, maxDelayMs }, 2);
  const send = (atMs: number, isolate: number) =>
    world.time.at(atMs, () => void world.request(isolate, { limit, windowMs }));
  for (let i = 0; i < fast; i++) send(10 * i, 0);
  for (let i = 0; i < late; i++) send(10 * fast + pauseMs, 0);
  world.time.at(10 * fast + disturbedMs, () => world.disturbClocks());
  // Another isolate takes all that is left, and whatever becomes free as soon as it does.
  for (let i = 0; i < limit; i++) send(10 * fast + pauseMs + 100, 1);
  for (let atMs = pauseMs + windowMs; atMs < pauseMs + windowMs + 900; atMs += 8) send(atMs, 1);
  await world.time.run();
  return world;
}

describe("whatever gets lost, repeated, evicted, restarted or set wrong", () => {
  it(`in no window of ${HISTORIES} histories is one request too many admitted`, {
    timeout: 600_000,
  }, async () => {
    let admitted = 0;
    let full = 0;
    const check = (admittedMs: readonly number[], { windowMs, limit }: Terms) => {
      const most = mostWithin(admittedMs, windowMs);
      expect(most).toBeLessThanOrEqual(limit);
      admitted += admittedMs.length;
      if (most === limit) full++;
    };
    await fc.assert(
      fc.asyncProperty(histories, async (history) => check((await live(history)).admittedMs, history)),
      { seed: 4, numRuns: HISTORIES * 0.8 },
    );
    await fc.assert(
      fc.asyncProperty(hoards, async (hoard) => check((await liveHoarding(hoard)).admittedMs, hoard)),
      { seed: 4, numRuns: HISTORIES * 0.2 },
    );
    // The histories are such that the limit matters.
    expect(admitted).toBeGreaterThan(8 * HISTORIES);
    expect(full).toBeGreaterThan(HISTORIES / 5);
  });
});

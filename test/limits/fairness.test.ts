import { describe, expect, it } from "vitest";
import { FAULTLESS, LimitsWorld, type Network, randomFrom } from "./limits-world.ts";

const WINDOW_MS = 300_000;
const HOUR_MS = 3_600_000;
const SLOW: Network = { ...FAULTLESS, minDelayMs: 20, maxDelayMs: 150 };

type Pacing = {
  readonly limit: number;
  readonly share: number;
  readonly isolates: number;
  readonly forMs: number;
  readonly network: Network;
  /** Which isolate the `i`th request meets. */
  readonly isolateOf: (i: number) => number;
};

/** A caller that spreads `share` of the limit evenly over time, and what became of it. */
async function pace({ limit, share, isolates, forMs, network, isolateOf }: Pacing) {
  const world = new LimitsWorld(limit + isolates, network, isolates);
  const terms = { limit, windowMs: WINDOW_MS };
  const everyMs = WINDOW_MS / (share * limit);
  const sent = Math.floor(forMs / everyMs);
  const send = (i: number): void => {
    void world.request(isolateOf(i), terms);
    if (i + 1 < sent) world.time.at((i + 1) * everyMs, () => send(i + 1));
  };
  world.time.at(0, () => send(0));
  await world.time.run();
  return { world, sent };
}

/** Each with how long it is watched: fast callers' hours are long. */
const LIMITS = [
  [1, HOUR_MS],
  [10, HOUR_MS],
  [30, HOUR_MS],
  [40, HOUR_MS],
  [180, HOUR_MS],
  [300, HOUR_MS],
  [1000, HOUR_MS],
  [3000, HOUR_MS],
  [30_000, 800_000],
  [300_000, 650_000],
] as const;

describe("a caller that paces itself evenly is never refused", () => {
  it.each(LIMITS)("on one isolate, at 99 percent of %i", { timeout: 120_000 }, async (limit, forMs) => {
    for (const network of limit > 3000 ? [FAULTLESS] : [FAULTLESS, SLOW]) {
      const { world, sent } = await pace({
        limit,
        share: 0.99,
        isolates: 1,
        forMs,
        network,
        isolateOf: () => 0,
      });
      expect([world.admittedMs.length, world.refused, world.unreachableMs]).toEqual([sent, [], []]);
    }
  });

  it.each(LIMITS)("over four isolates, at 97 percent of %i", { timeout: 120_000 }, async (limit, forMs) => {
    const random = randomFrom(97);
    const ways = [(i: number) => i % 4, () => Math.floor(4 * random()), (i: number) => (i >> 5) % 4];
    for (const isolateOf of limit > 3000 ? ways.slice(1, 2) : ways) {
      const { world, sent } = await pace({
        limit,
        share: 0.97,
        isolates: 4,
        forMs,
        network: FAULTLESS,
        isolateOf,
      });
      expect([world.admittedMs.length, world.refused, world.unreachableMs]).toEqual([sent, [], []]);
    }
  });
});

describe("a caller that sends as fast as it can", () => {
  it.each([
    [300, 1, 100],
    [300, 4, 20],
    [40, 1, 100],
    [40, 4, 100],
    [3000, 1, 20],
    [3000, 4, 20],
  ])(
    "gets 95 to 100 percent of %i in an hour on %i isolate(s), sending every %i ms",
    async (limit, isolates, everyMs) => {
      const world = new LimitsWorld(limit, FAULTLESS, isolates);
      const random = randomFrom(95);
      const send = (atMs: number): void => {
        void world.request(Math.floor(isolates * random()), { limit, windowMs: WINDOW_MS });
        if (atMs + everyMs < HOUR_MS) world.time.at(atMs + everyMs, () => send(atMs + everyMs));
      };
      world.time.at(0, () => send(0));
      await world.time.run();
      const share = world.admittedMs.length / (limit * (HOUR_MS / WINDOW_MS));
      expect(share).toBeGreaterThanOrEqual(0.95);
      expect(share).toBeLessThanOrEqual(1);
    },
    120_000,
  );

  it.each([
    ["all at once", 0],
    ["one after the other", 1],
    ["in some seconds", 25],
  ])("gets its full first burst on one isolate: %s", async (_how, everyMs) => {
    for (const limit of [1, 10, 40, 180, 300, 3000]) {
      const world = new LimitsWorld(limit, FAULTLESS, 1);
      for (let i = 0; i < limit + 50; i++) {
        world.time.at(i * everyMs, () => void world.request(0, { limit, windowMs: WINDOW_MS }));
      }
      await world.time.run();
      expect([world.admittedMs.length, world.refused.length]).toEqual([limit, 50]);
    }
  });

  it("gets its full first burst also after pauses in which permits expire in its hand", async () => {
    const world = new LimitsWorld(1, FAULTLESS, 1);
    for (const [fromMs, requests] of [
      [0, 80],
      [5000, 80],
      [60_000, 80],
      [90_000, 80],
    ] as const) {
      for (let i = 0; i < requests; i++) {
        world.time.at(fromMs + i, () => void world.request(0, { limit: 300, windowMs: WINDOW_MS }));
      }
    }
    await world.time.run();
    expect([world.admittedMs.length, world.refused.length]).toEqual([300, 20]);
  });
});

describe("a refusal", () => {
  it("costs no call until it can change", async () => {
    const world = new LimitsWorld(2, FAULTLESS, 1);
    for (let i = 0; i < 300; i++)
      world.time.at(i, () => void world.request(0, { limit: 300, windowMs: WINDOW_MS }));
    for (let i = 0; i < 5000; i++) {
      world.time.at(2000 + 50 * i, () => void world.request(0, { limit: 300, windowMs: WINDOW_MS }));
    }
    await world.time.run(2000);
    const before = world.calls;
    await world.time.run(250_000);
    expect(world.refused.length).toBeGreaterThan(4900);
    expect(world.calls - before).toBeLessThanOrEqual(1);
  });

  it("names a moment at which a request passes, on any isolate, if nothing else is sent", async () => {
    for (let seed = 0; seed < 300; seed++) {
      const world = new LimitsWorld(seed, { ...FAULTLESS, maxDelayMs: 120 }, 4);
      const random = randomFrom(seed);
      const anIsolate = () => Math.floor(4 * random());
      const terms = { limit: 1 + Math.floor(40 * random()), windowMs: 20_000 };
      const untilMs = 3000 + 30_000 * random();
      for (let i = 0; i < 300; i++) {
        const isolate = anIsolate();
        world.time.at(untilMs * random(), () => void world.request(isolate, terms));
      }
      const askUntilRefused = async () => {
        let outcome = await world.request(anIsolate(), terms);
        while (outcome.kind === "admitted") outcome = await world.request(anIsolate(), terms);
        return outcome;
      };
      const askAgainAsTold = async () => {
        await world.time.wait(untilMs + 500);
        const refusal = await askUntilRefused();
        if (refusal.kind !== "refused") throw new Error(refusal.kind);
        await world.time.wait(refusal.retryInMs);
        return (await world.request(anIsolate(), terms)).kind;
      };
      const afterRetry = askAgainAsTold();
      await world.time.run();
      expect(await afterRetry).toBe("admitted");
    }
  });
});

describe("permits that come back", () => {
  const terms = { limit: 30, windowMs: WINDOW_MS, mayComeBack: true };

  it("are all there again after good look-ups on one isolate after the other", async () => {
    const world = new LimitsWorld(1, FAULTLESS, 5);
    for (let i = 0; i < 50; i++) {
      world.time.at(
        1000 * Math.floor(i / 10) + 10 * (i % 10),
        () => void world.request(Math.floor(i / 10), terms, 30),
      );
    }
    await world.time.run();
    for (let i = 0; i < 31; i++) void world.request(0, terms);
    await world.time.run();
    expect([world.admittedMs.length, world.refused.length]).toEqual([30, 1]);
  });

  it.each([1, 4])("are waited for by good look-ups that come at once, on %i isolate(s)", async (isolates) => {
    const world = new LimitsWorld(3, FAULTLESS, isolates);
    const outcomes = Array.from({ length: 45 }, (_, i) => world.request(i % isolates, terms, 50));
    await world.time.run();
    expect((await Promise.all(outcomes)).map(({ kind }) => kind)).toEqual(Array(45).fill("admitted"));
  });

  it("are not waited for by one who was refused for longer, nor asked for more than once a second", async () => {
    const world = new LimitsWorld(3, FAULTLESS, 1);
    for (let i = 0; i < 30; i++) void world.request(0, terms);
    await world.time.run();
    for (let i = 0; i < 1000; i++) world.time.at(1000 + 10 * i, () => void world.request(0, terms));
    await world.time.run(5000);
    const [refusedBefore, callsBefore] = [world.refused.length, world.calls];
    await world.time.run(10_000);
    expect(world.refused.length - refusedBefore).toBeGreaterThan(490);
    expect(world.calls - callsBefore).toBeLessThanOrEqual(5);
  });
});

import { median } from "../support/median.ts";
import { DENSITIES, type Density, SPREADS, type Spread } from "./areas.ts";
import { type Field, NAMES, type Name } from "./field.ts";
import type { LoadResult } from "./load-process.ts";
import type { Round, Stratum, Turn } from "./rounds.ts";

/** A contender's medians over the rounds. */
export type Line = {
  readonly name: Name;
  readonly perSecond: number;
  /** Milliseconds at half of its peak. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Microseconds of CPU time for a request, at its peak. */
  readonly serverUs: number;
  readonly databaseUs: number;
  readonly endpointUs: number;
  /** Of the answers that say, at its peak: NaN when none says. */
  readonly hitShare: number;
  readonly loaderShare: number;
  /** How late requests were sent at half of its peak, p99. */
  readonly sentLateMs: number;
  readonly kilobytes: number;
};

export type StratumLine = {
  readonly density: Density;
  readonly spread: Spread;
  readonly perSecond: number;
  readonly hitShare: number;
  readonly hot: { readonly p50Ms: number; readonly p99Ms: number };
  readonly cold: { readonly p50Ms: number; readonly p99Ms: number };
};

/** The medians of the rounds' ratios: each is of two loads of the same round. */
export type Ratios = {
  readonly hotToFloor: number;
  readonly hotToPostgis: number;
  readonly hotToRedis: number;
  readonly coldToPostgisP50: number;
  readonly hotToFloorP99: number;
  /** The same with the floor at the rate at which hot was measured. */
  readonly hotToFloorP99AtSameRate: number;
};

export function linesOf({ contenders }: Pick<Field, "contenders">, rounds: readonly Round[]): Line[] {
  return NAMES.flatMap((name) => {
    const who = contenders[name];
    const turns = rounds.flatMap(({ turns }) => turns[name] ?? []);
    if (who === undefined || turns.length === 0) return [];
    const of = (value: (turn: Turn) => number): number => median(turns.map(value));
    return {
      name,
      perSecond: of(({ closed }) => closed.perSecond),
      p50Ms: of(({ open }) => open.latency.p50Ms),
      p99Ms: of(({ open }) => open.latency.p99Ms),
      serverUs: of(({ closed }) => cpuUs(closed, who.servers)),
      databaseUs: of(({ closed }) => cpuUs(closed, ["postgres"])),
      endpointUs: of(({ closed }) => cpuUs(closed, ["endpoint"])),
      // The floor says what ours said.
      hitShare: name === "floor" ? Number.NaN : of(({ closed }) => hitShare(closed)),
      loaderShare: of(({ closed }) => closed.loaderShare),
      sentLateMs: of(({ open }) => open.sentLateP99Ms),
      kilobytes: of(({ closed }) => closed.bytes / 1000),
    };
  });
}

export function strataLines(strata: readonly Stratum[]): StratumLine[] {
  return SPREADS.flatMap((spread) => DENSITIES.map((density) => stratumLine(strata, density, spread)));
}

function stratumLine(strata: readonly Stratum[], density: Density, spread: Spread): StratumLine {
  const turns = strata.filter((one) => one.density === density && one.spread === spread);
  const of = (value: (turn: Turn) => number): number => median(turns.map(value));
  const latency = (way: "hot" | "cold") => ({
    p50Ms: of(({ open }) => open.latencyByWay[way].p50Ms),
    p99Ms: of(({ open }) => open.latencyByWay[way].p99Ms),
  });
  return {
    density,
    spread,
    perSecond: of(({ closed }) => closed.perSecond),
    hitShare: of(({ closed }) => hitShare(closed)),
    hot: latency("hot"),
    cold: latency("cold"),
  };
}

export function ratiosOf(rounds: readonly Round[]): Ratios {
  const of = (one: Name, other: Name, value: (turn: Turn) => number): number =>
    median(
      rounds.map(({ turns }) => {
        const [first, second] = [turns[one], turns[other]];
        return first === undefined || second === undefined ? Number.NaN : value(first) / value(second);
      }),
    );
  const peak = ({ closed }: Turn): number => closed.perSecond;
  return {
    hotToFloor: of("hot", "floor", peak),
    hotToPostgis: of("hot", "postgis", peak),
    hotToRedis: of("hot", "redis", peak),
    coldToPostgisP50: of("cold", "postgis", ({ open }) => open.latency.p50Ms),
    hotToFloorP99: of("hot", "floor", ({ open }) => open.latency.p99Ms),
    hotToFloorP99AtSameRate: median(
      rounds.map(
        ({ turns, floorAtHotRate }) =>
          (turns.hot?.open.latency.p99Ms ?? Number.NaN) / floorAtHotRate.latency.p99Ms,
      ),
    ),
  };
}

/** Microseconds of CPU time that these used for each answer. */
export function cpuUs({ cpuS, answers }: LoadResult, whose: readonly string[]): number {
  return (1e6 * whose.reduce((sum, name) => sum + (cpuS[name] ?? 0), 0)) / answers;
}

/** Of the answers that say which way they came, those that came from tiles. */
export function hitShare({ ways }: LoadResult): number {
  return ways.hot / (ways.hot + ways.cold);
}

/** Of one core, what workerd used while others than its Workers were measured: what the writer costs it. */
export function writerShareOfWorkerd(rounds: readonly Round[], seconds: number): number {
  return median(
    rounds.flatMap(({ turns }) =>
      [turns.postgis, turns.redis].map((turn) => (turn?.closed.cpuS["workerd"] ?? Number.NaN) / seconds),
    ),
  );
}

/** What the isolate's tiles took when they were last looked at; undefined when answers do not say. */
export function heldBytes(rounds: readonly Round[]): number | undefined {
  return rounds.map(({ turns }) => turns.hot?.closed.heldBytes).findLast((bytes) => bytes !== undefined);
}

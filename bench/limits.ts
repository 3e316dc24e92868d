import { createKey, type KeyFixture } from "../test/support/api-keys.ts";
import { CallCounter } from "./limits/calls.ts";
import { type Contenders, startContenders } from "./limits/contenders.ts";
import { type Load, type LoadResult, runLoad } from "./limits/load.ts";
import { runBench } from "./support/run-bench.ts";
import { table } from "./support/table.ts";
import { cpuSecondsOf } from "./sync/processes.ts";

/** Refused with 400 without asking the database: there is hardly a faster request, so limits weigh most. */
const CHEAP = "/inventory/nearby?lat=north";
/** Answered from the database, which is empty. */
const REAL = "/inventory/nearby?lat=6.5&lng=3.4";
const OVERRIDE = 300_000;
/** Two processes of one program differ by some per cent for as long as they live. */
const STARTS = 6;
const ROUNDS = 5;
const ROUND_MS = 600;
const HOPS_MS = 6000;
/** Of each round, not measured: a caller's first leases are small. */
const LEAD_IN_MS = 200;
const CONCURRENCY = 16;

type Name = "off" | "leases" | "asking";
const NAMES: readonly Name[] = ["off", "leases", "asking"];

async function main(stack: AsyncDisposableStack): Promise<void> {
  const cheapRounds: ByContender[] = [];
  const realRounds: ByContender[] = [];
  for (let start = 0; start < STARTS; start++) {
    await using started = new AsyncDisposableStack();
    const contenders = await startContenders(started);
    cheapRounds.push(...(await compare(contenders, CHEAP)));
    realRounds.push(...(await compare(contenders, REAL)));
  }
  const [cheap, real] = [summary(cheapRounds), summary(realRounds)];
  const rows = NAMES.map((name) => [
    WHAT[name],
    ...[cheap, real].flatMap(({ perSecond, toOff, cpuUs }) => [
      perSecond[name].toFixed(0),
      toOff[name].toFixed(3),
      cpuUs[name].toFixed(1),
    ]),
  ]);
  console.log(
    `\n## Requests per second, one isolate, ${CONCURRENCY} at a time, ${OVERRIDE} per 300 s (median of ${STARTS * ROUNDS} rounds, ${STARTS} starts)\n`,
  );
  console.log(
    table(
      ["limiter", "cheapest request", "to off", "CPU µs", "nearby, empty database", "to off", "CPU µs"],
      rows,
    ),
  );

  const hops = await countHops(await startContenders(stack));
  console.log("\n## Calls to the object for each admitted request\n");
  console.log(
    table(
      ["limit", "isolates", "admitted", "leases", "asking each time"],
      hops.map(({ limit, isolates, admitted, leases, asking }) => [
        String(limit),
        String(isolates),
        String(admitted),
        leases.toFixed(4),
        asking.toFixed(4),
      ]),
    ),
  );
  const hopsOf = (limit: number, isolates: number) =>
    hops.find((row) => row.limit === limit && row.isolates === isolates)?.leases;
  console.log(
    `\n${JSON.stringify({
      bench: "limits",
      rps_on_to_off: rounded(cheap.toOff.leases),
      rps_asking_to_off: rounded(cheap.toOff.asking),
      cpu_off_to_on: rounded(cheap.cpuUs.off / cheap.cpuUs.leases),
      nearby_rps_on_to_off: rounded(real.toOff.leases),
      nearby_rps_asking_to_off: rounded(real.toOff.asking),
      nearby_cpu_off_to_on: rounded(real.cpuUs.off / real.cpuUs.leases),
      hops_override_one_isolate: rounded(hopsOf(OVERRIDE, 1)),
      hops_override_four_isolates: rounded(hopsOf(OVERRIDE, 4)),
      hops_default_one_isolate: rounded(hopsOf(300, 1)),
      hops_default_four_isolates: rounded(hopsOf(300, 4)),
      hops_asking: rounded(Math.max(...hops.map(({ asking }) => asking))),
    })}`,
  );
}

const WHAT: Readonly<Record<Name, string>> = {
  off: "off",
  leases: "on (leases)",
  asking: "asks the object each time",
};

type Round = { readonly perSecond: number; readonly cpuUs: number };
type ByContender = Readonly<Record<Name, Round>>;
type ByName = Readonly<Record<Name, number>>;

type Comparison = {
  /** Requests per second, the median. */
  readonly perSecond: ByName;
  /** To those without limits just before or after: the median of the rounds' ratios. */
  readonly toOff: ByName;
  /** CPU time of workerd for each request, microseconds, the median: what others do on the machine matters less to it. */
  readonly cpuUs: ByName;
};

/** Each in turns, many times for a short while, so that whatever else the machine does meets them alike. */
async function compare(contenders: Contenders, path: string): Promise<ByContender[]> {
  const rounds: ByContender[] = [];
  const { key } = await keyWithLimit(contenders, OVERRIDE);
  for (let round = 0; round <= ROUNDS; round++) {
    const results: Partial<Record<Name, Round>> = {};
    for (let turn = 0; turn < NAMES.length; turn++) {
      const name = NAMES[(turn + round) % NAMES.length] as Name;
      const addresses = contenders[name].addresses.slice(0, 1);
      const common = { addresses, path, key, concurrency: CONCURRENCY };
      await load({ ...common, forMs: LEAD_IN_MS });
      const cpuBeforeS = cpuSecondsOf(contenders[name].workerdPid);
      const { statuses, perSecond } = await load({ ...common, forMs: ROUND_MS });
      const cpuS = cpuSecondsOf(contenders[name].workerdPid) - cpuBeforeS;
      if (statuses[429] !== undefined) throw new Error(`${name}: refused below the limit`);
      const answers = Object.values(statuses).reduce((sum, count) => sum + count, 0);
      results[name] = { perSecond, cpuUs: (1e6 * cpuS) / answers };
    }
    // The first round is for the engine to warm up.
    if (round > 0) rounds.push(results as ByContender);
  }
  return rounds;
}

function summary(rounds: readonly ByContender[]): Comparison {
  const medians = (of: (round: ByContender, name: Name) => number): ByName => ({
    off: median(rounds.map((round) => of(round, "off"))),
    leases: median(rounds.map((round) => of(round, "leases"))),
    asking: median(rounds.map((round) => of(round, "asking"))),
  });
  return {
    perSecond: medians((round, name) => round[name].perSecond),
    toOff: medians((round, name) => round[name].perSecond / round.off.perSecond),
    cpuUs: medians((round, name) => round[name].cpuUs),
  };
}

/** Calls for each admitted request, of a caller who sends as fast as it can. */
async function countHops(contenders: Contenders) {
  const counters = {
    leases: new CallCounter(contenders.leases),
    asking: new CallCounter(contenders.asking),
  };
  const rows: { limit: number; isolates: number; admitted: number; leases: number; asking: number }[] = [];
  for (const limit of [OVERRIDE, 300]) {
    for (const isolates of [1, 4]) {
      const ratios = { leases: 0, asking: 0 };
      let admitted = 0;
      for (const name of ["leases", "asking"] as const) {
        const { key, keyId } = await keyWithLimit(contenders, limit);
        const object = `nearby key:${keyId}`;
        const addresses = contenders[name].addresses.slice(0, isolates);
        const common = { addresses, path: CHEAP, key, concurrency: CONCURRENCY };
        // The isolates' counters stand somewhere.
        await load({ ...common, requests: isolates });
        await counters[name].count(object);
        const result = await load(
          limit === OVERRIDE ? { ...common, forMs: HOPS_MS } : { ...common, requests: 2 * limit },
        );
        const passed = result.statuses[400] ?? 0;
        ratios[name] = (await counters[name].count(object)) / passed;
        if (name === "leases") admitted = passed;
      }
      rows.push({ limit, isolates, admitted, ...ratios });
    }
  }
  return rows;
}

/** A new key; its partner's limit for nearby is `limit`. */
async function keyWithLimit({ database }: Contenders, limit: number): Promise<KeyFixture> {
  const fixture = await createKey(database);
  if (limit !== 300) {
    await database.query(
      "insert into limit_overrides (partner_id, policy, permits) values ($1, 'nearby', $2)",
      [fixture.partnerId, String(limit)],
    );
  }
  return fixture;
}

async function load(options: Load): Promise<LoadResult> {
  const result = await runLoad(options);
  const unexpected = Object.keys(result.statuses).filter((status) => !["200", "400", "429"].includes(status));
  if (unexpected.length > 0) throw new Error(`answers with status ${unexpected.join(", ")}`);
  return result;
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function rounded(number: number | undefined): number {
  return Number((number ?? Number.NaN).toFixed(4));
}

await runBench(main);

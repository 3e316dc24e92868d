import type { Client } from "pg";
import { startLocalNeon } from "../scripts/local-neon/local-neon.ts";
import type { InventoryMetrics } from "../src/inventory/metrics/metrics.ts";
import { bearer, type MetricsApp, startMetricsApp } from "../test/inventory/metrics/metrics-app.ts";
import { requireSame } from "./metrics/check.ts";
import { createMillionRows, PARTNER_ID } from "./metrics/market.ts";
import { askNaively } from "./metrics/naive.ts";
import { runBench } from "./support/run-bench.ts";
import { table } from "./support/table.ts";
import { startTemporaryServer } from "./support/temporary-server.ts";
import { cpuSecondsWithChildren } from "./sync/processes.ts";

const ROUNDS = 9;
const MINUTE_MS = 60_000;

/** What a poll is answered from. */
const PATHS = ["naive", "recompute", "summary", "memory"] as const;
type Path = (typeof PATHS)[number];

const WHAT: Readonly<Record<Path, string>> = {
  naive: "naive: eight `GROUP BY` queries",
  recompute: "recomputed: the first poll of a minute",
  summary: "from the summary: the first poll of an isolate",
  memory: "from the isolate's memory",
};

type Cost = { readonly wallMs: number; readonly postgresCpuMs: number };
type Costs = Record<Path, Cost[]>;

async function main(stack: AsyncDisposableStack): Promise<void> {
  const server = stack.use(await startTemporaryServer());
  console.error("writing 1,200,000 rows");
  const client = stack.adopt(await createMillionRows(server.url), (open) => open.end());
  const localNeon = stack.adopt(await startLocalNeon({ databaseUrl: server.url }), (open) => open.close());
  const costs: Costs = { naive: [], recompute: [], summary: [], memory: [] };
  const startMs = Date.now();
  // The first round is for caches and connections to fill.
  for (let round = 0; round <= ROUNDS; round++) {
    console.error(`round ${round} of ${ROUNDS}`);
    const nowMs = startMs + round * (MINUTE_MS + 1);
    const measured = await measureRound({ client, localNeon, postgresPid: server.pid }, nowMs);
    if (round > 0) for (const path of PATHS) costs[path].push(measured[path]);
  }
  const medians = Object.fromEntries(PATHS.map((path) => [path, medianOf(costs[path])])) as Record<
    Path,
    Cost
  >;
  console.log(`\n## A poll of a partner with 1,000 locations of 1,000 items (median of ${ROUNDS} rounds)\n`);
  console.log(
    table(
      ["answered", "ms", "CPU ms of PostgreSQL"],
      PATHS.map((path) => [
        WHAT[path],
        medians[path].wallMs.toFixed(0),
        medians[path].postgresCpuMs.toFixed(0),
      ]),
    ),
  );
  const { naive, recompute, summary, memory } = medians;
  console.log(
    `\n${JSON.stringify({
      bench: "metrics",
      summary_ms: rounded(summary.wallMs),
      recompute_ms: rounded(recompute.wallMs),
      naive_ms: rounded(naive.wallMs),
      ratio: rounded(naive.wallMs / summary.wallMs),
      memory_ms: rounded(memory.wallMs),
      recompute_worst_ms: rounded(Math.max(...costs.recompute.map(({ wallMs }) => wallMs))),
      summary_worst_ms: rounded(Math.max(...costs.summary.map(({ wallMs }) => wallMs))),
      naive_to_recompute: rounded(naive.wallMs / recompute.wallMs),
      naive_to_recompute_cpu: rounded(naive.postgresCpuMs / recompute.postgresCpuMs),
    })}`,
  );
}

type World = {
  readonly client: Client;
  readonly localNeon: { readonly url: string; readonly connectionString: string };
  readonly postgresPid: number;
};

async function measureRound(
  { client, localNeon, postgresPid }: World,
  nowMs: number,
): Promise<Record<Path, Cost>> {
  const headers = await bearer("partner", PARTNER_ID);
  const costs: Partial<Record<Path, Cost>> = {};
  const timed = async <T>(path: Path, work: () => Promise<T>): Promise<T> => {
    const [startedMs, startedCpuS] = [performance.now(), cpuSecondsWithChildren(postgresPid)];
    const result = await work();
    const wallMs = performance.now() - startedMs;
    costs[path] = { wallMs, postgresCpuMs: 1000 * (cpuSecondsWithChildren(postgresPid) - startedCpuS) };
    return result;
  };
  const newIsolate = async (): Promise<MetricsApp> => {
    const app = await startMetricsApp(localNeon);
    app.nowMs = nowMs;
    return app;
  };
  const poll = async (app: MetricsApp): Promise<string> => {
    const response = await app.ask("", headers);
    if (response.status !== 200) throw new Error(`a poll was answered with ${response.status}`);
    return await response.text();
  };

  const naive = await timed("naive", () => askNaively(client, PARTNER_ID, nowMs));
  const [first, second] = [await newIsolate(), await newIsolate()];
  const recomputed = await timed("recompute", () => poll(first));
  const again = [await timed("summary", () => poll(second)), await timed("memory", () => poll(second))];
  if (again.some((text) => text !== recomputed)) throw new Error("polls of one minute disagree");
  requireSame(JSON.parse(recomputed) as InventoryMetrics, naive);
  return costs as Record<Path, Cost>;
}

function medianOf(costs: readonly Cost[]): Cost {
  const median = (numbers: readonly number[]) =>
    numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
  return {
    wallMs: median(costs.map(({ wallMs }) => wallMs)),
    postgresCpuMs: median(costs.map(({ postgresCpuMs }) => postgresCpuMs)),
  };
}

function rounded(number: number): number {
  return Number(number.toFixed(1));
}

await runBench(main);

import { rounded, table } from "../support/table.ts";
import { ADJUSTS, type AdjustResult } from "./adjusts.ts";
import type { FloorWay } from "./floor.ts";
import type { MemoryResult } from "./memory-loads.ts";
import type { SyncOptions } from "./options.ts";
import type { Phase } from "./phases.ts";
import type { PhaseResult } from "./sync.ts";
import type { Usage } from "./usage.ts";

export type FloorResult = FloorWay & { readonly rowsPerS: number; readonly usage: Usage };

export type SyncReport = {
  readonly options: SyncOptions;
  readonly phases: readonly PhaseResult[];
  /** Each way twice. */
  readonly floors: readonly FloorResult[];
  readonly adjusts: readonly AdjustResult[];
  readonly oneShop: readonly PhaseResult[];
  readonly memory: readonly MemoryResult[];
};

/** All that was measured, as tables in Markdown. */
export function tables(report: SyncReport): string {
  const { options, phases, oneShop } = report;
  return [
    `## ${count(options.rows)} stock rows of 20 shops through the Worker, ${options.concurrency} requests of 1,000 at a time`,
    phaseTable(phases, bestFloor(report, 1).rowsPerS),
    "## The floor: the same rows by upserts from arrays, 1,000 at a time",
    floorTable(report),
    `## ${ADJUSTS} adjustments at once`,
    adjustTable(report),
    "## One shop alone, from a cold start",
    phaseTable(oneShop, undefined),
    "## Memory of the Worker, MB",
    memoryTable(report),
  ].join("\n\n");
}

/** The same as one line of JSON, with the ratios that have an aim. */
export function jsonLine({ options, phases, oneShop, adjusts, memory, ...rest }: SyncReport): string {
  const floor = bestFloor(rest, 1);
  const first = speedOf(phases, "first");
  const versusFirst = (name: Phase["name"]): number => rounded(speedOf(phases, name) / first);
  const oneAtATime = memory.filter(({ concurrency }) => concurrency === 1);
  return JSON.stringify({
    first_vs_floor: rounded(first / floor.rowsPerS),
    first_vs_floor_of_8: rounded(first / bestFloor(rest, 8).rowsPerS),
    unchanged_vs_first: versusFirst("unchanged"),
    // The same by CPU time, which others on the machine disturb less.
    first_vs_floor_by_cpu: rounded(
      cpuTotal({ rows: options.rows, usage: floor.usage }) / cpuTotal(phaseOf(phases, "first")),
    ),
    unchanged_vs_first_by_cpu: rounded(
      cpuTotal(phaseOf(phases, "first")) / cpuTotal(phaseOf(phases, "unchanged")),
    ),
    confirmed_vs_first: versusFirst("confirmed"),
    changed_vs_first: versusFirst("changed"),
    adjusts_ok: adjusts.every(({ ok }) => ok),
    adjusts_s: Object.fromEntries(adjusts.map(({ hotRows, seconds }) => [hotRows, rounded(seconds)])),
    one_request_lives_in_mb: Math.max(...oneAtATime.map(({ livesInMb }) => livesInMb ?? Number.NaN)),
    lives_in_mb: Object.fromEntries(
      memory.map(({ name, concurrency, livesInMb }) => [`${name}, ${concurrency} at a time`, livesInMb]),
    ),
    heap_mb: Math.round(Math.max(...oneAtATime.map(({ peakMb }) => peakMb))),
    workerd_resident_mb: Math.round(Math.max(...oneAtATime.map(({ residentPeakMb }) => residentPeakMb))),
    rows_per_s: Object.fromEntries(phases.map(({ name, rowsPerS }) => [name, Math.round(rowsPerS)])),
    cpu_ms_per_1000: Object.fromEntries(phases.map((phase) => [phase.name, cpuOf(phase)])),
    one_shop_cpu_ms_per_1000: Object.fromEntries(oneShop.map((phase) => [phase.name, cpuOf(phase)])),
    floor_rows_per_s: Math.round(floor.rowsPerS),
    rows: options.rows,
    concurrency: options.concurrency,
  });
}

const PROCESSES = ["postgres", "workerd", "endpoint", "loader", "others"] as const;
const PROCESS_NAMES = ["PostgreSQL", "workerd", "endpoint", "loader", "others"];

type Spent = { readonly rows: number; readonly usage: Usage };

/** Milliseconds of CPU for 1,000 rows are microseconds for one. */
function cpuMs({ rows, usage }: Spent): number[] {
  return PROCESSES.map((name) => (usage[name] * 1e6) / rows);
}

function cpuOf(spent: Spent): Record<string, number> {
  const values = cpuMs(spent).map(Math.round);
  return Object.fromEntries(PROCESSES.map((name, i) => [name, values[i] ?? 0]));
}

/** Milliseconds for 1,000 rows, of all that take part. */
function cpuTotal({ rows, usage: { others: _others, ...own } }: Spent): number {
  return (Object.values(own).reduce((sum, one) => sum + one, 0) * 1e6) / rows;
}

function speedOf(phases: readonly PhaseResult[], name: Phase["name"]): number {
  return phaseOf(phases, name).rowsPerS;
}

function phaseOf(phases: readonly PhaseResult[], name: Phase["name"]): PhaseResult {
  const found = phases.find((phase) => phase.name === name);
  if (found === undefined) throw new Error(`${name} was not measured`);
  return found;
}

/** The fastest run of the floor with so many connections. */
function bestFloor({ floors }: Pick<SyncReport, "floors">, connections: number): FloorResult {
  const [best] = floors
    .filter((floor) => floor.connections === connections)
    .toSorted((one, other) => other.rowsPerS - one.rowsPerS);
  if (best === undefined) throw new Error("no floor was measured");
  return best;
}

function phaseTable(phases: readonly PhaseResult[], floorRowsPerS: number | undefined): string {
  const first = speedOf(phases, "first");
  const header = [
    ...["sync", "rows/s", ...(floorRowsPerS === undefined ? [] : ["of the floor"]), "of the first"],
    ...["request p50 ms", "longest ms", ...PROCESS_NAMES.map((name) => `CPU ms for 1,000: ${name}`)],
  ];
  const rows = phases.map((phase) => [
    phase.name,
    count(phase.rowsPerS),
    ...(floorRowsPerS === undefined ? [] : [(phase.rowsPerS / floorRowsPerS).toFixed(2)]),
    (phase.rowsPerS / first).toFixed(2),
    count(phase.requestP50Ms),
    count(phase.requestMaxMs),
    ...cpuMs(phase).map((ms) => ms.toFixed(0)),
  ]);
  return table(header, rows);
}

function floorTable({ floors, options }: SyncReport): string {
  const ways = new Map<string, FloorResult[]>();
  for (const result of floors) {
    const name = `${result.connections} ${result.items}`;
    ways.set(name, [...(ways.get(name) ?? []), result]);
  }
  const each = (results: readonly FloorResult[], show: (result: FloorResult) => number) =>
    results.map((result) => count(show(result))).join(", ");
  const rows = [...ways.values()].map((results) => [
    String(results[0]?.connections),
    results[0]?.items === "once" ? "once" : "again with each of its rows",
    each(results, ({ rowsPerS }) => rowsPerS),
    each(results, ({ usage }) => (usage.postgres * 1e6) / options.rows),
    each(results, ({ usage }) => (usage.loader * 1e6) / options.rows),
    each(results, ({ usage }) => (usage.others * 1e6) / options.rows),
  ]);
  const header = ["rows/s", "CPU ms for 1,000: PostgreSQL", "client", "others"].map(
    (name) => `${name}, each time`,
  );
  return table(["connections", "items", ...header], rows);
}

function adjustTable({ adjusts }: SyncReport): string {
  const rows = adjusts.map(({ hotRows, seconds, requestMaxMs, ok }) => [
    String(hotRows),
    count(seconds * 1000),
    count(requestMaxMs),
    ok ? "exact, no deadlock" : "wrong",
  ]);
  return table(["rows", "ms for all", "longest ms", "quantities, versions, events"], rows);
}

function memoryTable({ memory }: SyncReport): string {
  const rows = memory.map(({ name, concurrency, peakMb, keptMb, residentPeakMb, livesInMb }) => [
    name,
    String(concurrency),
    count(peakMb),
    count(keptMb),
    livesInMb === null ? "not in 128" : String(livesInMb),
    count(residentPeakMb),
  ]);
  return table(
    [
      ...[
        "requests",
        "at a time",
        "isolate without a limit, garbage included",
        "garbage collected at the end",
      ],
      ...["isolate lives in", "workerd's resident memory"],
    ],
    rows,
  );
}

function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}

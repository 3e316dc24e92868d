import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readStores, type Store, shiftLongitudes } from "../scripts/import/stores.ts";
import { ROOT } from "../scripts/service/paths.ts";
import { byDensity, CITY, DENSITIES, type Spread } from "./nearby/areas.ts";
import { chartOf } from "./nearby/chart.ts";
import { type Field, samplePaths, startField } from "./nearby/field.ts";
import { measureGrowth } from "./nearby/growth.ts";
import { type NearbyOptions, parseNearbyOptions } from "./nearby/options.ts";
import { contendersTable, strataTable } from "./nearby/report.ts";
import { measureRounds, measureStrata } from "./nearby/rounds.ts";
import {
  heldBytes,
  linesOf,
  type Ratios,
  ratiosOf,
  type StratumLine,
  strataLines,
  writerShareOfWorkerd,
} from "./nearby/summary.ts";
import { verifyAnswers } from "./nearby/verify.ts";
import type { Written } from "./nearby/writer-process.ts";
import { someStores } from "./sql/markets.ts";
import { runBench } from "./support/run-bench.ts";
import { rounded } from "./support/table.ts";

const VERIFIED = 60;

async function main(options: NearbyOptions, stack: AsyncDisposableStack): Promise<void> {
  const { stores: all } = readStores(await readFile(options.storesFile, "utf8"));
  const chosen = shiftLongitudes(someStores(all, [CITY], options.locations), options.shiftLongitudes);
  if (options.growth) await measureGrowth(chosen, options);
  else await measureAll(chosen, options, stack);
}

async function measureAll(
  stores: readonly Store[],
  options: NearbyOptions,
  stack: AsyncDisposableStack,
): Promise<void> {
  const { itemsPerStore, seconds, rounds: roundCount, writesPerSecond } = options;
  const field = await startField(stack, { stores, itemsPerStore }, true);
  const verified = await verifyAnswers(field, samplePaths(VERIFIED));
  console.log(
    `\n${field.locations.toLocaleString("en")} locations, ${field.rows.toLocaleString("en")} stock rows; ${verified.questions} questions, ` +
      `${verified.rows} rows: hot, cold and PostGIS agree row for row; Redis, which measures on a sphere, has other rows or another ` +
      `order in ${verified.redisOtherAnswers} answers, ${verified.redisOtherRows} rows.`,
  );
  if (field.plans !== undefined) console.log(`\nPostGIS: ${describePlans(field.plans)}.`);

  const writer = writesPerSecond > 0 ? await field.startWriter(writesPerSecond) : undefined;
  await writer?.ask({});
  const rounds = await measureRounds(field, options);
  const strata = await measureStrata(field, options);
  const written = (await writer?.ask({})) as Written | undefined;

  const lines = linesOf(field, rounds);
  console.log(
    `\n## The city: peak of 16 connections, and latency at half of it (medians of ${roundCount} rounds of ${seconds} s)\n`,
  );
  console.log(contendersTable(lines));
  console.log("\n## Nationwide, near any store of a density\n");
  const byPlace = byDensity(stores);
  const counts = Object.fromEntries(DENSITIES.map((density) => [density, byPlace[density].length]));
  const places = strataLines(strata);
  console.log(strataTable(places, counts));
  const held = heldBytes(rounds);
  if (held !== undefined) console.log(`\nTiles in memory: ${(held / 1e6).toFixed(1)} MB.`);
  if (written !== undefined)
    console.log(`\n${describeWriting(written, writerShareOfWorkerd(rounds, seconds))}`);

  if (options.chart !== undefined) await writeFile(join(ROOT, options.chart), chartOf(lines));
  const hot = lines.find(({ name }) => name === "hot");
  console.log(
    `\n${JSON.stringify({
      bench: "nearby",
      ...ratiosJson(ratiosOf(rounds)),
      hit_share: rounded(hot?.hitShare),
      ...hitSharesJson(places),
      ...(held === undefined ? {} : { tile_bytes: held }),
      rows: field.rows,
      locations: field.locations,
    })}`,
  );
}

function hitSharesJson(lines: readonly StratumLine[]) {
  const of = (spread: Spread) =>
    Object.fromEntries(
      lines
        .filter((line) => line.spread === spread)
        .map(({ density, hitShare }) => [density, rounded(hitShare)]),
    );
  return { hit_share_nationwide: of("Zipf"), hit_share_nationwide_even: of("even") };
}

function ratiosJson(ratios: Ratios) {
  return {
    hot_over_floor: rounded(ratios.hotToFloor),
    hot_over_postgis: rounded(ratios.hotToPostgis),
    hot_over_redis: rounded(ratios.hotToRedis),
    cold_over_postgis_p50: rounded(ratios.coldToPostgisP50),
    hot_p99_over_floor_p99: rounded(ratios.hotToFloorP99),
    hot_p99_over_floor_p99_same_rate: rounded(ratios.hotToFloorP99AtSameRate),
  };
}

function describePlans(plans: NonNullable<Field["plans"]>): string {
  return Object.entries(plans)
    .map(([kind, { contender, planning }]) => `${kind} by "${contender}" (${planning} plan)`)
    .join(", ");
}

function describeWriting({ requests, rows, failed, seconds }: Written, share: number): string {
  const rate = (count: number): string => (count / seconds).toFixed(1);
  return (
    `All along ${rate(requests)} PATCH requests and ${rate(rows)} rows a second were written, ${failed} failed; while others were ` +
    `measured, workerd used ${(100 * share).toFixed(1)} % of a core for them.`
  );
}

await runBench((stack) => main(parseNearbyOptions(process.argv.slice(2)), stack));

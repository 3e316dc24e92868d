import { readFile } from "node:fs/promises";
import { readStores, type Store } from "../scripts/import/stores.ts";
import { toEcef } from "../src/geo/ecef.ts";
import {
  CREATE_PEER_LOCATIONS,
  CREATE_PEER_STOCK_ROWS,
  LOCATION_PEERS,
  STOCK_ROW_PEERS,
} from "./sql/contenders.ts";
import { crossCheck } from "./sql/cross-check.ts";
import { createMarket, repeated, someStores } from "./sql/markets.ts";
import { measure, openField } from "./sql/measure.ts";
import { type BenchOptions, parseBenchOptions } from "./sql/options.ts";
import { countWithin, DENSITIES, type TestPoint, testPoints } from "./sql/points.ts";
import { comparison, type MeasuredStratum, ms, ratio, strataTable, summary } from "./sql/report.ts";
import { describeStratum, nearbyQuery, type Stratum, strataOf } from "./sql/strata.ts";
import { runBench } from "./support/run-bench.ts";
import { rounded, table } from "./support/table.ts";
import { startTemporaryServer } from "./support/temporary-server.ts";

type Size = {
  readonly pointsPerDensity: number;
  readonly rounds: number;
  /** At most about so many stores; with so many items each. */
  readonly stores: number;
  readonly itemsPerStore: number;
  /** At how many longitudes the stores are repeated in the largest market of the second table. */
  readonly longitudes: number;
};

const FULL: Size = {
  pointsPerDensity: 6,
  rounds: 100,
  stores: Number.POSITIVE_INFINITY,
  itemsPerStore: 40,
  longitudes: 10,
};
const QUICK: Size = { pointsPerDensity: 6, rounds: 12, stores: 20_000, itemsPerStore: 20, longitudes: 1 };

/** The markets of the second table have few items, so that the largest still fits into memory. */
const GROWING = { smallest: 10_000, itemsPerStore: 4, pointsPerDensity: 2, radiusM: 5_000, limit: 20 };

async function main(options: BenchOptions, stack: AsyncDisposableStack): Promise<void> {
  const size = options.quick ? QUICK : FULL;
  const { stores } = readStores(await readFile(options.storesFile, "utf8"));
  const serverUrl =
    options.serverUrl ?? stack.use(await startTemporaryServer("Or name a server: --database-url")).url;

  const strata = await compareStrata(serverUrl, stores, size);
  console.log("\n## Prepared and warm, milliseconds\n");
  console.log(strataTable(strata, "prepared"));
  console.log("\n## Parsed and planned each time, as over HTTP, milliseconds\n");
  console.log(strataTable(strata, "unprepared"));
  const growth = await compareGrowth(serverUrl, stores, size);

  // The last line is for programs.
  console.log();
  console.log(
    JSON.stringify({
      p50: summary(strata, "prepared", "p50Ms", true),
      p99: summary(strata, "prepared", "p99Ms", true),
      p50_of_inexact: summary(strata, "prepared", "p50Ms", false),
      unprepared_p50: summary(strata, "unprepared", "p50Ms", true),
      unprepared_p50_of_inexact: summary(strata, "unprepared", "p50Ms", false),
      ratios: strata.map(({ stratum, results }) => {
        const compared = comparison(results, "prepared");
        return {
          stratum: describeStratum(stratum),
          p50: rounded(ratio(compared, "p50Ms", true)),
          p99: rounded(ratio(compared, "p99Ms", true)),
          unprepared_p50: rounded(ratio(comparison(results, "unprepared"), "p50Ms", true)),
        };
      }),
      growth,
    }),
  );
}

/** The first table: one market, all strata. */
async function compareStrata(
  serverUrl: string,
  allStores: readonly Store[],
  { pointsPerDensity, rounds, itemsPerStore, stores: count }: Size,
): Promise<MeasuredStratum[]> {
  const nowMs = Date.now();
  const points = testPoints(allStores, pointsPerDensity);
  const places = points.map(({ point }) => point);
  const stores = someStores(allStores, places, count);
  await using database = await createMarket(serverUrl, stores, itemsPerStore, nowMs, [
    ...CREATE_PEER_LOCATIONS,
    ...CREATE_PEER_STOCK_ROWS,
  ]);
  await using field = await openField(database.url, [...LOCATION_PEERS, ...STOCK_ROW_PEERS]);
  const strata = strataOf(points, nowMs);
  const checked = await crossCheck(strata, field.entrants);
  console.log(
    `${stores.length} locations, ${stores.length * itemsPerStore} stock rows; ${checked.rows} rows in the answers to ` +
      `${checked.questions} questions agree with PostGIS, row for row and column for column. In spherical order ` +
      `(\`<->\` alone) ${checked.inexactAnswers} of the answers are other rows or another order.`,
  );
  const measured: MeasuredStratum[] = [];
  for (const stratum of strata) {
    console.error(`measuring ${describeStratum(stratum)}`);
    measured.push({ stratum, results: await measure(stratum, field.entrants, rounds) });
  }
  return measured;
}

/** The second table: what ours costs at the same points while locations are added elsewhere. */
async function compareGrowth(serverUrl: string, allStores: readonly Store[], { rounds, longitudes }: Size) {
  const candidates = testPoints(allStores, GROWING.pointsPerDensity * 6);
  const all = repeated(allStores, longitudes, candidates);
  const points = DENSITIES.flatMap((density) =>
    all.points.filter((point) => point.density === density).slice(0, GROWING.pointsPerDensity),
  );
  const places = points.map(({ point }) => point);
  const markets = [someStores(allStores, places, GROWING.smallest), allStores, all.stores].filter(
    (stores, i, others) => stores.length !== others[i - 1]?.length,
  );
  const lines: { locations: number; place: string; within: number; ours_ms: number; postgis_ms: number }[] =
    [];
  for (const stores of markets) {
    const nowMs = Date.now();
    await using database = await createMarket(
      serverUrl,
      stores,
      GROWING.itemsPerStore,
      nowMs,
      CREATE_PEER_LOCATIONS,
    );
    await using field = await openField(database.url, LOCATION_PEERS);
    const strata = growingStrata(points, nowMs);
    await crossCheck(strata, field.entrants);
    const ecef = stores.map(toEcef);
    for (const stratum of strata) {
      const { ours, best } = comparison(await measure(stratum, field.entrants, rounds), "prepared");
      const within = stratum.questions.map(({ query }) => countWithin(ecef, query.point, query.radiusM));
      lines.push({
        locations: stores.length,
        place: stratum.density,
        within: within.reduce((sum, one) => sum + one, 0) / within.length,
        ours_ms: rounded(ours.p50Ms),
        postgis_ms: rounded(best(true)?.p50Ms),
      });
    }
  }
  console.log(
    `\n## More locations elsewhere: ${GROWING.radiusM / 1000} km, limit ${GROWING.limit}, prepared, p50 in milliseconds\n`,
  );
  const rows = DENSITIES.flatMap((density) => lines.filter(({ place }) => place === density)).map((line) => [
    line.place,
    line.locations.toLocaleString("en"),
    String(line.within),
    ms(line.ours_ms),
    ms(line.postgis_ms),
  ]);
  console.log(table(["place", "locations", "of them within the radius", "ours", "PostGIS"], rows));
  return lines;
}

function growingStrata(points: readonly TestPoint[], nowMs: number): Stratum[] {
  const { radiusM, limit } = GROWING;
  return DENSITIES.map((density) => ({
    density,
    radiusM,
    limit,
    withProduct: false,
    questions: points
      .filter((point) => point.density === density)
      .map((point) => ({ query: nearbyQuery(point, radiusM, limit), nowMs })),
  }));
}

await runBench((stack) => main(parseBenchOptions(process.argv.slice(2)), stack));

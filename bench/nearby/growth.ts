import type { Store } from "../../scripts/import/stores.ts";
import { shiftLongitudes } from "../../scripts/import/stores.ts";
import { someStores } from "../sql/markets.ts";
import { median } from "../support/median.ts";
import { rounded, table } from "../support/table.ts";
import { CITY } from "./areas.ts";
import { samplePaths, startField } from "./field.ts";
import type { NearbyOptions } from "./options.ts";
import { share } from "./report.ts";
import { measurePeaks } from "./rounds.ts";
import { cpuUs, hitShare } from "./summary.ts";
import { verifyAnswers } from "./verify.ts";

const FEWEST = 10_000;
const TIMES = 10;
const VERIFIED = 20;

/** What a hot request costs with 10 thousand, all, and ten times all stores: those around the city are always there. */
export async function measureGrowth(stores: readonly Store[], options: NearbyOptions): Promise<void> {
  const markets = [someStores(stores, [CITY], FEWEST), stores, shiftLongitudes(stores, TIMES)];
  const lines: { locations: number; hot: number; floor: number; hotToFloor: number; fromTiles: number }[] =
    [];
  for (const market of markets) {
    await using stack = new AsyncDisposableStack();
    const field = await startField(stack, { stores: market, itemsPerStore: options.itemsPerStore }, false);
    await verifyAnswers(field, samplePaths(VERIFIED));
    const peaks = await measurePeaks(field, options);
    lines.push({
      locations: field.locations,
      hot: median(peaks.map(({ hot }) => cpuUs(hot, ["workerd"]))),
      floor: median(peaks.map(({ floor }) => cpuUs(floor, ["workerd"]))),
      hotToFloor: median(peaks.map(({ hot, floor }) => hot.perSecond / floor.perSecond)),
      fromTiles: median(peaks.map(({ hot }) => hitShare(hot))),
    });
  }
  const first = lines[0]?.hot ?? Number.NaN;
  console.log(
    `\n## CPU time of workerd for a hot request, ${options.itemsPerStore} items in each location (nobody writes)\n`,
  );
  console.log(
    table(
      ["locations", "CPU µs", "to the first", "floor, CPU µs", "requests/s, of the floor's", "from tiles"],
      lines.map(({ locations, hot, floor, hotToFloor, fromTiles }) => [
        locations.toLocaleString("en"),
        hot.toFixed(1),
        (hot / first).toFixed(2),
        floor.toFixed(1),
        hotToFloor.toFixed(2),
        share(fromTiles),
      ]),
    ),
  );
  const last = lines.at(-1)?.hot ?? Number.NaN;
  console.log(
    `\n${JSON.stringify({
      bench: "nearby-growth",
      items_per_store: options.itemsPerStore,
      locations: lines.map(({ locations }) => locations),
      hot_cpu_us: lines.map(({ hot }) => rounded(hot)),
      floor_cpu_us: lines.map(({ floor }) => rounded(floor)),
      last_over_first: rounded(last / first),
    })}`,
  );
}

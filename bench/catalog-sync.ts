import { runBench } from "./support/run-bench.ts";
import { startTemporaryServer, type TemporaryServer } from "./support/temporary-server.ts";
import { type AdjustResult, runAdjusts } from "./sync/adjusts.ts";
import { type Contents, type FloorWay, readContents, runFloor } from "./sync/floor.ts";
import { createMarket } from "./sync/market.ts";
import { measureMemories } from "./sync/memory-loads.ts";
import { parseSyncOptions, type SyncOptions } from "./sync/options.ts";
import { phasesAt } from "./sync/phases.ts";
import { type FloorResult, jsonLine, tables } from "./sync/report.ts";
import { startService } from "./sync/service.ts";
import { LOCATION_COUNT, type Shelf, stockedShelves } from "./sync/shops.ts";
import { ENTRIES_PER_REQUEST, type PhaseResult, runPhase } from "./sync/sync.ts";

const FLOOR_WAYS: readonly FloorWay[] = [
  { connections: 1, items: "once" },
  { connections: 8, items: "once" },
  { connections: 1, items: "with_each_row" },
];
/** Adjustments at once of one row, and of ten. */
const HOT_ROWS = [1, 10];

async function main(options: SyncOptions, stack: AsyncDisposableStack): Promise<void> {
  const server = stack.use(await startTemporaryServer());
  const shelves = stockedShelves(options.rows, Date.now());
  const chain = await syncChain(server, shelves, options);
  const oneShop = await syncOneShop(server, shelves, options);
  const memory = await measureMemories(server);
  const report = { options, ...chain, oneShop, memory };
  if (!options.jsonOnly) console.log(`${tables(report)}\n`);
  // The last line is for programs.
  console.log(jsonLine(report));
}

/** The phases, the floor before the second and after the last, and the adjustments. */
async function syncChain(server: TemporaryServer, shelves: readonly Shelf[], options: SyncOptions) {
  await using market = await createMarket(server.url);
  await using service = await startService(market.url);
  const phases: PhaseResult[] = [];
  const floors: FloorResult[] = [];
  let contents: Contents | undefined;
  for (const phase of phasesAt(Date.now())) {
    console.error(`syncing: ${phase.name}`);
    phases.push(await runPhase({ market, service, postgresPid: server.pid }, shelves, phase, options));
    if (contents !== undefined) continue;
    contents = await readContents(market.client);
    floors.push(...(await runFloors(server, contents, options.rows)));
  }
  const adjusts: AdjustResult[] = [];
  for (const hotRows of HOT_ROWS) {
    console.error(`adjusting: ${hotRows}`);
    adjusts.push(await runAdjusts(market, service, shelves, hotRows));
  }
  if (contents !== undefined) floors.push(...(await runFloors(server, contents, options.rows)));
  return { phases, floors, adjusts };
}

/** The phases for a partner of one shop: each of its rows is also an item. */
async function syncOneShop(server: TemporaryServer, shelves: readonly Shelf[], options: SyncOptions) {
  await using market = await createMarket(server.url);
  await using service = await startService(market.url);
  const ofOne = shelves.slice(0, shelves.length / LOCATION_COUNT);
  const phases: PhaseResult[] = [];
  for (const phase of phasesAt(Date.now())) {
    console.error(`syncing one shop: ${phase.name}`);
    phases.push(await runPhase({ market, service, postgresPid: server.pid }, ofOne, phase, options));
  }
  return phases;
}

async function runFloors(server: TemporaryServer, contents: Contents, rows: number): Promise<FloorResult[]> {
  const results: FloorResult[] = [];
  for (const way of FLOOR_WAYS) {
    console.error(`floor: ${way.connections} connections, items ${way.items}`);
    await using market = await createMarket(server.url);
    const site = { market, postgresPid: server.pid };
    const { seconds, usage } = await runFloor(site, contents, way, ENTRIES_PER_REQUEST);
    results.push({ ...way, rowsPerS: rows / seconds, usage });
  }
  return results;
}

await runBench((stack) => main(parseSyncOptions(process.argv.slice(2)), stack));

import { readFile } from "node:fs/promises";
import { loadMarket, vacuum } from "./import/load.ts";
import { openLocalTarget } from "./import/local-target.ts";
import { marketOf } from "./import/market.ts";
import { type ImportOptions, parseImportOptions, USAGE, UsageError } from "./import/options.ts";
import { openPostgresTarget } from "./import/postgres-target.ts";
import { progressBar } from "./import/progress.ts";
import { readStores, type Store, shiftLongitudes } from "./import/stores.ts";

const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;
/** As a shell reports a process that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

const BAD_ROWS_SHOWN = 20;

async function main(): Promise<void> {
  const options = parseImportOptions(process.argv.slice(2), process.env, Date.now);
  const stores = await readStoresFile(options);
  const market = marketOf(stores, options.itemsPerStore, options.nowMs);
  const { databaseUrl } = options;
  const target = await (databaseUrl === undefined ? openLocalTarget() : openPostgresTarget(databaseUrl));
  const progress = progressBar(process.stderr);
  const interruption = new AbortController();
  process.once("SIGINT", () => {
    interruption.abort();
    // Best effort: the abort alone also ends the import, at the end of the running statement.
    target.cancel().catch(() => undefined);
  });
  try {
    await loadMarket(target, market, progress, interruption.signal);
    await vacuum(target, progress, interruption.signal).catch((error: unknown) => {
      console.error(`All is imported, but not vacuumed (${describe(error)}): run VACUUM (ANALYZE).`);
    });
  } catch (error) {
    if (!interruption.signal.aborted) throw error;
    progress.finish();
    console.error("Interrupted: nothing was imported.");
    process.exitCode = EXIT_INTERRUPTED;
    return;
  } finally {
    progress.finish();
    await target.close();
  }
  const { partners, locations } = market;
  console.log(
    `Imported ${partners.length} partners and ${locations.length} locations with ${options.itemsPerStore} items each.`,
  );
}

async function readStoresFile({ storesFile, shiftLongitudes: count }: ImportOptions): Promise<Store[]> {
  const { stores, badRows } = readStores(await readFile(storesFile, "utf8"));
  if (badRows.length > 0) {
    console.error(
      `Left out ${badRows.length} bad ${badRows.length === 1 ? "row" : "rows"} of ${storesFile}:`,
    );
    for (const badRow of badRows.slice(0, BAD_ROWS_SHOWN)) console.error(`  ${badRow}`);
    if (badRows.length > BAD_ROWS_SHOWN) console.error(`  and ${badRows.length - BAD_ROWS_SHOWN} more`);
  }
  return shiftLongitudes(stores, count);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // A refused connection to a name with several addresses has no message of its own.
  return error instanceof AggregateError ? error.errors.map(describe).join("; ") : error.message;
}

try {
  await main();
} catch (error) {
  if (error instanceof UsageError) {
    console.error(`${error.message}\n\n${USAGE}`);
    process.exitCode = EXIT_MISUSED;
  } else {
    console.error(`Nothing was imported: ${describe(error)}`);
    process.exitCode = EXIT_FAILED;
  }
}

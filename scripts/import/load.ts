import { withoutIndexes } from "./bulk-load.ts";
import { chunked } from "./copy-text.ts";
import type { Market } from "./market.ts";
import type { Progress } from "./progress.ts";
import { TABLE_SOURCES } from "./tables.ts";
import type { Target } from "./target.ts";
import { withoutTriggers } from "./without-triggers.ts";

/** Why nothing was imported, in words for who asked for it. */
export class ImportRefused extends Error {}

const TABLE_NAMES = TABLE_SOURCES.map(({ table }) => table);

/** Tables with a row or more per stocked item; nearly all the time goes into these. */
const LARGE_TABLES = ["proofs", "stock_rows"];

/** Enough to sort the keys of five million rows in memory. */
const SORT_MEMORY = "512MB";

/**
 * Imports all of a market in one transaction.
 * @throws {ImportRefused} when the database has no tables, or already has one of the partners.
 * @throws the signal's reason, or the database's error, when stopped or failed; nothing is left behind then.
 */
export async function loadMarket(
  target: Target,
  market: Market,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await assertMigrated(target);
  await target.query("BEGIN");
  try {
    await target.query(`LOCK TABLE ${TABLE_NAMES.join(", ")} IN ACCESS EXCLUSIVE MODE`);
    await assertNew(target, market);
    await withoutTriggers(target, TABLE_NAMES, async () => {
      if (await areEmpty(target, LARGE_TABLES)) await fillEmpty(target, market, progress, signal);
      else await fill(target, market, [], progress, signal);
    });
    signal.throwIfAborted();
    await target.query("COMMIT");
  } catch (error) {
    // On a lost connection this fails too, and the server has rolled back by itself.
    await target.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

/** Makes what was imported queryable at full speed: planner statistics and visibility maps. */
export async function vacuum(target: Target, progress: Progress, signal: AbortSignal): Promise<void> {
  for (const table of TABLE_NAMES) {
    signal.throwIfAborted();
    progress.step(`vacuum ${table}`);
    await target.query(`VACUUM (ANALYZE) ${table}`);
  }
}

async function fillEmpty(
  target: Target,
  market: Market,
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  await target.query(`SET LOCAL maintenance_work_mem = '${SORT_MEMORY}'`);
  const fillFrozen = async (): Promise<void> => {
    // Rows may be written frozen, as if by VACUUM, only into a file made in the same transaction.
    await target.query(`TRUNCATE ${LARGE_TABLES.join(", ")}`);
    await fill(target, market, LARGE_TABLES, progress, signal);
  };
  await withoutIndexes(target, LARGE_TABLES, fillFrozen, (step) => {
    signal.throwIfAborted();
    progress.step(step);
  });
}

async function fill(
  target: Target,
  market: Market,
  frozenTables: readonly string[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  for (const { table, columns, lines, expectedRows } of TABLE_SOURCES) {
    progress.start(table.replace("_", " "), expectedRows(market));
    const chunks = chunked(counted(lines(market), progress, signal));
    await target.copy({ table, columns, freeze: frozenTables.includes(table), chunks });
  }
}

function* counted(lines: Iterable<string>, progress: Progress, signal: AbortSignal): Generator<string> {
  for (const line of lines) {
    signal.throwIfAborted();
    progress.advance();
    yield line;
  }
}

async function assertMigrated(target: Target): Promise<void> {
  const rows = await target.query("SELECT to_regclass('stock_rows') IS NOT NULL AS migrated");
  if (rows[0]?.["migrated"] !== true) {
    throw new ImportRefused("the database has no tables yet: migrate it first (npm run migrate)");
  }
}

async function assertNew(target: Target, { partners }: Market): Promise<void> {
  const rows = await target.query(
    "SELECT name FROM partners WHERE partner_id = ANY ($1::uuid[]) ORDER BY partner_id",
    [partners.map(({ partnerId }) => partnerId)],
  );
  if (rows.length > 0) {
    throw new ImportRefused(
      `already imported: ${rows.length} of ${partners.length} brands are in the database, ${String(rows[0]?.["name"])} among them; nothing was changed`,
    );
  }
}

async function areEmpty(target: Target, tables: readonly string[]): Promise<boolean> {
  const rows = await target.query(
    `SELECT ${tables.map((table) => `NOT EXISTS (SELECT FROM ${table})`).join(" AND ")} AS empty`,
  );
  return rows[0]?.["empty"] === true;
}

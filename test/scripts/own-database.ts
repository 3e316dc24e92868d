import { PGlite } from "@electric-sql/pglite";
import { btree_gin } from "@electric-sql/pglite/contrib/btree_gin";
import { pgliteTarget } from "../../scripts/import/pglite-target.ts";
import { openPostgresTarget } from "../../scripts/import/postgres-target.ts";
import type { Target } from "../../scripts/import/target.ts";
import { applyMigrations, migrateDatabase } from "../../scripts/service/migrations.ts";
import { createScratchDatabase } from "../support/scratch-database.ts";

/** A migrated, empty database for a suite that fills whole tables: PGlite, or one on the real server under test. */
export async function openOwnDatabase(): Promise<{ readonly target: Target } & AsyncDisposable> {
  const stack = new AsyncDisposableStack();
  const serverUrl = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];
  if (serverUrl) {
    const { url } = stack.use(await createScratchDatabase(serverUrl));
    await migrateDatabase(url);
    const target = await openPostgresTarget(url);
    stack.defer(() => target.close());
    return { target, [Symbol.asyncDispose]: () => stack.disposeAsync() };
  }
  const db = await PGlite.create({ extensions: { btree_gin } });
  stack.defer(() => db.close());
  const target = pgliteTarget(db);
  await applyMigrations({ query: (sql) => target.query(sql), exec: (sql) => db.exec(sql) });
  return { target, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Every row of each table as text, sorted. */
export async function dumpTables(target: Target, tables: readonly string[]): Promise<unknown[][]> {
  const dumps: unknown[][] = [];
  for (const table of tables) {
    const rows = await target.query(`SELECT r::text AS row FROM ${table} AS r ORDER BY 1`);
    dumps.push(rows.map(({ row }) => row));
  }
  return dumps;
}

export async function count(target: Target, from: string): Promise<number> {
  const rows = await target.query(`SELECT count(*)::int AS count FROM ${from}`);
  return Number(rows[0]?.["count"]);
}

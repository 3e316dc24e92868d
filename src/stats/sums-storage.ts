import type { Counts } from "./series.ts";
import { type IsolateRecord, NO_SUMS, type SumsChanges, type SumsRecords } from "./sums.ts";

/** All counts in one row: they change together, and an object pays by the row. */
const CREATE_TABLES = `
  CREATE TABLE IF NOT EXISTS sums (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    counts TEXT NOT NULL, since_ms INTEGER NOT NULL, forgotten_through_ms INTEGER NOT NULL
  );
  CREATE TABLE IF NOT EXISTS isolates (
    isolate TEXT PRIMARY KEY, seq INTEGER NOT NULL, counted_at_ms INTEGER NOT NULL
  ) WITHOUT ROWID`;

/** As much of an object's `SqlStorage` as sums need. */
type Sql = {
  exec<Row extends Record<string, string | number>>(
    sql: string,
    ...values: (string | number)[]
  ): { toArray(): Row[] };
};

type SumsRow = { counts: string; sinceMs: number; forgottenThroughMs: number };

/** Reads what is stored of sums, for which there may not be a table yet. */
export function readSums(sql: Sql): SumsRecords {
  sql.exec(CREATE_TABLES);
  const [row] = sql
    .exec<SumsRow>("SELECT counts, since_ms AS sinceMs, forgotten_through_ms AS forgottenThroughMs FROM sums")
    .toArray();
  if (row === undefined) return NO_SUMS;
  const isolates = sql
    .exec<IsolateRecord>(
      "SELECT isolate, seq, counted_at_ms AS countedAtMs FROM isolates ORDER BY counted_at_ms",
    )
    .toArray();
  return { ...row, counts: JSON.parse(row.counts) as Counts, isolates };
}

/** Stores what a delta has changed: two rows. */
export function writeSums(sql: Sql, changes: SumsChanges): void {
  const { counts, sinceMs, forgottenThroughMs, isolate, forgotten } = changes;
  sql.exec(
    "INSERT OR REPLACE INTO sums VALUES (1, ?, ?, ?)",
    JSON.stringify(counts),
    sinceMs ?? isolate.countedAtMs,
    forgottenThroughMs,
  );
  sql.exec(
    "INSERT OR REPLACE INTO isolates VALUES (?, ?, ?)",
    isolate.isolate,
    isolate.seq,
    isolate.countedAtMs,
  );
  for (const gone of forgotten) sql.exec("DELETE FROM isolates WHERE isolate = ?", gone);
}

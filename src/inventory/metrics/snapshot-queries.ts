import type { Database } from "../../db/client.ts";
import { bindInstant, statementValues } from "../../db/statement-values.ts";
import { SWEEP_BATCH, sweepInBatches } from "../../db/sweep.ts";
import { countedJson, countedRows } from "./counted-statement.ts";
import { rowsOfScope } from "./rows-of-scope.ts";

const HOUR_MS = 3_600_000;
const KEPT = "90 days";

/** Approved partners (UUIDs) without a snapshot of the hour of `nowMs`, `limit` at most. */
export async function partnersWithoutSnapshot(
  database: Pick<Database, "queryRows">,
  nowMs: number,
  limit: number,
): Promise<string[]> {
  const { bind, values } = statementValues();
  const rows = await database.queryRows(
    `SELECT p.partner_id FROM partners p WHERE p.status = 'approved'
       AND NOT EXISTS (SELECT FROM metrics_snapshots h WHERE h.partner_id = p.partner_id AND h.hour = ${bindInstant(bind, hourOf(nowMs))})
     ORDER BY p.partner_id LIMIT ${bind(limit, "int4")}`,
    values,
  );
  return rows.map(([partnerId]) => partnerId as string);
}

/** Counts the partner's rows as of `nowMs` and keeps it as the snapshot of that hour, unless there is one: whether it did. */
export async function takeSnapshot(
  database: Pick<Database, "write">,
  partnerId: string,
  nowMs: number,
): Promise<boolean> {
  const { bind, values } = statementValues();
  const rows = rowsOfScope(bind, { partnerId, locationRef: null, category: null });
  const hour = bindInstant(bind, hourOf(nowMs));
  const taken = await database.write(
    `WITH due AS MATERIALIZED (
  SELECT partner_id FROM partners p WHERE partner_id = ${rows.partner} AND status = 'approved'
    AND NOT EXISTS (SELECT FROM metrics_snapshots h WHERE h.partner_id = p.partner_id AND h.hour = ${hour})),
counted AS MATERIALIZED (${countedRows(bind, nowMs, { keys: [], sets: "()", source: rows.alone, where: rows.where, partner: rows.partner })})
INSERT INTO metrics_snapshots (partner_id, hour, taken_at, counted)
SELECT due.partner_id, ${hour}, ${bindInstant(bind, nowMs)}, ${countedJson("c")} FROM due CROSS JOIN counted c
ON CONFLICT (partner_id, hour) DO NOTHING RETURNING 1`,
    values,
  );
  return taken.length > 0;
}

function hourOf(nowMs: number): number {
  return nowMs - (nowMs % HOUR_MS);
}

/** Forgets snapshots older than 90 days, and returns how many; at most 100,000 at once. */
export async function sweepSnapshots(database: Pick<Database, "write">, nowMs: number): Promise<number> {
  return await sweepInBatches(database, sweepStatement("metrics_snapshots", "hour", "hour", KEPT), [
    new Date(nowMs).toISOString(),
  ]);
}

/** Forgets summaries that nobody has asked for within ten minutes, and returns how many; at most 100,000 at once. */
export async function sweepSummaries(database: Pick<Database, "write">, nowMs: number): Promise<number> {
  return await sweepInBatches(
    database,
    sweepStatement("metrics_summaries", "filter", "as_of", "10 minutes"),
    [new Date(nowMs).toISOString()],
  );
}

/** Of a table whose key is a partner and `key`; rows go when `instant` is `life` before the moment that is given. */
function sweepStatement(table: string, key: string, instant: string, life: string): string {
  return `DELETE FROM ${table} WHERE (partner_id, ${key}) IN (
    SELECT partner_id, ${key} FROM ${table} WHERE ${instant} < $1::timestamptz - interval '${life}' LIMIT ${SWEEP_BATCH})
  RETURNING 1`;
}

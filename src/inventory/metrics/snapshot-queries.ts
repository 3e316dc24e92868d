import type { Database } from "../../db/client.ts";
import { bindInstant, statementValues } from "../../db/statement-values.ts";
import { countedJson, countedRows } from "./counted-statement.ts";
import { rowsOfScope } from "./rows-of-scope.ts";

const HOUR_MS = 3_600_000;
const KEPT = "90 days";
const SWEEP_BATCH = 5000;
const MAX_SWEEP_BATCHES = 20;

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
  return await sweep(
    database,
    `DELETE FROM metrics_snapshots WHERE (partner_id, hour) IN (
       SELECT partner_id, hour FROM metrics_snapshots WHERE hour < $1::timestamptz - interval '${KEPT}' LIMIT ${SWEEP_BATCH})
     RETURNING 1`,
    nowMs,
  );
}

/** Forgets summaries that nobody has asked for within ten minutes, and returns how many; at most 100,000 at once. */
export async function sweepSummaries(database: Pick<Database, "write">, nowMs: number): Promise<number> {
  return await sweep(
    database,
    `DELETE FROM metrics_summaries WHERE (partner_id, filter) IN (
       SELECT partner_id, filter FROM metrics_summaries WHERE as_of < $1::timestamptz - interval '10 minutes' LIMIT ${SWEEP_BATCH})
     RETURNING 1`,
    nowMs,
  );
}

async function sweep(database: Pick<Database, "write">, statement: string, nowMs: number): Promise<number> {
  let swept = 0;
  for (let batch = 0; batch < MAX_SWEEP_BATCHES; batch++) {
    const gone = await database.write(statement, [new Date(nowMs).toISOString()]);
    swept += gone.length;
    if (gone.length < SWEEP_BATCH) break;
  }
  return swept;
}

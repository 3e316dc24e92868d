import type { Database } from "../db/client.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import { tryCatalogTurn } from "../db/turns.ts";

const LIFE = "90 days";

/**
 * Forgets what has been deleted, or has waited to be listed, for 90 days: rows, then items without any. Returns how many;
 * at most 100,000 rows and as many items at once. A partner that is being written to is left for the next time.
 */
export async function sweepTombstones(
  database: Pick<Database, "write">,
  nowMs: number,
): Promise<{ readonly rows: number; readonly items: number }> {
  const before = new Date(nowMs).toISOString();
  return {
    rows: await sweepInBatches(database, SWEEP_ROWS, [before]),
    items: await sweepInBatches(database, SWEEP_ITEMS, [before]),
  };
}

const CUTOFF = `$1::timestamptz - interval '${LIFE}'`;

/** Rows change while others look: they are looked at again once the turn is ours. */
const ROW_IS_DUE = `NOT s.listed AND s.reserved = 0 AND s.updated_at < ${CUTOFF}
    AND coalesce(greatest(s.price_observed_at, s.stock_observed_at), s.updated_at) < ${CUTOFF}`;

const SWEEP_ROWS = `WITH due AS MATERIALIZED (SELECT s.location_id, s.item_id, s.partner_id FROM stock_rows s WHERE ${ROW_IS_DUE} LIMIT ${SWEEP_BATCH}),
${turns("due")},
gone AS (
  DELETE FROM stock_rows s USING due JOIN turns USING (partner_id)
  WHERE s.location_id = due.location_id AND s.item_id = due.item_id AND s.partner_id = due.partner_id AND ${ROW_IS_DUE}
  RETURNING s.partner_id, s.proof_id),
proofless AS (DELETE FROM proofs f USING gone WHERE f.proof_id = gone.proof_id AND f.partner_id = gone.partner_id)
SELECT FROM gone`;

const ITEM_IS_DUE = `i.title IS NULL AND i.updated_at < ${CUTOFF}
    AND coalesce(greatest(i.details_observed_at, i.deleted_observed_at), i.updated_at) < ${CUTOFF}
    AND NOT EXISTS (SELECT FROM stock_rows s WHERE s.item_id = i.item_id AND s.partner_id = i.partner_id)`;

const SWEEP_ITEMS = `WITH due AS MATERIALIZED (SELECT i.item_id, i.partner_id FROM items i WHERE ${ITEM_IS_DUE} LIMIT ${SWEEP_BATCH}),
${turns("due")}
DELETE FROM items i USING due JOIN turns USING (partner_id)
WHERE i.item_id = due.item_id AND i.partner_id = due.partner_id AND ${ITEM_IS_DUE} RETURNING 1`;

function turns(due: string): string {
  return `turns AS MATERIALIZED (
  SELECT partner_id FROM (SELECT DISTINCT partner_id FROM ${due}) AS p WHERE ${tryCatalogTurn("partner_id")})`;
}

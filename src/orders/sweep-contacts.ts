import type { Database } from "../db/client.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";

const CONTACT_LIFE = "90 days";

/** Erases to whom orders went that ended 90 days before `nowMs`, and returns how many; at most 100,000 at once. */
export async function sweepContacts(database: Pick<Database, "write">, nowMs: number): Promise<number> {
  return await sweepInBatches(
    database,
    `UPDATE orders SET deliver_to = NULL WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM orders WHERE deliver_to IS NOT NULL AND ended_at < $1::timestamptz - interval '${CONTACT_LIFE}' LIMIT ${SWEEP_BATCH}))
     RETURNING 1`,
    [new Date(nowMs).toISOString()],
  );
}

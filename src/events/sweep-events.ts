import type { Database } from "../db/client.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import { EVENT_LIFE_MS } from "./schema.ts";

/**
 * Forgets commerce events 90 days after they came, and returns how many; at most 100,000 at once. One whose sender's
 * clock was ahead stays until it is too old to be sent again, so that none is counted twice.
 */
export async function sweepEvents(database: Pick<Database, "write">, nowMs: number): Promise<number> {
  return await sweepInBatches(
    database,
    `DELETE FROM commerce_events WHERE ctid = ANY (ARRAY(
       SELECT ctid FROM commerce_events WHERE received_at < $1::timestamptz AND occurred_at < $1::timestamptz LIMIT ${SWEEP_BATCH}))
     RETURNING 1`,
    [new Date(nowMs - EVENT_LIFE_MS).toISOString()],
  );
}

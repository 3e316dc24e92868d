import type { Database } from "../db/client.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import { uuidV7 } from "../ids.ts";

const LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Forgets deliveries that ended 30 days ago, and events of 30 days ago that have been handed on and have no deliveries (any
 * more). Returns how many; at most 100,000 of each at once.
 */
export async function sweepDeliveries(
  database: Pick<Database, "write">,
  nowMs: number,
): Promise<{ readonly deliveries: number; readonly events: number }> {
  const beforeMs = nowMs - LIFE_MS;
  const before = new Date(beforeMs).toISOString();
  // Ids sort by time: older ones are smaller.
  const firstId = uuidV7(beforeMs, new Uint8Array(10));
  return {
    deliveries: await sweepInBatches(database, SWEEP_DELIVERIES, [before]),
    events: await sweepInBatches(database, SWEEP_EVENTS, [before, firstId]),
  };
}

const SWEEP_DELIVERIES = `DELETE FROM webhook_deliveries WHERE delivery_id = ANY (ARRAY(
  SELECT delivery_id FROM webhook_deliveries WHERE ended_at < $1::timestamptz LIMIT ${SWEEP_BATCH}))
  AND ended_at < $1::timestamptz RETURNING 1`;

const SWEEP_EVENTS = `DELETE FROM outbox_events WHERE event_id = ANY (ARRAY(
  SELECT o.event_id FROM outbox_events o
  WHERE o.event_id < $2::uuid AND o.created_at < $1::timestamptz AND o.status = 'dispatched'
    AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event_id = o.event_id) LIMIT ${SWEEP_BATCH}))
  RETURNING 1`;

import type { Database } from "../db/client.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import { firstUuidV7 } from "../ids.ts";
import { givenUp } from "./record-queries.ts";

const LIFE_MS = 30 * 24 * 60 * 60 * 1000;

/**
 * Gives up deliveries that have waited for 30 days past their time: their endpoint was paused, or their partner suspended.
 * Forgets deliveries that ended 30 days ago, and events of 30 days ago that have been handed on and have no deliveries (any
 * more). Returns how many; at most 100,000 of each at once.
 */
export async function sweepDeliveries(
  database: Pick<Database, "write">,
  nowMs: number,
): Promise<{ readonly givenUp: number; readonly deliveries: number; readonly events: number }> {
  const beforeMs = nowMs - LIFE_MS;
  const before = new Date(beforeMs).toISOString();
  const now = new Date(nowMs).toISOString();
  return {
    givenUp: await sweepInBatches(database, GIVE_UP_WAITING, [before, now]),
    deliveries: await sweepInBatches(database, SWEEP_DELIVERIES, [before]),
    events: await sweepInBatches(database, SWEEP_EVENTS, [before, firstUuidV7(beforeMs)]),
  };
}

/** Endpoint by endpoint, as the index has them. */
const GIVE_UP_WAITING = `UPDATE webhook_deliveries SET ${givenUp("expired", "$2::timestamptz")} WHERE delivery_id = ANY (ARRAY(
  SELECT d.delivery_id FROM webhook_endpoints e CROSS JOIN LATERAL (
    SELECT delivery_id FROM webhook_deliveries
    WHERE endpoint_id = e.endpoint_id AND status = 'pending' AND next_attempt_at < $1::timestamptz
      AND (leased_until IS NULL OR leased_until <= $2::timestamptz)
    LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED) AS d LIMIT ${SWEEP_BATCH})) RETURNING 1`;

/** What somebody asks for again at this moment stays: who redelivers locks many too, in another order. */
const SWEEP_DELIVERIES = `DELETE FROM webhook_deliveries WHERE delivery_id = ANY (ARRAY(
  SELECT delivery_id FROM webhook_deliveries WHERE ended_at < $1::timestamptz
  LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED)) RETURNING 1`;

const SWEEP_EVENTS = `DELETE FROM outbox_events WHERE event_id = ANY (ARRAY(
  SELECT o.event_id FROM outbox_events o
  WHERE o.event_id < $2::uuid AND o.created_at < $1::timestamptz AND o.status = 'dispatched'
    AND NOT EXISTS (SELECT FROM webhook_deliveries d WHERE d.event_id = o.event_id) LIMIT ${SWEEP_BATCH}))
  RETURNING 1`;

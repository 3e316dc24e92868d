import type { Database } from "../db/client.ts";
import { bindInstant, statementValues } from "../db/statement-values.ts";
import { numberedId } from "../outbox/numbered-id.ts";

/** How many events one statement hands on at most; an endpoint more for each of them is one of ten. */
export const FAN_OUT_BATCH = 500;

export type FannedOut = {
  /** How many events were handed on. */
  readonly events: number;
  /** Active endpoints (UUIDs) that have something new to be sent. */
  readonly endpointIds: readonly string[];
};

/**
 * Makes a delivery of each pending event for each endpoint of its partner that subscribes, and marks the events
 * `dispatched`: in one statement, so that an event has all its deliveries or none. Several may do so at a time. Of a
 * disabled endpoint the delivery fails at once, so that it can be redelivered.
 */
export async function fanOut(database: Pick<Database, "write">, nowMs: number): Promise<FannedOut> {
  const { bind, values } = statementValues();
  const now = bindInstant(bind, nowMs);
  const deliveryId = numberedId(bind, "dlv", nowMs, "due.n");
  const rows = await database.write(
    `WITH claimed AS MATERIALIZED (
  SELECT event_id, partner_id, type FROM outbox_events WHERE status = 'pending'
  ORDER BY event_id LIMIT ${FAN_OUT_BATCH} FOR UPDATE SKIP LOCKED),
-- Locked, so that none is deleted before its deliveries stand.
endpoints AS MATERIALIZED (
  SELECT endpoint_id, partner_id, events, status FROM webhook_endpoints
  WHERE partner_id IN (SELECT partner_id FROM claimed) FOR KEY SHARE),
due AS (
  SELECT row_number() OVER (ORDER BY c.event_id, e.endpoint_id) AS n, c.event_id, e.endpoint_id, e.partner_id, e.status
  FROM claimed c JOIN endpoints e ON e.partner_id = c.partner_id
  WHERE e.events && ARRAY[c.type, '*'] OR c.type LIKE 'commerce.%' AND 'commerce.*' = ANY (e.events)),
made AS (
  INSERT INTO webhook_deliveries
    (delivery_id, partner_id, endpoint_id, event_id, status, next_attempt_at, error, created_at, ended_at)
  SELECT ${deliveryId.uuid()}, partner_id, endpoint_id, event_id,
    CASE WHEN status = 'disabled' THEN 'failed' ELSE 'pending' END::delivery_status,
    CASE WHEN status <> 'disabled' THEN ${now} END, CASE WHEN status = 'disabled' THEN 'endpoint_disabled' END,
    ${now}, CASE WHEN status = 'disabled' THEN ${now} END
  FROM due ON CONFLICT (endpoint_id, event_id) DO NOTHING RETURNING endpoint_id),
dispatched AS (UPDATE outbox_events o SET status = 'dispatched' FROM claimed WHERE o.event_id = claimed.event_id)
SELECT (SELECT count(*)::int4 FROM claimed), array_agg(DISTINCT endpoint_id::text)
FROM made JOIN endpoints USING (endpoint_id) WHERE status = 'active'`,
    values,
  );
  const [events, endpointIds] = rows[0] ?? [];
  return { events: Number(events ?? 0), endpointIds: (endpointIds ?? []) as readonly string[] };
}

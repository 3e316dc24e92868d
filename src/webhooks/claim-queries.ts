import type { Database } from "../db/client.ts";
import { bindInstant, statementValues } from "../db/statement-values.ts";

/** How many deliveries of an endpoint may be under way at a time. */
const MAX_LEASED = 10;
/** Many more than can be leased. */
const QUEUE_FRONT = 1000;
/** Longer than those take to be sent and recorded: after that others may send them. */
export const LEASE_MS = 60_000;

export type ClaimedDelivery = {
  readonly deliveryId: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly payload: string;
  /** How often it has failed since it was scheduled from the start. */
  readonly failures: number;
};

export type Claim = {
  /** Whoever has it may record what became of the deliveries. */
  readonly leaseId: string;
  readonly endpointId: string;
  readonly url: string;
  /** Sealed: one, or two while a rotated one overlaps; the current one first. */
  readonly sealedSecrets: readonly string[];
  readonly deliveries: readonly ClaimedDelivery[];
};

/** SQL of who is sent to: an active endpoint of an approved partner. */
const SENT_TO = `e.status = 'active' AND p.status = 'approved'`;
const isDue = (now: string) =>
  `d.status = 'pending' AND d.next_attempt_at <= ${now} AND (d.leased_until IS NULL OR d.leased_until <= ${now})`;

/**
 * SQL of the deliveries that an endpoint waits for, those that are due first, as far as it matters: what is leased was due
 * first of all, and what comes later cannot be due earlier. A receiver that was away for days has 100,000 waiting.
 */
const queueFront = (endpoint: string) =>
  `(SELECT * FROM webhook_deliveries WHERE endpoint_id = ${endpoint} AND status = 'pending' ORDER BY next_attempt_at LIMIT ${QUEUE_FRONT})`;

/**
 * Leases the endpoint's deliveries that are due and that nobody is sending. Undefined: there are none, they wait (the
 * endpoint is not active, its partner not approved), or somebody else is claiming them.
 */
export async function claimDeliveries(
  database: Pick<Database, "write">,
  endpointId: string,
  nowMs: number,
): Promise<Claim | undefined> {
  const { bind, values } = statementValues();
  const now = bindInstant(bind, nowMs);
  const endpoint = bind(endpointId, "uuid");
  const leaseId = crypto.randomUUID();
  const rows = await database.write(
    `WITH endpoint AS MATERIALIZED (
  SELECT e.* FROM webhook_endpoints e JOIN partners p USING (partner_id)
  WHERE e.endpoint_id = ${endpoint} AND ${SENT_TO} FOR NO KEY UPDATE OF e SKIP LOCKED),
leased AS MATERIALIZED (
  SELECT count(*) AS n FROM ${queueFront(endpoint)} AS d WHERE d.leased_until > ${now}),
-- A limit that PostgreSQL knows when it plans: it would sort all that waits for fear of another.
due AS MATERIALIZED (
  SELECT d.delivery_id FROM webhook_deliveries d
  WHERE d.endpoint_id = ${endpoint} AND EXISTS (SELECT FROM endpoint) AND ${isDue(now)}
  ORDER BY d.next_attempt_at, d.delivery_id LIMIT ${MAX_LEASED} FOR UPDATE OF d SKIP LOCKED),
free AS MATERIALIZED (SELECT delivery_id FROM due LIMIT (SELECT greatest(0, ${MAX_LEASED} - n) FROM leased)),
claimed AS (
  UPDATE webhook_deliveries d SET lease_id = ${bind(leaseId, "uuid")}, leased_until = ${bindInstant(bind, nowMs + LEASE_MS)}
  FROM free WHERE d.delivery_id = free.delivery_id RETURNING d.delivery_id, d.partner_id, d.endpoint_id, d.event_id, d.failures)
SELECT c.delivery_id, c.event_id, o.type, o.payload, c.failures, e.url, encode(e.sealed_secret, 'hex'),
  CASE WHEN e.previous_secret_until > ${now} THEN encode(e.sealed_previous_secret, 'hex') END
FROM claimed c JOIN endpoint e USING (endpoint_id, partner_id) JOIN outbox_events o USING (event_id, partner_id) ORDER BY c.delivery_id`,
    values,
  );
  const [first] = rows as ClaimRow[];
  if (first === undefined) return undefined;
  const [, , , , , url, secret, previousSecret] = first;
  const deliveries = (rows as ClaimRow[]).map(([deliveryId, eventId, eventType, payload, failures]) => {
    return { deliveryId, eventId, eventType, payload, failures };
  });
  const sealedSecrets = previousSecret === null ? [secret] : [secret, previousSecret];
  return { leaseId, endpointId, url, sealedSecrets, deliveries };
}

type ClaimRow = [
  deliveryId: string,
  eventId: string,
  eventType: string,
  payload: string,
  failures: number,
  url: string,
  secret: string,
  previousSecret: string | null,
];

/** When there is next something to send to the endpoint, epoch milliseconds, as far as is known; undefined: never. */
export async function nextDueMs(
  database: Pick<Database, "queryRows">,
  endpointId: string,
): Promise<number | undefined> {
  const rows = await database.queryRows(
    `SELECT min(greatest(d.next_attempt_at, d.leased_until)) FROM ${queueFront("$1")} AS d
     WHERE EXISTS (SELECT FROM webhook_endpoints e JOIN partners p USING (partner_id) WHERE e.endpoint_id = $1 AND ${SENT_TO})`,
    [endpointId],
  );
  const dueMs = rows[0]?.[0] ?? null;
  return dueMs === null ? undefined : Number(dueMs);
}

/** The endpoints (UUIDs) that have something to be sent now. */
export async function dueEndpoints(
  database: Pick<Database, "queryRows">,
  nowMs: number,
): Promise<readonly string[]> {
  const { bind, values } = statementValues();
  const due = isDue(bindInstant(bind, nowMs));
  const rows = await database.queryRows(
    `SELECT e.endpoint_id FROM webhook_endpoints e JOIN partners p USING (partner_id)
     WHERE ${SENT_TO} AND EXISTS (SELECT FROM webhook_deliveries d WHERE d.endpoint_id = e.endpoint_id AND ${due})`,
    values,
  );
  return rows.map(([endpointId]) => String(endpointId));
}

/** Whether there are events that have not been handed on. */
export async function hasPendingEvents(database: Pick<Database, "queryRows">): Promise<boolean> {
  const rows = await database.queryRows("SELECT 1 FROM outbox_events WHERE status = 'pending' LIMIT 1");
  return rows.length > 0;
}

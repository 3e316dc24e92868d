import { type AuditEntry, auditCte } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import { firstUuidV7 } from "../ids.ts";
import { outboxCte } from "../outbox/outbox-cte.ts";
import type { EndpointName } from "./context.ts";
import { keeper, presentEndpoint, refusalOfKeeper } from "./endpoint-ctes.ts";
import type { DeliveryRow } from "./records.ts";
import type { DeliveryStatus } from "./schema.ts";

/** Of `d`, a delivery, and `e`, its event. */
const SHOWN = `d.delivery_id, d.event_id, e.type AS event_type, d.status, d.attempts, d.response_code, d.response_body,
    d.duration_ms, d.error, d.created_at, d.last_attempt_at, d.next_attempt_at, d.ended_at`;

const TEST_MESSAGE = "This is a test: it was asked for, and tells of nothing.";

/**
 * Leaves an event for this endpoint alone, due now, and records it. Refused: `no_partner`, `not_approved`, `not_found`,
 * `not_active`.
 */
export function insertTest(name: EndpointName, deliveryId: string, audit: AuditEntry): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    return [
      keeper(bind, name.partnerId),
      presentEndpoint(bind, name),
      `asked AS (
  SELECT present.* FROM present, keeper WHERE present.status = 'active' AND keeper.status = 'approved')`,
      outboxCte(
        bind,
        { type: "webhook.test", partnerId: name.partnerId, atMs: audit.atMs },
        { from: "asked", data: { message: bind(TEST_MESSAGE, "text") } },
      ),
      `scheduled AS (
  INSERT INTO webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, next_attempt_at, created_at)
  SELECT ${bind(deliveryId, "uuid")}, asked.partner_id, asked.endpoint_id, outbox_webhook_test.event_id, ${at}, ${at}
  FROM asked, outbox_webhook_test RETURNING *)`,
      auditCte(bind, audit, { from: "scheduled", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `shown AS (SELECT ${SHOWN} FROM scheduled d, (SELECT 'webhook.test' AS type) AS e)`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE ${refusalOfKeeper} WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found'
    WHEN NOT EXISTS (SELECT FROM asked) THEN 'not_active' END AS refusal FROM permit)`,
    ];
  };
}

/** What makes a delivery due as if it had never been tried, at the instant that the SQL `at` gives. */
const dueAgain = (at: string) =>
  `status = 'pending', failures = 0, next_attempt_at = ${at}, ended_at = NULL, leased_until = NULL, lease_id = NULL`;

/**
 * Schedules a delivery anew, due now, and records it. Refused: `not_found`, `no_delivery`, `disabled` (the endpoint is),
 * `being_sent`.
 */
export function repeatDelivery(name: EndpointName, deliveryId: string, audit: AuditEntry): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    return [
      presentEndpoint(bind, name),
      `chosen AS (
  SELECT d.*, coalesce(d.leased_until > ${at}, false) AS being_sent FROM webhook_deliveries d, present
  WHERE d.partner_id = present.partner_id AND d.endpoint_id = present.endpoint_id
    AND d.delivery_id = ${bind(deliveryId, "uuid")} FOR UPDATE OF d)`,
      `scheduled AS (
  UPDATE webhook_deliveries d SET ${dueAgain(at)} FROM chosen, present
  WHERE d.partner_id = chosen.partner_id AND d.delivery_id = chosen.delivery_id
    AND NOT chosen.being_sent AND present.status <> 'disabled'
  RETURNING d.*)`,
      auditCte(bind, audit, { from: "scheduled", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `shown AS (SELECT ${SHOWN} FROM scheduled d JOIN outbox_events e USING (event_id))`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found'
    WHEN NOT EXISTS (SELECT FROM chosen) THEN 'no_delivery'
    WHEN EXISTS (SELECT FROM present WHERE status = 'disabled') THEN 'disabled'
    WHEN NOT EXISTS (SELECT FROM scheduled) THEN 'being_sent' END AS refusal FROM permit)`,
    ];
  };
}

/**
 * Schedules the endpoint's failed deliveries of events since `failedSinceMs` anew, those of the oldest events first and
 * `atMost` of them, and records it. Refused: `not_found`, `disabled`.
 */
export function repeatFailed(
  name: EndpointName,
  { failedSinceMs, atMost }: { readonly failedSinceMs: number; readonly atMost: number },
  audit: AuditEntry,
): Write {
  return (bind) => {
    const limit = bind(atMost, "int4");
    return [
      presentEndpoint(bind, name),
      "asked AS (SELECT * FROM present WHERE status <> 'disabled')",
      `failed AS (
  SELECT d.delivery_id, d.event_id FROM webhook_deliveries d, asked
  WHERE d.partner_id = asked.partner_id AND d.endpoint_id = asked.endpoint_id AND d.status = 'failed'
    AND d.event_id >= ${bind(firstUuidV7(Math.max(0, failedSinceMs)), "uuid")}
  ORDER BY d.event_id LIMIT ${limit} + 1 FOR UPDATE OF d)`,
      `scheduled AS (
  UPDATE webhook_deliveries d SET ${dueAgain(bindInstant(bind, audit.atMs))}
  WHERE d.partner_id = ${bind(name.partnerId, "uuid")}
    AND d.delivery_id IN (SELECT delivery_id FROM failed ORDER BY event_id LIMIT ${limit})
  RETURNING 1)`,
      auditCte(bind, audit, { from: "asked", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `shown AS (
  SELECT (SELECT count(*) FROM scheduled)::int4 AS redelivered, (SELECT count(*) FROM failed) > ${limit} AS has_more
  FROM asked)`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found'
    WHEN NOT EXISTS (SELECT FROM asked) THEN 'disabled' END AS refusal FROM permit)`,
    ];
  };
}

/** At most `rows` deliveries to the endpoint (of this status, unless undefined), the newest first, after that of id `after`. */
export async function readDeliveries(
  database: Database,
  { partnerId, endpointId }: EndpointName,
  { status, after, rows }: { status: DeliveryStatus | undefined; after: string | undefined; rows: number },
): Promise<DeliveryRow[]> {
  const found = await newestRows(database, {
    table: "webhook_deliveries d JOIN outbox_events e USING (event_id)",
    id: "delivery_id",
    columns: SHOWN,
    where: (bind) => [
      `d.partner_id = ${bind(partnerId, "uuid")}`,
      `d.endpoint_id = ${bind(endpointId, "uuid")}`,
      ...(status === undefined ? [] : [`d.status = ${bind(status, "delivery_status")}`]),
    ],
    after,
    rows,
  });
  return found as DeliveryRow[];
}

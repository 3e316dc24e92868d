import { type AuditEntry, auditCte } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { bindInstant, statementValues } from "../db/statement-values.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import type { Write } from "../db/write-once.ts";
import { type EndpointName, MAX_ENDPOINTS } from "./context.ts";
import { endpointColumns, keeper, presentEndpoint, refusalOfKeeper } from "./endpoint-ctes.ts";
import type { EndpointRow } from "./records.ts";
import type { WebhookChange } from "./schema.ts";

/** An endpoint that is to be. */
export type EndpointToBe = {
  readonly endpointId: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  readonly sealedSecret: string;
};

/**
 * Creates an endpoint of an approved partner, and records it. Refused: `no_partner`, `not_approved`, `too_many`. To be
 * written in the partner's `webhooksTurn`: one committed after the statement began is none that it counts.
 */
export function insertEndpoint(partnerId: string, endpoint: EndpointToBe, audit: AuditEntry): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    const partner = bind(partnerId, "uuid");
    return [
      keeper(bind, partnerId),
      `created AS (
  INSERT INTO webhook_endpoints (endpoint_id, partner_id, url, description, events, sealed_secret, created_at, updated_at)
  SELECT ${bind(endpoint.endpointId, "uuid")}, ${partner}, ${bind(endpoint.url, "text")}, ${bind(endpoint.description, "text")},
    ${bind(endpoint.events, "text[]")}, decode(${bind(endpoint.sealedSecret, "text")}, 'hex'), ${at}, ${at}
  FROM keeper
  WHERE status = 'approved'
    AND (SELECT count(*) FROM webhook_endpoints WHERE partner_id = ${partner}) < ${MAX_ENDPOINTS}
  RETURNING *)`,
      auditCte(bind, audit, { from: "created", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `shown AS (SELECT ${endpointColumns(at)} FROM created)`,
      `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE ${refusalOfKeeper} WHEN NOT EXISTS (SELECT FROM created) THEN 'too_many' END AS refusal FROM permit)`,
    ];
  };
}

const COLUMN_TYPES = {
  url: "text",
  description: "text",
  events: "text[]",
  status: "webhook_status",
} as const;

/**
 * Changes what `change` names, and records it; when all of it is so already, nothing happens. A new URL and what becomes
 * active have not failed yet. Refused: `not_found`.
 */
export function changeEndpoint(name: EndpointName, change: WebhookChange, audit: AuditEntry): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    const given = Object.entries(COLUMN_TYPES).flatMap(([column, type]) => {
      const value = change[column as keyof WebhookChange];
      return value === undefined ? [] : [{ column, value: bind(value, type) }];
    });
    const renewals = [
      ...given.filter(({ column }) => column === "url").map(({ value }) => `e.url <> ${value}`),
      ...(change.status === "active" ? ["e.status <> 'active'"] : []),
      "false",
    ];
    const assignments = [
      ...given.map(({ column, value }) => `${column} = ${value}`),
      ...(change.status === undefined ? [] : ["disabled_reason = NULL", "disabled_at = NULL"]),
      `failing_since = CASE WHEN ${renewals.join(" OR ")} THEN NULL ELSE e.failing_since END`,
      `updated_at = greatest(e.updated_at, ${at})`,
    ];
    const differs = given.map(({ column, value }) => `e.${column} IS DISTINCT FROM ${value}`);
    return [
      presentEndpoint(bind, name),
      `changed AS (
  UPDATE webhook_endpoints e SET ${assignments.join(", ")} FROM present
  WHERE e.partner_id = present.partner_id AND e.endpoint_id = present.endpoint_id AND (${differs.join(" OR ")})
  RETURNING e.*)`,
      auditCte(bind, audit, { from: "changed", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `standing AS (
  SELECT ${endpointColumns(at)} FROM changed
  UNION ALL SELECT ${endpointColumns(at)} FROM present WHERE NOT EXISTS (SELECT FROM changed))`,
      RESULT_OF_STANDING,
    ];
  };
}

/** Gives the endpoint another secret, keeps the old one for `overlapS` seconds, and records it. Refused: `not_found`. */
export function replaceSecret(
  name: EndpointName,
  sealedSecret: string,
  overlapS: number,
  audit: AuditEntry,
): Write {
  return (bind) => {
    const at = bindInstant(bind, audit.atMs);
    const previous =
      overlapS === 0
        ? "sealed_previous_secret = NULL, previous_secret_until = NULL"
        : `sealed_previous_secret = e.sealed_secret, previous_secret_until = ${bindInstant(bind, audit.atMs + 1000 * overlapS)}`;
    return [
      presentEndpoint(bind, name),
      `changed AS (
  UPDATE webhook_endpoints e SET sealed_secret = decode(${bind(sealedSecret, "text")}, 'hex'), ${previous},
    updated_at = greatest(e.updated_at, ${at})
  FROM present WHERE e.partner_id = present.partner_id AND e.endpoint_id = present.endpoint_id RETURNING e.*)`,
      auditCte(bind, audit, { from: "changed", partnerId: "partner_id", subjectId: "endpoint_id" }),
      `standing AS (SELECT ${endpointColumns(at)} FROM changed)`,
      RESULT_OF_STANDING,
    ];
  };
}

/** Deletes the endpoint with its deliveries, and records it. Refused: `not_found`. */
export function deleteEndpoint(name: EndpointName, audit: AuditEntry): Write {
  return (bind) => [
    presentEndpoint(bind, name),
    `deleted AS (
  DELETE FROM webhook_endpoints e USING present
  WHERE e.partner_id = present.partner_id AND e.endpoint_id = present.endpoint_id RETURNING e.*)`,
    auditCte(bind, audit, { from: "deleted", partnerId: "partner_id", subjectId: "endpoint_id" }),
    "standing AS (SELECT endpoint_id FROM deleted)",
    RESULT_OF_STANDING,
  ];
}

const RESULT_OF_STANDING = `result AS (
  SELECT (SELECT row_to_json(standing) FROM standing) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM standing) THEN 'not_found' END AS refusal FROM permit)`;

/**
 * Deletes the endpoint's deliveries, but those that somebody is busy with. A month of them goes in many statements: the
 * one that deletes the endpoint would take too long.
 */
export async function deleteDeliveries(
  database: Pick<Database, "write">,
  { partnerId, endpointId }: EndpointName,
): Promise<void> {
  const text = `DELETE FROM webhook_deliveries WHERE delivery_id = ANY (ARRAY(
    SELECT delivery_id FROM webhook_deliveries WHERE partner_id = $1 AND endpoint_id = $2
    LIMIT ${SWEEP_BATCH} FOR UPDATE SKIP LOCKED)) RETURNING 1`;
  let deleted: number;
  do deleted = await sweepInBatches(database, text, [partnerId, endpointId]);
  while (deleted >= SWEEP_BATCH);
}

/** The partner's endpoint of this id as it stands at `nowMs`, if there is one. */
export async function readEndpoint(
  database: Database,
  { partnerId, endpointId }: EndpointName,
  nowMs: number,
): Promise<EndpointRow | undefined> {
  const { bind, values } = statementValues();
  const columns = endpointColumns(bindInstant(bind, nowMs));
  const rows = await database.queryRows(
    `SELECT row_to_json(e) FROM (
       SELECT ${columns} FROM webhook_endpoints
       WHERE partner_id = ${bind(partnerId, "uuid")} AND endpoint_id = ${bind(endpointId, "uuid")}) e`,
    values,
  );
  return rows[0]?.[0] as EndpointRow | undefined;
}

/** At most `rows` endpoints of the partner as they stand at `nowMs`, the newest first, after the one of id `after`. */
export async function readEndpoints(
  database: Database,
  {
    partnerId,
    after,
    rows,
    nowMs,
  }: { partnerId: string; after: string | undefined; rows: number; nowMs: number },
): Promise<EndpointRow[]> {
  const found = await newestRows(database, {
    table: "webhook_endpoints",
    id: "endpoint_id",
    columns: endpointColumns(`'${new Date(nowMs).toISOString()}'::timestamptz`),
    where: (bind) => [`partner_id = ${bind(partnerId, "uuid")}`],
    after,
    rows,
  });
  return found as EndpointRow[];
}

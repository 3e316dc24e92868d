import type { Database } from "../db/client.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import {
  type Bind,
  type BoundColumns,
  bindInstant,
  bindRows,
  statementValues,
} from "../db/statement-values.ts";
import { SWEEP_BATCH, sweepInBatches } from "../db/sweep.ts";
import type { AttemptResult } from "./attempt-delivery.ts";
import type { Claim } from "./claim-queries.ts";

/** What became of a claimed delivery. */
export type Outcome = AttemptResult & {
  readonly deliveryId: string;
  /** When to try again, epoch milliseconds; undefined when nothing more is tried. */
  readonly nextAttemptMs: number | undefined;
};

/** How long an endpoint may do nothing but fail before it is disabled. */
const FAILING_LIFE = "5 days";

const OUTCOME_COLUMNS: BoundColumns<Outcome> = {
  delivery_id: ["uuid", ({ deliveryId }) => deliveryId],
  attempted_at: ["timestamptz", ({ atMs }) => new Date(atMs).toISOString()],
  next_attempt_at: [
    "timestamptz",
    ({ nextAttemptMs }) => nextAttemptMs && new Date(nextAttemptMs).toISOString(),
  ],
  duration_ms: ["int4", ({ durationMs }) => durationMs],
  response_code: ["int4", ({ responseCode }) => responseCode],
  response_body: ["text", ({ responseBody }) => responseBody],
  error: ["text", ({ error }) => error],
};

/**
 * Records what became of claimed deliveries, and what that tells of their endpoint: a success clears `failing_since`; 410
 * (`gone`), or nothing but failures for five days (`failing`), disables it, and fails what else waits for it, or 5,000 of
 * that: `failDisabled` fails the rest. Nothing of it happens to deliveries whose lease somebody else has by now, nor to an
 * endpoint whose URL is another by now. Returns how many deliveries were recorded.
 */
export async function recordOutcomes(
  database: Pick<Database, "write">,
  { endpointId, leaseId, url }: Claim,
  outcomes: readonly Outcome[],
  nowMs: number,
): Promise<number> {
  const { bind, values } = statementValues();
  const text = recordStatement(bind, { endpointId, leaseId, url, outcomes, nowMs });
  const send = async () => Number((await database.write(text, values))[0]?.[0] ?? 0);
  try {
    return await send();
  } catch (error) {
    // What was recorded has no lease any more, so that it is not recorded twice.
    if (error instanceof DatabaseUnavailable && error.reason === "lost") return await send();
    throw error;
  }
}

type Recorded = Pick<Claim, "endpointId" | "leaseId" | "url"> & {
  readonly outcomes: readonly Outcome[];
  readonly nowMs: number;
};

function recordStatement(bind: Bind, { endpointId, leaseId, url, outcomes, nowMs }: Recorded): string {
  const now = bindInstant(bind, nowMs);
  const outcomesSql = bindRows(bind, "o", outcomes, OUTCOME_COLUMNS);
  return `WITH endpoint AS MATERIALIZED (
  SELECT *, url = ${bind(url, "text")} AND status <> 'disabled' AS is_same FROM webhook_endpoints
  WHERE endpoint_id = ${bind(endpointId, "uuid")} FOR NO KEY UPDATE),
-- The endpoint is locked before its deliveries, as everywhere.
held AS MATERIALIZED (
  SELECT o.*, o.error IS NULL AS is_delivered, o.error IS NOT NULL AND o.error <> 'too_large' AS is_its_fault
  FROM endpoint JOIN webhook_deliveries d USING (endpoint_id) JOIN ${outcomesSql} ON o.delivery_id = d.delivery_id
  WHERE d.status = 'pending' AND d.lease_id = ${bind(leaseId, "uuid")} FOR UPDATE OF d),
told AS (
  SELECT bool_or(is_delivered) AS any_delivered, bool_or(error = 'gone') AS is_gone,
    min(attempted_at) FILTER (WHERE is_its_fault) AS failed_at, count(*) AS n
  FROM held),
verdict AS MATERIALIZED (
  SELECT endpoint_id, failing, CASE WHEN is_gone THEN 'gone' WHEN failing <= ${now} - interval '${FAILING_LIFE}' THEN 'failing' END AS reason
  FROM endpoint, told, LATERAL (
    SELECT CASE WHEN NOT any_delivered THEN coalesce(failing_since, failed_at) END AS failing) AS f
  WHERE is_same AND n > 0),
judged AS (
  UPDATE webhook_endpoints e SET failing_since = v.failing,
    status = CASE WHEN v.reason IS NULL THEN e.status ELSE 'disabled' END, disabled_reason = v.reason,
    disabled_at = CASE WHEN v.reason IS NOT NULL THEN ${now} END,
    updated_at = CASE WHEN v.reason IS NULL THEN e.updated_at ELSE ${now} END
  FROM verdict v WHERE e.endpoint_id = v.endpoint_id
    AND (v.reason IS NOT NULL OR e.failing_since IS DISTINCT FROM v.failing)),
recorded AS (
  UPDATE webhook_deliveries d SET lease_id = NULL, leased_until = NULL,
    attempts = d.attempts + CASE WHEN h.duration_ms IS NULL THEN 0 ELSE 1 END,
    failures = CASE WHEN h.is_delivered THEN 0 ELSE d.failures + 1 END,
    last_attempt_at = h.attempted_at, response_code = h.response_code, response_body = h.response_body,
    duration_ms = h.duration_ms, error = h.error, next_attempt_at = h.retry_at,
    status = CASE WHEN h.is_delivered THEN 'delivered' WHEN h.retry_at IS NULL THEN 'failed' ELSE 'pending' END::delivery_status,
    ended_at = CASE WHEN h.retry_at IS NULL THEN ${now} END
  FROM (
    SELECT *, CASE WHEN NOT EXISTS (SELECT FROM verdict WHERE reason IS NOT NULL) THEN next_attempt_at END AS retry_at
    FROM held) AS h
  WHERE d.delivery_id = h.delivery_id RETURNING 1),
dropped AS (
  UPDATE webhook_deliveries SET ${givenUp("endpoint_disabled", now)} WHERE delivery_id = ANY (ARRAY(
    SELECT d.delivery_id FROM verdict v JOIN webhook_deliveries d USING (endpoint_id)
    WHERE v.reason IS NOT NULL AND d.status = 'pending' AND d.delivery_id NOT IN (SELECT delivery_id FROM held)
    LIMIT ${SWEEP_BATCH})))
SELECT count(*)::int4 FROM recorded`;
}

/** SQL of what becomes of a delivery that nothing more is tried of, and why. */
export const givenUp = (error: string, now: string): string =>
  `status = 'failed', error = '${error}', next_attempt_at = NULL, lease_id = NULL, leased_until = NULL, ended_at = ${now}`;

/**
 * Fails what waits for disabled endpoints: what was too much for the statement that disabled them, or was handed on
 * meanwhile; at most 100,000 at once.
 */
export async function failDisabled(database: Pick<Database, "write">, nowMs: number): Promise<void> {
  const { bind, values } = statementValues();
  // Nobody can make an endpoint active meanwhile, and find failed what waits for it.
  const text = `UPDATE webhook_deliveries SET ${givenUp("endpoint_disabled", bindInstant(bind, nowMs))} WHERE delivery_id = ANY (ARRAY(
    SELECT d.delivery_id FROM webhook_endpoints e JOIN webhook_deliveries d USING (endpoint_id)
    WHERE e.status = 'disabled' AND d.status = 'pending'
    LIMIT ${SWEEP_BATCH} FOR SHARE OF e SKIP LOCKED FOR UPDATE OF d SKIP LOCKED)) RETURNING 1`;
  await sweepInBatches(database, text, values);
}

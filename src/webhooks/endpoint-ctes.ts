import type { Bind } from "../db/statement-values.ts";
import type { EndpointName } from "./context.ts";

/** Expressions that the statements about endpoints are made of. */

/** SQL of what of an endpoint is shown at the instant that the SQL `at` gives: all but its secrets. */
export function endpointColumns(at: string): string {
  return `endpoint_id, url, description, events, status, disabled_reason, disabled_at, failing_since,
    CASE WHEN previous_secret_until > ${at} THEN previous_secret_until END AS previous_secret_until, created_at, updated_at`;
}

/** `present`: the partner's endpoint of this id, locked, so that this is how it stands now. */
export function presentEndpoint(bind: Bind, { partnerId, endpointId }: EndpointName): string {
  return `present AS (
  SELECT e.* FROM webhook_endpoints e, permit
  WHERE e.partner_id = ${bind(partnerId, "uuid")} AND e.endpoint_id = ${bind(endpointId, "uuid")} FOR UPDATE OF e)`;
}

/** `keeper`: the status of the partner, if there is one. */
export function keeper(bind: Bind, partnerId: string): string {
  return `keeper AS (SELECT p.status FROM partners p, permit WHERE p.partner_id = ${bind(partnerId, "uuid")})`;
}

/** The first branches of a CASE that says why nothing was done, when it is the partner's doing. */
export const refusalOfKeeper = `WHEN NOT EXISTS (SELECT FROM keeper) THEN 'no_partner'
    WHEN EXISTS (SELECT FROM keeper WHERE status <> 'approved') THEN 'not_approved'`;

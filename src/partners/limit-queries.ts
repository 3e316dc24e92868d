import { type AuditEntry, auditCte } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";

/** A partner's own limit under a policy; `permits` null: there is none. */
export type LimitRow = { readonly policy: string; readonly permits: number | null };

/**
 * Gives the partner a limit of its own under a policy, or takes it away, and records it; when it is so already, nothing
 * changes. Refused: `not_found`.
 */
export function changeLimit(partnerId: string, { policy, permits }: LimitRow, audit: AuditEntry): Write {
  return (bind) => {
    const [name, number] = [bind(policy, "text"), bind(permits, "int4")];
    const change =
      permits === null
        ? `DELETE FROM limit_overrides o USING present WHERE o.partner_id = present.partner_id AND o.policy = ${name} RETURNING o.partner_id`
        : `INSERT INTO limit_overrides AS o (partner_id, policy, permits, updated_at)
  SELECT partner_id, ${name}, ${number}, ${bindInstant(bind, audit.atMs)} FROM present
  ON CONFLICT (partner_id, policy) DO UPDATE SET permits = EXCLUDED.permits, updated_at = EXCLUDED.updated_at
  WHERE o.permits <> EXCLUDED.permits RETURNING o.partner_id`;
    return [
      `present AS (SELECT p.partner_id FROM partners p, permit WHERE p.partner_id = ${bind(partnerId, "uuid")} FOR NO KEY UPDATE OF p)`,
      `changed AS (${change})`,
      auditCte(bind, audit, { from: "changed", partnerId: "partner_id", subjectId: "partner_id" }),
      `result AS (
  SELECT (SELECT json_build_object('policy', ${name}, 'permits', ${number}) FROM present) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found' END AS refusal FROM permit)`,
    ];
  };
}

/** The limits that are the partner's own; undefined when there is no such partner. */
export async function readLimits(database: Database, partnerId: string): Promise<LimitRow[] | undefined> {
  const rows = await database.queryRows(
    `SELECT o.policy, o.permits FROM partners p LEFT JOIN limit_overrides o USING (partner_id) WHERE p.partner_id = $1`,
    [partnerId],
  );
  if (rows.length === 0) return undefined;
  const limits = rows as [string | null, number | null][];
  return limits.flatMap(([policy, permits]) => (policy === null ? [] : [{ policy, permits }]));
}

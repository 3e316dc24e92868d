import { type AuditEntry, auditCte } from "../db/audit.ts";
import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import type { PartnerRow } from "./records.ts";

const COLUMNS = "partner_id, name, contact_email, status, created_at, approved_at, suspended_at";

export type NewPartner = {
  readonly partnerId: string;
  readonly name: string;
  readonly contactEmail: string;
  readonly createdAtMs: number;
};

/** Creates a pending partner. */
export function insertPartner({ partnerId, name, contactEmail, createdAtMs }: NewPartner): Write {
  return (bind) => [
    `created AS (
  INSERT INTO partners (partner_id, name, contact_email, created_at)
  SELECT ${bind(partnerId, "uuid")}, ${bind(name, "text")}, ${bind(contactEmail, "text")}, ${bindInstant(bind, createdAtMs)}
  FROM permit RETURNING ${COLUMNS})`,
    "result AS (SELECT row_to_json(created) AS outcome, NULL::text AS refusal FROM created)",
  ];
}

export type Verdict = "approved" | "suspended";

const CHANGES: Readonly<Record<Verdict, (at: string) => string>> = {
  approved: (at) => `status = 'approved', approved_at = ${at}, suspended_at = NULL`,
  suspended: (at) => `status = 'suspended', suspended_at = ${at}`,
};

/** Gives the partner the status, and records it; when it has it already, nothing changes. Refused: `not_found`. */
export function changeStatus(partnerId: string, verdict: Verdict, audit: AuditEntry): Write {
  return (bind) => [
    // Locked, so that this is how it stands now, also when another has just changed it.
    `present AS (SELECT p.* FROM partners p, permit WHERE p.partner_id = ${bind(partnerId, "uuid")} FOR UPDATE OF p)`,
    `changed AS (
  UPDATE partners p SET ${CHANGES[verdict](bindInstant(bind, audit.atMs))} FROM present
  WHERE p.partner_id = present.partner_id AND present.status <> '${verdict}' RETURNING p.*)`,
    auditCte(bind, audit, { from: "changed", partnerId: "partner_id", subjectId: "partner_id" }),
    `standing AS (
  SELECT ${COLUMNS} FROM changed UNION ALL SELECT ${COLUMNS} FROM present WHERE NOT EXISTS (SELECT FROM changed))`,
    `result AS (
  SELECT (SELECT row_to_json(standing) FROM standing) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM present) THEN 'not_found' END AS refusal FROM permit)`,
  ];
}

/** The partner of this id, if there is one. */
export async function readPartner(database: Database, partnerId: string): Promise<PartnerRow | undefined> {
  const rows = await database.queryRows(
    `SELECT row_to_json(p) FROM (SELECT ${COLUMNS} FROM partners WHERE partner_id = $1) p`,
    [partnerId],
  );
  return rows[0]?.[0] as PartnerRow | undefined;
}

/** At most `rows` partners, the latest first, of this status, after the one of id `after`. */
export async function readPartners(
  database: Database,
  { status, after, rows }: { status: string | undefined; after: string | undefined; rows: number },
): Promise<PartnerRow[]> {
  const found = await newestRows(database, {
    table: "partners",
    id: "partner_id",
    columns: COLUMNS,
    where: (bind) => (status === undefined ? [] : [`status = ${bind(status, "partner_status")}`]),
    after,
    rows,
  });
  return found as PartnerRow[];
}

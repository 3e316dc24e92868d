import type { Database } from "../db/client.ts";
import { statementValues } from "../db/statement-values.ts";
import type { AuditRow } from "./records.ts";

/** At most `rows` records, the latest first, of this partner (of all when undefined), after the one of id `after`. */
export async function readAudit(
  database: Database,
  { partnerId, after, rows }: { partnerId: string | undefined; after: string | undefined; rows: number },
): Promise<AuditRow[]> {
  const { bind, values } = statementValues();
  const conditions = [
    ...(partnerId === undefined ? [] : [`partner_id = ${bind(partnerId, "uuid")}`]),
    ...(after === undefined ? [] : [`audit_id < ${bind(after, "uuid")}`]),
    "true",
  ];
  const found = await database.queryRows(
    `SELECT row_to_json(a) FROM (
       SELECT * FROM audit_records WHERE ${conditions.join(" AND ")}
       ORDER BY audit_id DESC LIMIT ${bind(rows, "int4")}) a
     ORDER BY a.audit_id DESC`,
    values,
  );
  return found.map(([row]) => row as AuditRow);
}

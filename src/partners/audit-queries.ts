import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import type { AuditRow } from "./records.ts";

/** At most `rows` records, the latest first, of this partner (of all when undefined), after the one of id `after`. */
export async function readAudit(
  database: Database,
  { partnerId, after, rows }: { partnerId: string | undefined; after: string | undefined; rows: number },
): Promise<AuditRow[]> {
  const found = await newestRows(database, {
    table: "audit_records",
    id: "audit_id",
    columns: "*",
    where: (bind) => (partnerId === undefined ? [] : [`partner_id = ${bind(partnerId, "uuid")}`]),
    after,
    rows,
  });
  return found as AuditRow[];
}

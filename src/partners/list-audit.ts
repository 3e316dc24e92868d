import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import { readAudit } from "./audit-queries.ts";
import type { PartnersContext } from "./context.ts";
import { auditRecordOf } from "./records.ts";

/** One page of audit records, the latest first: all of them, or those that concern `partnerId`. */
export async function listAudit(
  { database }: PartnersContext,
  {
    reader,
    partnerId,
  }:
    | { readonly reader: "operator"; readonly partnerId: string | undefined }
    | { readonly reader: "partner"; readonly partnerId: string },
  { after, limit }: PageQuery,
) {
  const rows = await readAudit(database, { partnerId, after, rows: limit + 1 });
  return pageOf(
    rows.map((row) => auditRecordOf(row, reader)),
    limit,
    (record) => record.audit_id,
  );
}

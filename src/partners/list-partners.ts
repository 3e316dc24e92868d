import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import type { PartnersContext } from "./context.ts";
import { readPartners } from "./partner-queries.ts";
import { partnerOf } from "./records.ts";
import type { Partner } from "./schema.ts";

/** One page of all partners (of those with `status`, when given), the latest first. */
export async function listPartners(
  { database }: PartnersContext,
  query: PageQuery & { status?: Partner["status"] | undefined },
) {
  const { status, after, limit } = query;
  const rows = await readPartners(database, { status, after, rows: limit + 1 });
  return pageOf(rows.map(partnerOf), limit, (partner) => partner.partner_id);
}

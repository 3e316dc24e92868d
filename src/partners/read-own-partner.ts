import { noSuch, type PartnersContext } from "./context.ts";
import { readPartner } from "./partner-queries.ts";
import { partnerOf } from "./records.ts";
import type { Partner } from "./schema.ts";

/**
 * The partner as it stands, whatever its status.
 * @throws {Problem} 404 when there is none.
 */
export async function readOwnPartner({ database }: PartnersContext, partnerId: string): Promise<Partner> {
  const row = await readPartner(database, partnerId);
  if (row === undefined) throw noSuch("partner");
  return partnerOf(row);
}

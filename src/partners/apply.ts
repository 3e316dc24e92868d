import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import type { PartnersContext } from "./context.ts";
import { insertPartner } from "./partner-queries.ts";
import { type PartnerRow, partnerOf } from "./records.ts";
import type { Application, ApplicationBody } from "./schema.ts";

/** Takes a merchant's application: a new partner, pending until an operator decides. */
export async function apply(
  { database, now }: PartnersContext,
  { name, contact_email: contactEmail }: ApplicationBody,
  key: WriteKey | undefined,
): Promise<Application> {
  const createdAtMs = now();
  const write = insertPartner({ partnerId: newId(createdAtMs), name, contactEmail, createdAtMs });
  const result = settled(await writeOnce(database, write, key));
  if (result.kind === "refused") throw new Error("an application cannot be refused by the database");
  const { partner_id, status } = partnerOf(result.outcome as PartnerRow);
  return { partner_id, status };
}

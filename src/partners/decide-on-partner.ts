import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import { noSuch, type PartnersContext } from "./context.ts";
import { changeStatus, type Verdict } from "./partner-queries.ts";
import { type PartnerRow, partnerOf } from "./records.ts";
import type { Partner } from "./schema.ts";

/**
 * The partner, approved or suspended from now on; nothing happens to one that is so already.
 * @throws {Problem} 404 when there is none.
 */
export async function decideOnPartner(
  { database, now }: PartnersContext,
  partnerId: string,
  verdict: Verdict,
  actor: Actor,
  key: WriteKey | undefined,
): Promise<Partner> {
  const atMs = now();
  const audit = {
    auditId: newId(atMs),
    action: `partner.${verdict}`,
    actor,
    subjectKind: "ptr",
    details: {},
    atMs,
  } as const;
  const result = settled(await writeOnce(database, changeStatus(partnerId, verdict, audit), key));
  if (result.kind === "refused") throw noSuch("partner");
  return partnerOf(result.outcome as PartnerRow);
}

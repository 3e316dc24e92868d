import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { Problem } from "../http/problem.ts";
import { settled } from "../http/write-request.ts";
import { POLICIES, type Policy } from "../limits/policies.ts";
import { newId } from "../new-id.ts";
import { noSuch, type PartnersContext } from "./context.ts";
import { changeLimit, type LimitRow, readLimits } from "./limit-queries.ts";
import type { PartnerLimit } from "./schema.ts";

/** The policies under which a partner can have a limit of its own. */
export const PARTNER_POLICIES: readonly Policy[] = POLICIES.filter(({ perPartner }) => perPartner);

/**
 * The policy of this name, if a partner can have a limit of its own under it.
 * @throws {Problem} 404 when not.
 */
export function partnerPolicy(name: string | undefined): Policy {
  const policy = PARTNER_POLICIES.find((known) => known.name === name);
  if (policy !== undefined) return policy;
  const names = PARTNER_POLICIES.map((known) => known.name).join(", ");
  throw new Problem("not_found", `There is no such limit of partners. There are: ${names}.`);
}

/**
 * Gives the partner a limit of its own (or with null the usual one), effective everywhere within 60 seconds.
 * @throws {Problem} 404 when there is no such partner.
 */
export async function setLimit(
  { database, now }: PartnersContext,
  partnerId: string,
  { policy, limit }: { readonly policy: Policy; readonly limit: number | null },
  actor: Actor,
  key: WriteKey | undefined,
): Promise<PartnerLimit> {
  const atMs = now();
  const audit = {
    auditId: newId(atMs),
    action: limit === null ? "limit.removed" : "limit.set",
    actor,
    subjectKind: "ptr",
    details: limit === null ? { policy: policy.name } : { policy: policy.name, limit },
    atMs,
  } as const;
  const write = changeLimit(partnerId, { policy: policy.name, permits: limit }, audit);
  const result = settled(await writeOnce(database, write, key));
  if (result.kind === "refused") throw noSuch("partner");
  return limitOf(policy, (result.outcome as LimitRow).permits);
}

/**
 * All limits of the partner, its own and the usual ones.
 * @throws {Problem} 404 when there is no such partner.
 */
export async function listLimits({ database }: PartnersContext, partnerId: string) {
  const rows = await readLimits(database, partnerId);
  if (rows === undefined) throw noSuch("partner");
  const permits = new Map(rows.map((row) => [row.policy, row.permits]));
  return {
    items: PARTNER_POLICIES.map((policy) => limitOf(policy, permits.get(policy.name) ?? null)),
    next_cursor: null,
  };
}

function limitOf({ name, limit, windowS }: Policy, permits: number | null): PartnerLimit {
  return { policy: name, limit: permits ?? limit, default_limit: limit, window_s: windowS };
}

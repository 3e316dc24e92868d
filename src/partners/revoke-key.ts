import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import { keyRefusal, type PartnersContext } from "./context.ts";
import { revokeKey as revocation } from "./key-queries.ts";
import { type KeyRow, keyOf } from "./records.ts";
import type { Key } from "./schema.ts";

/**
 * The partner's key, revoked from now on: it opens nothing, within five seconds. One that is revoked stays as it is.
 * @throws {Problem} 404 when the partner has no such key.
 */
export async function revokeKey(
  { database, now }: PartnersContext,
  partnerId: string,
  keyId: string,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<Key> {
  const atMs = now();
  const audit = {
    auditId: newId(atMs),
    action: "key.revoked",
    actor,
    subjectKind: "key",
    details: {},
    atMs,
  } as const;
  const result = settled(await writeOnce(database, revocation(partnerId, keyId, audit), idempotencyKey));
  if (result.kind === "refused") throw keyRefusal(result.refusal);
  return keyOf(result.outcome as KeyRow, atMs);
}

import { SCOPES } from "../auth/principal.ts";
import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import type { PartnersContext } from "./context.ts";
import { insertKey } from "./key-queries.ts";
import { makeKey, shownOnce } from "./new-key.ts";
import type { KeyBody, NewKey } from "./schema.ts";

/**
 * Creates a Connect key of the partner, and shows it, this once.
 * @throws {Problem} 403 unless the partner is approved.
 */
export async function createKey(
  context: PartnersContext,
  partnerId: string,
  body: KeyBody,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<NewKey> {
  const atMs = context.now();
  const { key, kept } = await makeKey(context, body.expires_at, atMs);
  const scopes = SCOPES.filter((scope) => body.scopes.includes(scope));
  const audit = {
    auditId: newId(atMs),
    action: "key.created",
    actor,
    subjectKind: "key",
    details: { label: body.label, scopes, expires_at: kept.expiresAt },
    atMs,
  } as const;
  const write = insertKey(partnerId, { ...kept, label: body.label, scopes }, audit);
  return shownOnce(settled(await writeOnce(context.database, write, idempotencyKey)), key, atMs);
}

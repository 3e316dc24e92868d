import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { newId } from "../new-id.ts";
import type { PartnersContext } from "./context.ts";
import { replaceKey } from "./key-queries.ts";
import { makeKey, shownOnce } from "./new-key.ts";
import type { NewKey, RotationBody } from "./schema.ts";

/** A key, and whose it is; UUIDs. */
type KeyOfPartner = { readonly partnerId: string; readonly keyId: string };

/**
 * Creates a key that may do what the old one may, and shows it, this once; the old one expires after the overlap.
 * @throws {Problem} 404 when the partner has no such key, 409 when it is not active, 403 unless the partner is approved.
 */
export async function rotateKey(
  context: PartnersContext,
  old: KeyOfPartner,
  body: RotationBody,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<NewKey> {
  const atMs = context.now();
  const { key, kept } = await makeKey(context, body.expires_at, atMs);
  const audit = {
    auditId: newId(atMs),
    action: "key.rotated",
    actor,
    subjectKind: "key",
    details: {
      new_key_id: wireId("key", kept.keyId),
      overlap_s: body.overlap_s,
      expires_at: kept.expiresAt,
    },
    atMs,
  } as const;
  const write = replaceKey(old, kept, body.overlap_s, audit);
  return shownOnce(settled(await writeOnce(context.database, write, idempotencyKey)), key, atMs);
}

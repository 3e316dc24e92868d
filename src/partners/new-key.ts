import { apiKeyBeginning, apiKeySha256, newApiKey } from "../auth/api-key.ts";
import { hex } from "../hex.ts";
import { invalidBody, Problem } from "../http/problem.ts";
import type { SettledWrite } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import { keyRefusal, type PartnersContext } from "./context.ts";
import type { KeyToBe } from "./key-queries.ts";
import { type KeyRow, keyOf } from "./records.ts";
import type { NewKey } from "./schema.ts";

/**
 * A key that is to be created at `atMs`, and what is to be kept of it.
 * @throws {Problem} 400 when it would expire before it begins.
 */
export async function makeKey(
  { environment }: PartnersContext,
  expiresAt: string | null | undefined,
  atMs: number,
): Promise<{ readonly key: string; readonly kept: KeyToBe }> {
  if (typeof expiresAt === "string" && Date.parse(expiresAt) <= atMs) {
    const detail = "expires_at must be an instant in the future, or null";
    throw invalidBody([{ pointer: "/expires_at", code: "invalid", detail }]);
  }
  const key = newApiKey(environment);
  const sha256 = hex(await apiKeySha256(key));
  return {
    key,
    kept: { keyId: newId(atMs), prefix: apiKeyBeginning(key), sha256, expiresAt: expiresAt ?? null },
  };
}

/**
 * The answer that shows `key`.
 * @throws {Problem} when nothing was created now: 409 when an earlier request with the same Idempotency-Key did it.
 */
export function shownOnce(result: SettledWrite, key: string, atMs: number): NewKey {
  if (result.kind === "refused") throw keyRefusal(result.refusal);
  const created = keyOf(result.outcome as KeyRow, atMs);
  if (!result.replayed) return { ...created, key };
  throw new Problem(
    "already_created",
    `A request with this Idempotency-Key created ${created.key_id} before. A key is shown once and not kept: if it was lost, create another with a new Idempotency-Key and revoke this one.`,
    { createdId: created.key_id },
  );
}

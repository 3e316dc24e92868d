import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { auditOf, type EndpointName, type WebhooksContext } from "./context.ts";
import { replaceSecret } from "./endpoint-queries.ts";
import type { WebhookWithSecret } from "./schema.ts";
import { shownOnce } from "./shown-once.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/**
 * Gives the webhook a new secret and shows it, this once. Deliveries are signed with the one before too, for
 * `overlapS` seconds.
 * @throws {Problem} 404 when the partner has no such webhook.
 */
export async function rotateSecret(
  { database, secretBox, now }: WebhooksContext,
  name: EndpointName,
  overlapS: number,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<WebhookWithSecret> {
  const atMs = now();
  const secret = newWebhookSecret();
  const audit = auditOf("webhook.secret_rotated", { overlap_s: overlapS }, actor, atMs);
  const write = replaceSecret(name, await secretBox.seal(secret, name.endpointId), overlapS, audit);
  return shownOnce(settled(await writeOnce(database, write, idempotencyKey)), secret);
}

import type { Actor } from "../db/audit.ts";
import { webhooksTurn } from "../db/turns.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import { auditOf, requireWebhookUrl, type WebhooksContext } from "./context.ts";
import { insertEndpoint } from "./endpoint-queries.ts";
import type { WebhookBody, WebhookWithSecret } from "./schema.ts";
import { shownOnce } from "./shown-once.ts";
import { newWebhookSecret } from "./webhook-secret.ts";

/**
 * Creates a webhook of the partner, and shows its secret, this once.
 * @throws {Problem} 400 when nothing may be sent to its URL, 403 unless the partner is approved, 409 when it has enough.
 */
export async function createWebhook(
  { database, urlRules, secretBox, now }: WebhooksContext,
  partnerId: string,
  { url, events, description = null }: WebhookBody,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<WebhookWithSecret> {
  requireWebhookUrl(url, urlRules);
  const atMs = now();
  const [endpointId, secret] = [newId(atMs), newWebhookSecret()];
  const sealedSecret = await secretBox.seal(secret, endpointId);
  const audit = auditOf("webhook.created", { host: new URL(url).host, events, description }, actor, atMs);
  const write = insertEndpoint(partnerId, { endpointId, url, description, events, sealedSecret }, audit);
  const result = settled(await writeOnce(database, write, idempotencyKey, webhooksTurn(partnerId)));
  return shownOnce(result, secret);
}

import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import {
  auditOf,
  type EndpointName,
  refusalProblem,
  requireWebhookUrl,
  type WebhooksContext,
} from "./context.ts";
import { changeEndpoint } from "./endpoint-queries.ts";
import { type EndpointRow, webhookOf } from "./records.ts";
import type { Webhook, WebhookChange } from "./schema.ts";

/**
 * The webhook, changed as asked; what is so already stays as it is.
 * @throws {Problem} 400 when nothing may be sent to its new URL, 404 when the partner has no such webhook.
 */
export async function changeWebhook(
  { database, urlRules, wakeEndpoint, now }: WebhooksContext,
  name: EndpointName,
  change: WebhookChange,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<Webhook> {
  const { url, ...rest } = change;
  if (url !== undefined) requireWebhookUrl(url, urlRules);
  const atMs = now();
  const audit = auditOf(
    "webhook.updated",
    { ...(url !== undefined && { host: new URL(url).host }), ...rest },
    actor,
    atMs,
  );
  const result = settled(await writeOnce(database, changeEndpoint(name, change, audit), idempotencyKey));
  if (result.kind === "refused") throw refusalProblem(result.refusal);
  // What has waited while it was paused is due.
  if (change.status === "active") wakeEndpoint(name.endpointId);
  return webhookOf(result.outcome as EndpointRow);
}

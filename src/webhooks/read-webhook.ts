import { type EndpointName, noSuch, type WebhooksContext } from "./context.ts";
import { readEndpoint } from "./endpoint-queries.ts";
import { webhookOf } from "./records.ts";
import type { Webhook } from "./schema.ts";

/** @throws {Problem} 404 when the partner has no such webhook. */
export async function readWebhook({ database, now }: WebhooksContext, name: EndpointName): Promise<Webhook> {
  const row = await readEndpoint(database, name, now());
  if (row === undefined) throw noSuch("webhook");
  return webhookOf(row);
}

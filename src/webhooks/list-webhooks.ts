import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import type { WebhooksContext } from "./context.ts";
import { readEndpoints } from "./endpoint-queries.ts";
import { webhookOf } from "./records.ts";

/** One page of the partner's webhooks, the newest first. */
export async function listWebhooks(
  { database, now }: WebhooksContext,
  partnerId: string,
  { after, limit }: PageQuery,
) {
  const rows = await readEndpoints(database, { partnerId, after, rows: limit + 1, nowMs: now() });
  return pageOf(rows.map(webhookOf), limit, (webhook) => webhook.webhook_id);
}

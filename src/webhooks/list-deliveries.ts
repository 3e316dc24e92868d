import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import type { EndpointName, WebhooksContext } from "./context.ts";
import { readDeliveries } from "./delivery-queries.ts";
import { readWebhook } from "./read-webhook.ts";
import { deliveryOf } from "./records.ts";
import type { DeliveryStatus } from "./schema.ts";

/**
 * One page of the deliveries to a webhook, the newest first.
 * @throws {Problem} 404 when the partner has no such webhook.
 */
export async function listDeliveries(
  context: WebhooksContext,
  name: EndpointName,
  { status, after, limit }: PageQuery & { readonly status: DeliveryStatus | undefined },
) {
  const rows = await readDeliveries(context.database, name, { status, after, rows: limit + 1 });
  if (rows.length === 0) await readWebhook(context, name);
  return pageOf(rows.map(deliveryOf), limit, (delivery) => delivery.delivery_id);
}

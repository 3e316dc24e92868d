import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { auditOf, type EndpointName, refusalProblem, type WebhooksContext } from "./context.ts";
import { deleteDeliveries, deleteEndpoint } from "./endpoint-queries.ts";
import type { EndpointRow } from "./records.ts";
import type { DeletedWebhook } from "./schema.ts";

/**
 * Deletes the webhook with its deliveries.
 * @throws {Problem} 404 when the partner has no such webhook.
 */
export async function deleteWebhook(
  { database, now }: WebhooksContext,
  name: EndpointName,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<DeletedWebhook> {
  const atMs = now();
  const audit = auditOf("webhook.deleted", {}, actor, atMs);
  await deleteDeliveries(database, name);
  const result = settled(await writeOnce(database, deleteEndpoint(name, audit), idempotencyKey));
  if (result.kind === "refused") throw refusalProblem(result.refusal);
  const { endpoint_id: endpointId } = result.outcome as Pick<EndpointRow, "endpoint_id">;
  return { webhook_id: wireId("whk", endpointId), status: "deleted" };
}

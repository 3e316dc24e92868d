import type { Actor } from "../db/audit.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { newId } from "../new-id.ts";
import { auditOf, type EndpointName, refusalProblem, type WebhooksContext } from "./context.ts";
import { insertTest } from "./delivery-queries.ts";
import { type DeliveryRow, deliveryOf } from "./records.ts";
import type { Delivery } from "./schema.ts";

/**
 * Leaves an event of type `webhook.test` for this webhook alone, to be sent now.
 * @throws {Problem} 404 when the partner has no such webhook, 403 unless the partner is approved, 409 unless the webhook is
 * active.
 */
export async function sendTest(
  { database, wakeEndpoint, now }: WebhooksContext,
  name: EndpointName,
  actor: Actor,
  idempotencyKey: WriteKey | undefined,
): Promise<Delivery> {
  const atMs = now();
  const deliveryId = newId(atMs);
  const audit = auditOf("webhook.tested", { delivery_id: wireId("dlv", deliveryId) }, actor, atMs);
  const result = settled(await writeOnce(database, insertTest(name, deliveryId, audit), idempotencyKey));
  if (result.kind === "refused") throw refusalProblem(result.refusal);
  wakeEndpoint(name.endpointId);
  return deliveryOf(result.outcome as DeliveryRow);
}

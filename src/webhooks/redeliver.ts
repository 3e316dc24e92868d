import type { Actor } from "../db/audit.ts";
import { type Write, type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { auditOf, type EndpointName, refusalProblem, type WebhooksContext } from "./context.ts";
import { repeatDelivery, repeatFailed } from "./delivery-queries.ts";
import { type DeliveryRow, deliveryOf } from "./records.ts";
import type { Delivery, Redelivery } from "./schema.ts";

/** As many deliveries are scheduled anew by one request, at most. */
const MAX_REDELIVERED = 10_000;

/** Who asks for what is done already to be done again, and with which key. */
type Asker = { readonly actor: Actor; readonly idempotencyKey: WriteKey | undefined };

/**
 * Schedules one delivery anew, whatever became of it, to be sent now.
 * @throws {Problem} 404 when the partner has no such webhook, or that no such delivery; 409 when the webhook is disabled or
 * the delivery is being sent.
 */
export async function redeliver(
  context: WebhooksContext,
  name: EndpointName,
  deliveryId: string,
  asker: Asker,
): Promise<Delivery> {
  const audit = auditOf(
    "webhook.redelivered",
    { delivery_id: wireId("dlv", deliveryId) },
    asker.actor,
    context.now(),
  );
  return deliveryOf(
    (await schedule(context, name, repeatDelivery(name, deliveryId, audit), asker)) as DeliveryRow,
  );
}

/**
 * Schedules the webhook's failed deliveries of events since `failedSince` anew, to be sent now; at most 10,000 of them.
 * @throws {Problem} 404 when the partner has no such webhook, 409 when it is disabled.
 */
export async function redeliverFailed(
  context: WebhooksContext,
  name: EndpointName,
  failedSince: string,
  asker: Asker,
): Promise<Redelivery> {
  const failed = { failedSinceMs: Date.parse(failedSince), atMost: MAX_REDELIVERED };
  const audit = auditOf("webhook.redelivered", { failed_since: failedSince }, asker.actor, context.now());
  return (await schedule(context, name, repeatFailed(name, failed, audit), asker)) as Redelivery;
}

async function schedule(
  { database, wakeEndpoint }: WebhooksContext,
  { endpointId }: EndpointName,
  write: Write,
  { idempotencyKey }: Pick<Asker, "idempotencyKey">,
): Promise<unknown> {
  const result = settled(await writeOnce(database, write, idempotencyKey));
  if (result.kind === "refused") throw refusalProblem(result.refusal);
  wakeEndpoint(endpointId);
  return result.outcome;
}

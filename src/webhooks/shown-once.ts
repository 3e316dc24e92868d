import { Problem } from "../http/problem.ts";
import type { SettledWrite } from "../http/write-request.ts";
import { refusalProblem } from "./context.ts";
import { type EndpointRow, webhookOf } from "./records.ts";
import type { WebhookWithSecret } from "./schema.ts";

/**
 * The answer that shows `secret`.
 * @throws {Problem} when nothing was made now: 409 when an earlier request with the same Idempotency-Key did it.
 */
export function shownOnce(result: SettledWrite, secret: string): WebhookWithSecret {
  if (result.kind === "refused") throw refusalProblem(result.refusal);
  const webhook = webhookOf(result.outcome as EndpointRow);
  if (!result.replayed) return { ...webhook, secret };
  throw new Problem(
    "already_created",
    `A request with this Idempotency-Key made a secret of ${webhook.webhook_id} before. A secret is shown once: if it was lost, make another with a new Idempotency-Key at /partners/me/connect/webhooks/${webhook.webhook_id}/rotate.`,
    { createdId: webhook.webhook_id },
  );
}

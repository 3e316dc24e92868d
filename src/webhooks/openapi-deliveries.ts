import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  type Paths,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import {
  BEING_SENT,
  DELIVERED,
  DUE,
  IS_DISABLED,
  NO_SUCH_WEBHOOK,
  NOT_ACTIVE,
  page,
  READS,
  WRITES,
} from "./openapi-examples.ts";
import { DELIVERIES_PARAMETERS } from "./parameters.ts";

const WEBHOOK_ID = pathIdParameter("webhook_id", "whk", "Which webhook.");
const SHARED = { tags: ["Webhooks"], security: PERSON };

/** What the OpenAPI document says of deliveries. */
export const deliveryPaths: Paths = {
  "/partners/me/connect/webhooks/{webhook_id}/test": {
    post: {
      ...SHARED,
      operationId: "testWebhook",
      summary: "Send a test event",
      description:
        "An event of type `webhook.test`, to this webhook alone, signed as all are. What became of it stands among the deliveries. Needs the token of an approved partner.",
      parameters: [WEBHOOK_ID, IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("EmptyBody", {}, { required: false }),
      responses: {
        202: jsonResponse("It will be sent now.", "Delivery", { due: { value: DUE } }),
        ...problemResponses(...WRITES, NO_SUCH_WEBHOOK, NOT_ACTIVE),
      },
    },
  },
  "/partners/me/connect/webhooks/{webhook_id}/deliveries": {
    get: {
      ...SHARED,
      operationId: "listDeliveries",
      summary: "What was sent to a webhook",
      description: "The newest first, for 30 days after their end. Needs a partner's token.",
      parameters: [WEBHOOK_ID, ...openApiParameters(DELIVERIES_PARAMETERS)],
      responses: {
        200: jsonResponse("A page of deliveries.", "DeliveryList", page(DELIVERED)),
        ...problemResponses(...READS, NO_SUCH_WEBHOOK),
      },
    },
  },
  "/partners/me/connect/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": {
    post: {
      ...SHARED,
      operationId: "redeliver",
      summary: "Send a delivery again",
      description:
        "Whatever became of it: the same event, with the same id and bytes, and all its retries. Needs a partner's token.",
      parameters: [
        WEBHOOK_ID,
        pathIdParameter("delivery_id", "dlv", "Which delivery."),
        IDEMPOTENCY_KEY_PARAMETER,
      ],
      requestBody: jsonRequest("EmptyBody", {}, { required: false }),
      responses: {
        202: jsonResponse("It will be sent now.", "Delivery", { due: { value: DUE } }),
        ...problemResponses(...WRITES, NO_SUCH_WEBHOOK, BEING_SENT),
      },
    },
  },
  "/partners/me/connect/webhooks/{webhook_id}/redeliver": {
    post: {
      ...SHARED,
      operationId: "redeliverFailed",
      summary: "Send all again that failed since a moment",
      description:
        "All failed deliveries of events that happened since then, the oldest first, at most 10,000 at once. Needs a partner's token.",
      parameters: [WEBHOOK_ID, IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("RedeliveryBody", { failed_since: "2026-11-21T00:00:00Z" }),
      responses: {
        202: jsonResponse("They will be sent now.", "Redelivery", {
          scheduled: { value: { redelivered: 312, has_more: false } },
        }),
        ...problemResponses(...WRITES, NO_SUCH_WEBHOOK, IS_DISABLED),
      },
    },
  },
};

import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  type OpenApiContribution,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import { deliveryPaths } from "./openapi-deliveries.ts";
import {
  ACTIVE,
  ALREADY_CREATED,
  CREATED,
  DISABLED,
  NO_SUCH_PARTNER,
  NO_SUCH_WEBHOOK,
  PAUSED,
  page,
  READS,
  ROTATED,
  TOO_MANY,
  WRITES,
} from "./openapi-examples.ts";
import { WEBHOOKS_PARAMETERS } from "./parameters.ts";
import {
  DeletedWebhookSchema,
  DeliveryListSchema,
  DeliverySchema,
  RedeliveryBodySchema,
  RedeliverySchema,
  SecretRotationSchema,
  WebhookBodySchema,
  WebhookChangeSchema,
  WebhookListSchema,
  WebhookSchema,
  WebhookWithSecretSchema,
} from "./schema.ts";

const WEBHOOK_ID = pathIdParameter("webhook_id", "whk", "Which webhook.");
const SHARED = { tags: ["Webhooks"], security: PERSON };

/** What `webhooks` adds to the OpenAPI document. */
export const webhooksOpenApi: OpenApiContribution = {
  tag: {
    name: "Webhooks",
    description:
      "What changed, sent to you: signed, at least once, the same bytes for the same event. Any 2xx within 15 seconds acknowledges; what fails is tried again for about three days.",
  },
  schemas: {
    WebhookBody: WebhookBodySchema,
    WebhookChange: WebhookChangeSchema,
    SecretRotation: SecretRotationSchema,
    Webhook: WebhookSchema,
    WebhookWithSecret: WebhookWithSecretSchema,
    WebhookList: WebhookListSchema,
    DeletedWebhook: DeletedWebhookSchema,
    Delivery: DeliverySchema,
    DeliveryList: DeliveryListSchema,
    RedeliveryBody: RedeliveryBodySchema,
    Redelivery: RedeliverySchema,
  },
  paths: {
    "/partners/me/connect/webhooks": {
      get: {
        ...SHARED,
        operationId: "listWebhooks",
        summary: "Your webhooks",
        description: "The newest first. Needs a partner's token.",
        parameters: openApiParameters(WEBHOOKS_PARAMETERS),
        responses: {
          200: jsonResponse("A page of webhooks.", "WebhookList", page(ACTIVE)),
          ...problemResponses(...READS),
        },
      },
      post: {
        ...SHARED,
        operationId: "createWebhook",
        summary: "Create a webhook",
        description:
          "What happens from now on is sent to its URL. The answer shows the signing secret, this once. A partner has at most 10. Needs the token of an approved partner.",
        parameters: [IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("WebhookBody", {
          url: ACTIVE.url,
          events: ACTIVE.events,
          description: ACTIVE.description,
        }),
        responses: {
          201: jsonResponse("The webhook, with its secret.", "WebhookWithSecret", {
            created: { value: CREATED },
          }),
          ...problemResponses(...WRITES, NO_SUCH_PARTNER, TOO_MANY, ALREADY_CREATED),
        },
      },
    },
    "/partners/me/connect/webhooks/{webhook_id}": {
      get: {
        ...SHARED,
        operationId: "getWebhook",
        summary: "A webhook",
        description:
          "With how it stands: whether it fails, since when, and whether we gave up. Needs a partner's token.",
        parameters: [WEBHOOK_ID],
        responses: {
          200: jsonResponse("The webhook.", "Webhook", {
            active: { value: ACTIVE },
            disabled: { value: DISABLED },
          }),
          ...problemResponses(...READS, NO_SUCH_WEBHOOK),
        },
      },
      patch: {
        ...SHARED,
        operationId: "changeWebhook",
        summary: "Change, pause or resume a webhook",
        description:
          "Changes what the body names. While it is `paused`, deliveries wait, for 30 days at most. `active` resumes it, also after it was disabled: redeliver what failed meanwhile. Needs a partner's token.",
        parameters: [WEBHOOK_ID, IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("WebhookChange", { status: "paused" }),
        responses: {
          200: jsonResponse("The webhook as it stands now.", "Webhook", { paused: { value: PAUSED } }),
          ...problemResponses(...WRITES, NO_SUCH_WEBHOOK),
        },
      },
      delete: {
        ...SHARED,
        operationId: "deleteWebhook",
        summary: "Delete a webhook",
        description:
          "Its deliveries go with it, also those that have not been sent. Needs a partner's token.",
        parameters: [WEBHOOK_ID, IDEMPOTENCY_KEY_PARAMETER],
        responses: {
          200: jsonResponse("It is deleted.", "DeletedWebhook", {
            deleted: { value: { webhook_id: ACTIVE.webhook_id, status: "deleted" } },
          }),
          ...problemResponses(...WRITES, NO_SUCH_WEBHOOK),
        },
      },
    },
    "/partners/me/connect/webhooks/{webhook_id}/rotate": {
      post: {
        ...SHARED,
        operationId: "rotateWebhookSecret",
        summary: "Replace a webhook's secret",
        description:
          "The answer shows the new secret, this once. For `overlap_s` seconds (86400, a day, unless you say otherwise; no body is needed then) each delivery carries two signatures, of the new secret and of the one before; a secret that still overlapped is forgotten. Needs a partner's token.",
        parameters: [WEBHOOK_ID, IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("SecretRotation", { overlap_s: 3600 }, { required: false }),
        responses: {
          201: jsonResponse("The webhook, with its new secret.", "WebhookWithSecret", {
            rotated: { value: ROTATED },
          }),
          ...problemResponses(...WRITES, NO_SUCH_WEBHOOK, ALREADY_CREATED),
        },
      },
    },
    ...deliveryPaths,
  },
};

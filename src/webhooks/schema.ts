import * as z from "zod";
import { guided, instant, nextCursor, textMember, wireIdSchema } from "../http/wire-schema.ts";
import { COMMERCE_EVENT_TYPE, MAX_EVENT_TYPE_LENGTH, SUBSCRIPTIONS } from "../outbox/event-types.ts";
import { MAX_WEBHOOK_URL_LENGTH } from "./webhook-url.ts";

/** The wire shapes of webhooks: those of bodies read them, those of answers describe and guard. */

const ENDPOINT_STATUSES = ["active", "paused", "disabled"] as const;
export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;

const url = guided(
  z.string().min(1).max(MAX_WEBHOOK_URL_LENGTH),
  `an https URL of at most ${MAX_WEBHOOK_URL_LENGTH} characters, such as https://shop.example.com/hooks`,
).describe("Where deliveries are sent: https, port 443, a public host name.");

const MAX_SUBSCRIPTIONS = 20;
const SUBSCRIPTION_MUST_BE = `${SUBSCRIPTIONS.slice(0, -1).join(", ")}, commerce.<name>, or * for all`;

const subscription = guided(
  z.union([z.enum(SUBSCRIPTIONS), z.string().max(MAX_EVENT_TYPE_LENGTH).regex(COMMERCE_EVENT_TYPE)]),
  `one of ${SUBSCRIPTION_MUST_BE}`,
);

const subscriptions = guided(
  z
    .array(subscription)
    .min(1)
    .max(MAX_SUBSCRIPTIONS)
    .refine((events) => new Set(events).size === events.length)
    .meta({ uniqueItems: true }),
  `a list of 1 to ${MAX_SUBSCRIPTIONS} different event types, each ${SUBSCRIPTION_MUST_BE}`,
).describe(
  "Which events are sent, by type. `commerce.*` stands for all commerce events, `*` for all events.",
);

const description = textMember(1, 200, "What you call it, such as the system behind it.").nullable();

export const WebhookBodySchema = z
  .strictObject({ url, events: subscriptions, description: description.optional() })
  .describe("The webhook that is wanted.");

export const WebhookChangeSchema = guided(
  z
    .strictObject({
      url: url.optional(),
      events: subscriptions.optional(),
      description: description.optional(),
      status: guided(z.enum(["active", "paused"]), "active or paused")
        .optional()
        .describe(
          "`paused`: deliveries wait, for 30 days at most. `active`: they are sent, whatever happened before.",
        ),
    })
    .refine((change) => Object.keys(change).length > 0)
    .meta({ minProperties: 1 }),
  "an object with one or more of url, events, description, status",
).describe("What is to change; the rest stays.");

const MAX_OVERLAP_S = 604_800;
export const DEFAULT_OVERLAP_S = 86_400;

export const SecretRotationSchema = z
  .strictObject({
    overlap_s: guided(
      z.int().min(0).max(MAX_OVERLAP_S),
      `a whole number of seconds between 0 and ${MAX_OVERLAP_S} (7 days)`,
    )
      .optional()
      .meta({
        default: DEFAULT_OVERLAP_S,
        description: "For how many seconds deliveries are signed with the old secret too.",
      }),
  })
  .describe("How a secret is replaced.");

const webhookMembers = {
  webhook_id: wireIdSchema("whk"),
  url: z.string(),
  description: z.string().nullable(),
  events: z.array(z.string()),
  status: z
    .enum(ENDPOINT_STATUSES)
    .describe(
      "`paused` by you: deliveries wait. `disabled` by us: they fail unsent until you make it active again.",
    ),
  disabled_reason: z
    .enum(["gone", "failing"])
    .nullable()
    .describe("`gone`: it answered 410. `failing`: for five days every attempt failed."),
  disabled_at: instant.nullable(),
  failing_since: instant
    .nullable()
    .describe("When the first attempt failed since the last that did not; null when the last did not fail."),
  previous_secret_until: instant
    .nullable()
    .describe("Until when deliveries are signed with the secret before the last rotation too."),
  created_at: instant,
  updated_at: instant,
};

export const WebhookSchema = z
  .strictObject(webhookMembers)
  .describe("Where events are sent, without its secret.");

export const WebhookWithSecretSchema = z
  .strictObject({
    ...webhookMembers,
    secret: z.string().describe("The signing secret. It is shown this once."),
  })
  .describe("A webhook with a new secret.");

export const WebhookListSchema = z
  .strictObject({ items: z.array(WebhookSchema).max(100), next_cursor: nextCursor })
  .describe("Webhooks, the newest first.");

export const DeletedWebhookSchema = z
  .strictObject({ webhook_id: wireIdSchema("whk"), status: z.literal("deleted") })
  .describe("A webhook that is no more.");

export const DeliverySchema = z
  .strictObject({
    delivery_id: wireIdSchema("dlv"),
    event_id: wireIdSchema("evt").describe("As in the event's `id` and the header `webhook-id`."),
    event_type: z.string(),
    status: z
      .enum(DELIVERY_STATUSES)
      .describe(
        "`pending`: it will be sent, at `next_attempt_at` or soon. `failed`: nothing more is tried, unless you ask.",
      ),
    attempts: z.int().describe("How often it was sent."),
    response_code: z.int().nullable().describe("Of the last attempt: the answer's HTTP status."),
    response_body: z.string().nullable().describe("Of the last attempt: the beginning of the answer."),
    duration_ms: z.int().nullable().describe("Of the last attempt: how long it took."),
    error: z.string().nullable().describe("Of the last attempt: what went wrong."),
    created_at: instant,
    last_attempt_at: instant.nullable(),
    next_attempt_at: instant.nullable(),
    ended_at: instant.nullable().describe("When it was delivered or given up."),
  })
  .describe("One event on its way to one webhook.");

export const DeliveryListSchema = z
  .strictObject({ items: z.array(DeliverySchema).max(100), next_cursor: nextCursor })
  .describe("Deliveries, the newest first. They are kept for 30 days after their end.");

export const RedeliveryBodySchema = z
  .strictObject({
    failed_since: guided(
      z.iso.datetime(),
      "an instant in UTC as in RFC 3339, such as 2026-11-21T10:00:00Z",
    ).describe("Deliveries of older events stay as they are."),
  })
  .describe("Which failed deliveries are to be sent again.");

export const RedeliverySchema = z
  .strictObject({
    redelivered: z.int().describe("How many will be sent again."),
    has_more: z
      .boolean()
      .describe("Whether there are more: send the same again, with a new Idempotency-Key."),
  })
  .describe("How many failed deliveries will be sent again.");

export type WebhookBody = z.infer<typeof WebhookBodySchema>;
export type WebhookChange = z.infer<typeof WebhookChangeSchema>;
export type Webhook = z.infer<typeof WebhookSchema>;
export type WebhookWithSecret = z.infer<typeof WebhookWithSecretSchema>;
export type DeletedWebhook = z.infer<typeof DeletedWebhookSchema>;
export type Delivery = z.infer<typeof DeliverySchema>;
export type DeliveryStatus = Delivery["status"];
export type Redelivery = z.infer<typeof RedeliverySchema>;

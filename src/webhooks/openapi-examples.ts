import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import { refusalProblem } from "./context.ts";
import { WEBHOOKS_PARAMETERS } from "./parameters.ts";
import type { Delivery, Webhook, WebhookWithSecret } from "./schema.ts";

/** What the documentation shows of this capability. */

export const ACTIVE: Webhook = {
  webhook_id: "whk_01k9w2q3r6g9n3s7w0y4a8c2de",
  url: "https://pos.shop.example.com/hooks/snapact",
  description: "The till's back office",
  events: ["catalog.item.upserted", "order.paid", "order.status.updated"],
  status: "active",
  disabled_reason: null,
  disabled_at: null,
  failing_since: null,
  previous_secret_until: null,
  created_at: "2026-11-21T09:20:00.117Z",
  updated_at: "2026-11-21T09:20:00.117Z",
};

export const PAUSED: Webhook = { ...ACTIVE, status: "paused", updated_at: "2026-11-21T18:00:00.000Z" };

export const DISABLED: Webhook = {
  ...ACTIVE,
  status: "disabled",
  disabled_reason: "failing",
  disabled_at: "2026-11-26T11:04:09.730Z",
  failing_since: "2026-11-21T11:00:12.002Z",
  updated_at: "2026-11-26T11:04:09.730Z",
};

export const CREATED: WebhookWithSecret = { ...ACTIVE, secret: "whsec_…" };

export const ROTATED: WebhookWithSecret = {
  ...ACTIVE,
  previous_secret_until: "2026-11-23T08:00:00.000Z",
  updated_at: "2026-11-22T08:00:00.000Z",
  secret: "whsec_…",
};

export const DELIVERED: Delivery = {
  delivery_id: "dlv_01k9w2r4s7h0p4t8x1z5b9d3ef",
  event_id: "evt_01k9w2r4q5f8m2r6v9x3z7b1cd",
  event_type: "order.paid",
  status: "delivered",
  attempts: 2,
  response_code: 204,
  response_body: "",
  duration_ms: 183,
  error: null,
  created_at: "2026-11-21T10:00:01.250Z",
  last_attempt_at: "2026-11-21T10:00:07.004Z",
  next_attempt_at: null,
  ended_at: "2026-11-21T10:00:07.187Z",
};

export const DUE: Delivery = {
  ...DELIVERED,
  event_type: "webhook.test",
  status: "pending",
  attempts: 0,
  response_code: null,
  response_body: null,
  duration_ms: null,
  last_attempt_at: null,
  next_attempt_at: "2026-11-21T10:00:01.250Z",
  ended_at: null,
};

const KNOWN: readonly ProblemExample[] = [
  { code: "unauthorized", detail: "The token is not valid here." },
  { code: "forbidden", detail: "This needs a token with the role partner." },
  UNAVAILABLE,
];
export const READS: readonly ProblemExample[] = [
  {
    code: "invalid_parameter",
    detail: "One parameter is not valid.",
    errors: [
      {
        parameter: "limit",
        code: "invalid",
        detail: `limit must be ${WEBHOOKS_PARAMETERS.limit.mustBe}`,
      },
    ],
  },
  ...KNOWN,
];
export const WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [{ pointer: "/url", code: "invalid", detail: "url must name a host, not an IP address" }],
  },
  ...WRITE_PROBLEMS,
  ...KNOWN,
];
const refused = (refusal: string): ProblemExample => {
  const { code, detail } = refusalProblem(refusal);
  return { code, detail };
};
export const NO_SUCH_WEBHOOK = refused("not_found");
export const NO_SUCH_PARTNER = refused("no_partner");
export const TOO_MANY = refused("too_many");
export const NOT_ACTIVE = refused("not_active");
export const IS_DISABLED = refused("disabled");
export const BEING_SENT = refused("being_sent");
export const ALREADY_CREATED: ProblemExample = {
  code: "already_created",
  detail: `A request with this Idempotency-Key made a secret of ${ACTIVE.webhook_id} before.`,
};

/** A list's page with one item. */
export const page = (item: unknown) => ({ page: { value: { items: [item], next_cursor: null } } });

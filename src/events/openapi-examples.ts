import type * as z from "zod";
import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import type { CommerceEventSchema, EventsAnswer } from "./schema.ts";

/** What the documentation shows of this capability. */

const PURCHASE: z.infer<typeof CommerceEventSchema> = {
  event_id: "sale-20261121-0042",
  type: "commerce.purchase",
  occurred_at: "2026-11-21T10:59:31+01:00",
  external_ref: "SKU-1",
  value: { amount: 250_000, currency: "NGN" },
  user_data: { email_sha256: "7b5e0a4ba4c0b3fbbad1f9ea17dd2a4ebc5fb4f66d8f1f9a3c7fb5a1cf0f5b83" },
};

export const SENT: { readonly events: readonly z.infer<typeof CommerceEventSchema>[] } = {
  events: [
    PURCHASE,
    { event_id: "view-9917", type: "commerce.product.viewed", occurred_at: "2026-11-21T09:58:02Z" },
  ],
};

const NOT_A_HASH = {
  pointer: "/events/2/user_data/phone_sha256",
  code: "invalid",
  detail:
    "phone_sha256 must be its SHA-256 as 64 hexadecimal digits: hash it before you send it; anything else is refused and not kept",
};

export const ANSWERED: EventsAnswer = {
  results: [
    { index: 0, event_id: PURCHASE.event_id, status: "accepted" },
    { index: 1, event_id: "view-9917", status: "duplicate" },
    { index: 2, event_id: "sale-20261121-0043", status: "rejected", errors: [NOT_A_HASH] },
  ],
  summary: { accepted: 1, duplicate: 1, rejected: 1 },
};

export const PROBLEMS: readonly ProblemExample[] = [
  {
    code: "invalid_parameter",
    detail: "One parameter is not valid.",
    errors: [
      { parameter: "test", code: "unknown", detail: 'unknown parameter "test"; none is accepted here' },
    ],
  },
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/events",
        code: "invalid",
        detail: "events must be a list of 1 to 500 entries, with nothing beside it",
      },
    ],
  },
  ...WRITE_PROBLEMS,
  { code: "unauthorized", detail: "The key is not valid here." },
  { code: "forbidden", detail: "This needs a key with the scope events:write." },
  UNAVAILABLE,
];

import { type ProblemExample, UNAVAILABLE, WRITE_PROBLEMS } from "../http/openapi-parts.ts";
import { ORDERS_PARAMETERS } from "./parameters.ts";
import type { Order, OrderBody } from "./schema.ts";

/** What the documentation shows of this capability. */

export const ORDERED: OrderBody = {
  partner_id: "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa",
  lines: [
    {
      item_id: "itm_01k9w2qv3xf7t9b1d5g8j2m4np",
      location_id: "loc_01k9w2p0t5f8m2r6v9x3z7b1cd",
      quantity: 2,
    },
  ],
  deliver_to: {
    name: "Ada Obi",
    phone: "+234 803 123 4567",
    address: "7 Montgomery Road, Yaba, Lagos",
    lat: 6.5101,
    lng: 3.3742,
  },
  payment_ref: "pay_8Yq2LmXw",
};

export const PAID: Order = {
  order_id: "ord_01k9w2r8n6f3v5x7z9b1d4g6hj",
  partner_id: ORDERED.partner_id,
  status: "paid",
  lines: [
    {
      item_id: "itm_01k9w2qv3xf7t9b1d5g8j2m4np",
      external_ref: "SKU-1",
      title: "Peak milk, 150 g tin",
      location_id: "loc_01k9w2p0t5f8m2r6v9x3z7b1cd",
      location_ref: "yaba-1",
      quantity: 2,
      price: { amount: 125_000, currency: "NGN" },
    },
  ],
  totals: [{ amount: 250_000, currency: "NGN" }],
  deliver_to: ORDERED.deliver_to,
  payment_ref: ORDERED.payment_ref,
  version: 1,
  created_at: "2026-11-21T10:00:00.482Z",
  updated_at: "2026-11-21T10:00:00.482Z",
  confirmed_at: null,
  ended_at: null,
};

export const CONFIRMED: Order = {
  ...PAID,
  status: "confirmed",
  version: 2,
  updated_at: "2026-11-21T10:01:12.007Z",
  confirmed_at: "2026-11-21T10:01:12.007Z",
};

const UNAUTHORIZED: ProblemExample = { code: "unauthorized", detail: "The key or token is not valid here." };

export const KNOWN: readonly ProblemExample[] = [
  UNAUTHORIZED,
  { code: "forbidden", detail: "This needs a key with the scope orders:write." },
  UNAVAILABLE,
];
export const KNOWN_TO_MARKETPLACES: readonly ProblemExample[] = [
  UNAUTHORIZED,
  { code: "forbidden", detail: "This needs a token with the role marketplace." },
  UNAVAILABLE,
];
export const BAD_PARAMETER: ProblemExample = {
  code: "invalid_parameter",
  detail: "One parameter is not valid.",
  errors: [
    { parameter: "status", code: "invalid", detail: `status must be ${ORDERS_PARAMETERS.status.mustBe}` },
  ],
};
export const NO_QUERY: ProblemExample = {
  code: "invalid_parameter",
  detail: "One parameter is not valid.",
  errors: [
    {
      parameter: "verbose",
      code: "unknown",
      detail: 'unknown parameter "verbose"; none is accepted here',
    },
  ],
};
export const NO_SUCH_ORDER: ProblemExample = {
  code: "not_found",
  detail: "There is no order with this id.",
};
export const NO_SUCH_PARTNER: ProblemExample = {
  code: "not_found",
  detail: "There is no approved partner with this partner_id.",
};
export const NOT_THERE: ProblemExample = {
  code: "conflict",
  detail:
    "This order is ready, and can become on_the_way, delivered or cancelled: it cannot become preparing.",
};
export const TOO_MUCH: ProblemExample = {
  code: "conflict",
  detail: "The lines cost more than 9007199254740991 minor units together. Divide the order.",
};
export const SHORT: ProblemExample = {
  code: "insufficient_stock",
  detail: "There is not enough of one line.",
  errors: [{ pointer: "/lines/0/quantity", code: "insufficient_stock", detail: "1 is left." }],
  members: {
    lines: [
      {
        item_id: "itm_01k9w2qv3xf7t9b1d5g8j2m4np",
        location_id: "loc_01k9w2p0t5f8m2r6v9x3z7b1cd",
        requested: 2,
        left: 1,
      },
    ],
  },
};
export const WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/lines/0/quantity",
        code: "invalid",
        detail: "quantity must be a whole number between 1 and 1000000",
      },
    ],
  },
  ...WRITE_PROBLEMS,
];
export const STATUS_WRITES: readonly ProblemExample[] = [
  {
    code: "invalid_body",
    detail: "One thing in the body is not valid.",
    errors: [
      {
        pointer: "/status",
        code: "invalid",
        detail: "status must be one of confirmed, preparing, ready, on_the_way, delivered, cancelled",
      },
    ],
  },
  ...WRITE_PROBLEMS,
];

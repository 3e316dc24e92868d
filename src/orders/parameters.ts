import { INSTANT_MUST_BE, parseInstant } from "../http/instant.ts";
import { pageParameters } from "../http/list-parameters.ts";
import { choices, notation } from "../http/parameter-kinds.ts";
import { ORDER_STATUSES } from "./order-status.ts";

/** The query parameters of the list. */
export const ORDERS_PARAMETERS = {
  status: choices({
    description: "Only orders of these statuses: a comma-separated list.",
    values: ORDER_STATUSES,
    default: ORDER_STATUSES,
  }),
  updated_since: notation({
    description: "Only what changed here at that instant or later.",
    mustBe: INSTANT_MUST_BE,
    schema: { type: "string", format: "date-time" },
    example: "2026-11-21T10:00:00Z",
    read: parseInstant,
  }),
  ...pageParameters("ord"),
};

import { pageParameters } from "../http/list-parameters.ts";
import { notation } from "../http/parameter-kinds.ts";
import { DELIVERY_STATUSES } from "./schema.ts";

/** The query parameters of the lists. */

export const WEBHOOKS_PARAMETERS = pageParameters("whk");

export const DELIVERIES_PARAMETERS = {
  status: notation({
    description: "Only deliveries of this status.",
    mustBe: `one of ${DELIVERY_STATUSES.join(", ")}`,
    schema: { type: "string", enum: DELIVERY_STATUSES },
    example: "failed",
    read: (text) => DELIVERY_STATUSES.find((status) => status === text),
  }),
  ...pageParameters("dlv"),
};

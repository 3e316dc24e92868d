import { pageParameters, UPDATED_SINCE } from "../http/list-parameters.ts";
import { choices } from "../http/parameter-kinds.ts";
import { ORDER_STATUSES } from "./order-status.ts";

/** The query parameters of the list. */
export const ORDERS_PARAMETERS = {
  status: choices({
    description: "Only orders of these statuses: a comma-separated list.",
    values: ORDER_STATUSES,
    default: ORDER_STATUSES,
  }),
  updated_since: {
    ...UPDATED_SINCE,
    description: `${UPDATED_SINCE.description} Orders are listed by when they were made and may change while you page: to miss none, give the moment at which you began to read the last time.`,
  },
  ...pageParameters("ord"),
};

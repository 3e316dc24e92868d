import { idParameter, pageParameters } from "../http/list-parameters.ts";
import { notation } from "../http/parameter-kinds.ts";
import { PARTNER_STATUSES } from "./schema.ts";

/** The query parameters of the lists. */

export const PARTNERS_PARAMETERS = {
  status: notation({
    description: "Only partners of this status.",
    mustBe: `one of ${PARTNER_STATUSES.join(", ")}`,
    schema: { type: "string", enum: PARTNER_STATUSES },
    example: "pending",
    read: (text) => PARTNER_STATUSES.find((status) => status === text),
  }),
  ...pageParameters("ptr"),
};

export const KEYS_PARAMETERS = pageParameters("key");

export const OWN_AUDIT_PARAMETERS = pageParameters("aud");

export const AUDIT_PARAMETERS = {
  partner_id: idParameter("ptr", "Only what concerns this partner."),
  ...pageParameters("aud"),
};

import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  type Paths,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { PARTNER_POLICIES } from "./limits.ts";
import { KNOWN, NO_SUCH_PARTNER, OWN_LIMIT, page, READS, USUAL_LIMIT, WRITES } from "./openapi-examples.ts";

const PARTNER_ID = pathIdParameter("partner_id", "ptr", "Which partner.");
const POLICY = {
  name: "policy",
  in: "path",
  required: true,
  description: "Which limit, by the name that it has in `RateLimit-Policy`.",
  schema: { type: "string", enum: PARTNER_POLICIES.map(({ name }) => name) },
};

/** What operators can do about partners' limits. */
export const limitPaths: Paths = {
  "/admin/partners/{partner_id}/limits": {
    get: {
      operationId: "listPartnerLimits",
      summary: "A partner's limits",
      description: "Those that an operator has set, and the usual ones. Needs an operator's token.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [PARTNER_ID],
      responses: {
        200: jsonResponse("All of them.", "PartnerLimitList", page(OWN_LIMIT)),
        ...problemResponses(...READS, NO_SUCH_PARTNER),
      },
    },
  },
  "/admin/partners/{partner_id}/limits/{policy}": {
    put: {
      operationId: "setPartnerLimit",
      summary: "Give a partner a limit of its own",
      description:
        "Each of its keys, and each person of it, may send so many requests in any window, from within 60 seconds on. Needs an operator's token.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [PARTNER_ID, POLICY, IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("PartnerLimitBody", { limit: OWN_LIMIT.limit }),
      responses: {
        200: jsonResponse("The limit as it stands now.", "PartnerLimit", { own: { value: OWN_LIMIT } }),
        ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_PARTNER),
      },
    },
    delete: {
      operationId: "removePartnerLimit",
      summary: "Give a partner the usual limit again",
      description: "From within 60 seconds on. Needs an operator's token.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [PARTNER_ID, POLICY, IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("EmptyBody", {}, { required: false }),
      responses: {
        200: jsonResponse("The limit as it stands now.", "PartnerLimit", { usual: { value: USUAL_LIMIT } }),
        ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_PARTNER),
      },
    },
  },
};

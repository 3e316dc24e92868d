import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  type OpenApiContribution,
  type Operation,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import {
  APPLIED,
  APPROVED,
  AUDIT_RECORD,
  KNOWN,
  NO_SUCH_PARTNER,
  page,
  READS,
  SUSPENDED,
  WRITES,
} from "./openapi-examples.ts";
import { keyPaths } from "./openapi-keys.ts";
import { limitPaths } from "./openapi-limits.ts";
import { AUDIT_PARAMETERS, OWN_AUDIT_PARAMETERS, PARTNERS_PARAMETERS } from "./parameters.ts";
import {
  ApplicationBodySchema,
  ApplicationSchema,
  AuditListSchema,
  AuditRecordSchema,
  KeyBodySchema,
  KeyListSchema,
  KeySchema,
  NewKeySchema,
  PartnerLimitBodySchema,
  PartnerLimitListSchema,
  PartnerLimitSchema,
  PartnerListSchema,
  PartnerSchema,
  RotationBodySchema,
} from "./schema.ts";

const PARTNER_ID = pathIdParameter("partner_id", "ptr", "Which partner.");

function decision(verb: string, effect: string, example: unknown): Operation {
  return {
    operationId: `${verb}Partner`,
    summary: `${verb[0]?.toUpperCase()}${verb.slice(1)} a partner`,
    description: `${effect} One that is so already stays as it is. Needs an operator's token.`,
    tags: ["Partners"],
    security: PERSON,
    parameters: [PARTNER_ID, IDEMPOTENCY_KEY_PARAMETER],
    requestBody: jsonRequest("EmptyBody", {}, { required: false }),
    responses: {
      200: jsonResponse("The partner as it stands now.", "Partner", { partner: { value: example } }),
      ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_PARTNER),
    },
  };
}

/** What `partners` adds to the OpenAPI document. */
export const partnersOpenApi: OpenApiContribution = {
  tag: {
    name: "Partners",
    description: "Merchants: their applications, their keys, and the record of who did what.",
  },
  schemas: {
    ApplicationBody: ApplicationBodySchema,
    Application: ApplicationSchema,
    Partner: PartnerSchema,
    PartnerList: PartnerListSchema,
    KeyBody: KeyBodySchema,
    RotationBody: RotationBodySchema,
    Key: KeySchema,
    NewKey: NewKeySchema,
    KeyList: KeyListSchema,
    PartnerLimitBody: PartnerLimitBodySchema,
    PartnerLimit: PartnerLimitSchema,
    PartnerLimitList: PartnerLimitListSchema,
    AuditRecord: AuditRecordSchema,
    AuditList: AuditListSchema,
  },
  paths: {
    "/partners/applications": {
      post: {
        operationId: "applyAsPartner",
        summary: "Apply to become a partner",
        description:
          "Anyone may apply. An operator decides; until then the partner is `pending`, and nothing of it is shown.",
        tags: ["Partners"],
        security: [],
        parameters: [IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("ApplicationBody", {
          name: APPROVED.name,
          contact_email: APPROVED.contact_email,
        }),
        responses: {
          201: jsonResponse("The application is received.", "Application", { received: { value: APPLIED } }),
          ...problemResponses(...WRITES),
        },
      },
    },
    "/partners/me": {
      get: {
        operationId: "getOwnPartner",
        summary: "The partner that you are",
        description: "Whatever its status. Needs a partner's token.",
        tags: ["Partners"],
        security: PERSON,
        responses: {
          200: jsonResponse("The partner.", "Partner", { approved: { value: APPROVED } }),
          ...problemResponses(...READS, NO_SUCH_PARTNER),
        },
      },
    },
    "/partners/me/audit": {
      get: {
        operationId: "listOwnAudit",
        summary: "Who did what with your account and keys",
        description: "The latest first. Needs a partner's token.",
        tags: ["Partners"],
        security: PERSON,
        parameters: openApiParameters(OWN_AUDIT_PARAMETERS),
        responses: {
          200: jsonResponse("A page of records.", "AuditList", page(AUDIT_RECORD)),
          ...problemResponses(...READS),
        },
      },
    },
    ...keyPaths,
    "/admin/partners": {
      get: {
        operationId: "listPartners",
        summary: "All partners",
        description: "The latest applicant first. Needs an operator's token.",
        tags: ["Partners"],
        security: PERSON,
        parameters: openApiParameters(PARTNERS_PARAMETERS),
        responses: {
          200: jsonResponse("A page of partners.", "PartnerList", page(APPROVED)),
          ...problemResponses(...READS),
        },
      },
    },
    "/admin/partners/{partner_id}/approve": {
      post: decision("approve", "From now on it may create keys, and what it has is shown.", APPROVED),
    },
    "/admin/partners/{partner_id}/suspend": {
      post: decision(
        "suspend",
        "Within five seconds its keys stop working, and nothing of it is shown.",
        SUSPENDED,
      ),
    },
    ...limitPaths,
    "/admin/audit": {
      get: {
        operationId: "listAudit",
        summary: "Who did what",
        description: "The latest first. Needs an operator's token.",
        tags: ["Partners"],
        security: PERSON,
        parameters: openApiParameters(AUDIT_PARAMETERS),
        responses: {
          200: jsonResponse("A page of records.", "AuditList", page(AUDIT_RECORD)),
          ...problemResponses(...READS),
        },
      },
    },
  },
};

import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  type Paths,
  PERSON,
  pathIdParameter,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import {
  ACTIVE_KEY,
  ALREADY_CREATED,
  KNOWN,
  NEW_KEY,
  NO_SUCH_KEY,
  NO_SUCH_PARTNER,
  page,
  READS,
  REVOKED_KEY,
  WRITES,
} from "./openapi-examples.ts";
import { KEYS_PARAMETERS } from "./parameters.ts";

const KEY_ID = pathIdParameter("key_id", "key", "Which key.");

/** What the OpenAPI document says of Connect keys. */
export const keyPaths: Paths = {
  "/partners/me/connect/keys": {
    get: {
      operationId: "listKeys",
      summary: "Your Connect keys",
      description: "The newest first, expired and revoked ones included. Needs a partner's token.",
      tags: ["Partners"],
      security: PERSON,
      parameters: openApiParameters(KEYS_PARAMETERS),
      responses: {
        200: jsonResponse("A page of keys.", "KeyList", page(ACTIVE_KEY)),
        ...problemResponses(...READS),
      },
    },
    post: {
      operationId: "createKey",
      summary: "Create a Connect key",
      description:
        "The answer shows the key, this once: only its SHA-256 is kept. Needs the token of an approved partner.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("KeyBody", { label: ACTIVE_KEY.label, scopes: ACTIVE_KEY.scopes }),
      responses: {
        201: jsonResponse("The key.", "NewKey", { created: { value: NEW_KEY } }),
        ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_PARTNER, ALREADY_CREATED),
      },
    },
  },
  "/partners/me/connect/keys/{key_id}": {
    delete: {
      operationId: "revokeKey",
      summary: "Revoke a Connect key",
      description:
        "It stops working within five seconds, for good. One that is revoked stays as it is. Needs a partner's token.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [KEY_ID, IDEMPOTENCY_KEY_PARAMETER],
      responses: {
        200: jsonResponse("The key as it stands now.", "Key", { revoked: { value: REVOKED_KEY } }),
        ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_KEY),
      },
    },
  },
  "/partners/me/connect/keys/{key_id}/rotate": {
    post: {
      operationId: "rotateKey",
      summary: "Replace a Connect key",
      description:
        "Creates a key with the same label and scopes and shows it, this once. The old one keeps working for `overlap_s` seconds, and no longer than it would have. Needs the token of an approved partner.",
      tags: ["Partners"],
      security: PERSON,
      parameters: [KEY_ID, IDEMPOTENCY_KEY_PARAMETER],
      requestBody: jsonRequest("RotationBody", { overlap_s: 3600 }),
      responses: {
        201: jsonResponse("The new key.", "NewKey", { created: { value: NEW_KEY } }),
        ...problemResponses(...KNOWN, ...WRITES, NO_SUCH_KEY, ALREADY_CREATED, {
          code: "conflict",
          detail: "This key has expired or was revoked: create a new one instead.",
        }),
      },
    },
  },
};

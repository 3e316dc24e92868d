import {
  IDEMPOTENCY_KEY_PARAMETER,
  jsonRequest,
  jsonResponse,
  KEY,
  type OpenApiContribution,
  problemResponses,
} from "../http/openapi-parts.ts";
import { openApiParameters } from "../http/query-parameters.ts";
import {
  BAD_PARAMETER,
  BAD_REF,
  DELETED,
  KNOWN,
  NO_SUCH_LOCATION,
  WRITES,
  WRITTEN,
  YABA,
} from "./openapi-examples.ts";
import { LOCATIONS_PARAMETERS } from "./parameters.ts";
import { DeletedLocationSchema, LocationBodySchema, LocationListSchema, LocationSchema } from "./schema.ts";

const LOCATION_REF = {
  name: "location_ref",
  in: "path",
  required: true,
  description:
    "Your own name for the location, percent-encoded. Any characters but NUL; neither `.` nor `..`, which no URL can end in.",
  schema: { type: "string", minLength: 1, maxLength: 128 },
  example: YABA.location_ref,
};

/** What `locations` adds to the OpenAPI document. */
export const locationsOpenApi: OpenApiContribution = {
  tag: { name: "Locations", description: "A partner's shops and dispatch points." },
  schemas: {
    LocationBody: LocationBodySchema,
    Location: LocationSchema,
    LocationList: LocationListSchema,
    DeletedLocation: DeletedLocationSchema,
  },
  paths: {
    "/connect/v1/locations": {
      get: {
        operationId: "listLocations",
        summary: "Your locations",
        description: "The newest first. Needs a key with the scope `catalog:write`.",
        tags: ["Locations"],
        security: KEY,
        parameters: openApiParameters(LOCATIONS_PARAMETERS),
        responses: {
          200: jsonResponse("A page of locations.", "LocationList", {
            page: { value: { items: [YABA], next_cursor: null } },
          }),
          ...problemResponses(BAD_PARAMETER, ...KNOWN),
        },
      },
    },
    "/connect/v1/locations/{location_ref}": {
      get: {
        operationId: "getLocation",
        summary: "A location",
        description: "Needs a key with the scope `catalog:write`.",
        tags: ["Locations"],
        security: KEY,
        parameters: [LOCATION_REF],
        responses: {
          200: jsonResponse("The location.", "Location", { location: { value: YABA } }),
          ...problemResponses(BAD_REF, ...KNOWN, NO_SUCH_LOCATION),
        },
      },
      put: {
        operationId: "putLocation",
        summary: "Create or replace a location",
        description:
          "Writes the location whole: what is left out is gone. What is listed there stays, wherever the location moves. Needs a key with the scope `catalog:write`.",
        tags: ["Locations"],
        security: KEY,
        parameters: [LOCATION_REF, IDEMPOTENCY_KEY_PARAMETER],
        requestBody: jsonRequest("LocationBody", WRITTEN),
        responses: {
          200: jsonResponse("The location, replaced.", "Location", { replaced: { value: YABA } }),
          201: jsonResponse("The location, new.", "Location", { created: { value: YABA } }),
          ...problemResponses(BAD_REF, ...KNOWN, ...WRITES),
        },
      },
      delete: {
        operationId: "deleteLocation",
        summary: "Delete a location",
        description:
          "Deletes it with everything that is listed there; each item listed leaves a `catalog.item.deleted`. The items themselves stay. Needs a key with the scope `catalog:write`.",
        tags: ["Locations"],
        security: KEY,
        parameters: [LOCATION_REF, IDEMPOTENCY_KEY_PARAMETER],
        responses: {
          200: jsonResponse("What was deleted.", "DeletedLocation", { deleted: { value: DELETED } }),
          ...problemResponses(BAD_REF, ...KNOWN, ...WRITES, NO_SUCH_LOCATION),
        },
      },
    },
  },
};

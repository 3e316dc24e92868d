import {
  jsonResponse,
  type OpenApiContribution,
  problemResponses,
  REQUEST_ID_HEADER,
  type ResponseObject,
  schemaRef,
  UNAVAILABLE,
} from "./openapi-parts.ts";
import { EmptyBodySchema, HealthSchema, ProblemSchema } from "./wire-schema.ts";

const REFUSED: ResponseObject = {
  description: "The request is refused: its `code` says why.",
  headers: REQUEST_ID_HEADER,
  content: { "application/problem+json": { schema: schemaRef("Problem") } },
};

/** What the service says of itself, whatever its capabilities. */
export const serviceOpenApi: OpenApiContribution = {
  tag: { name: "Service", description: "The service itself." },
  schemas: { Problem: ProblemSchema, EmptyBody: EmptyBodySchema, Health: HealthSchema },
  paths: {
    "/healthz": {
      get: {
        operationId: "getHealth",
        summary: "Is the service up?",
        description: "200 once the service and its database answer.",
        tags: ["Service"],
        security: [],
        responses: {
          200: jsonResponse("Up.", "Health", { up: { value: { status: "ok" } } }),
          "4XX": REFUSED,
          ...problemResponses(UNAVAILABLE),
        },
      },
    },
    "/openapi.json": {
      get: {
        operationId: "getOpenApi",
        summary: "This description, for programs",
        description: "The OpenAPI 3.1 document of this service.",
        tags: ["Service"],
        security: [],
        responses: {
          200: {
            description: "An OpenAPI 3.1 document.",
            content: { "application/json": { schema: { type: "object" } } },
          },
          "4XX": REFUSED,
        },
      },
    },
    "/docs": {
      get: {
        operationId: "getDocs",
        summary: "This description, for people",
        description: "A page that needs neither scripts nor the internet.",
        tags: ["Service"],
        security: [],
        responses: {
          200: { description: "A page.", content: { "text/html": { schema: { type: "string" } } } },
          "4XX": REFUSED,
        },
      },
    },
  },
};

import { type Operation, type Paths, problemResponses, type ResponseObject } from "./openapi-parts.ts";
import type { JsonSchema } from "./query-parameters.ts";

/** The headers that tell how limits stand, as components of the document. */
export const LIMIT_HEADERS: Readonly<Record<string, JsonSchema>> = {
  "RateLimit-Policy": {
    description: "The limit that the request counts under: its name, `q` requests in any `w` seconds.",
    schema: { type: "string" },
    example: '"nearby";q=300;w=300',
  },
  RateLimit: {
    description: "How it stands: `r` requests are left, and in `t` seconds there will be more.",
    schema: { type: "string" },
    example: '"nearby";r=299;t=300',
  },
  "Retry-After": {
    description: "In how many seconds a request will pass, if none is sent meanwhile.",
    schema: { type: "integer", minimum: 1 },
    example: 12,
  },
};

const headerRefs = (...names: readonly string[]): Readonly<Record<string, JsonSchema>> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));

const STANDING = headerRefs("RateLimit-Policy", "RateLimit");

const REFUSALS = problemResponses(
  {
    code: "rate_limited",
    detail: "The limit nearby allows 300 requests in any 300 seconds. The next one passes in 12 s.",
  },
  {
    code: "unavailable",
    detail: "Requests cannot be counted for the moment, so this one was not answered. Please try again.",
  },
);

/** The paths, with what limits add to the answers of each. */
export function withLimits(paths: Paths): Paths {
  return Object.fromEntries(
    Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, operation]) => [method, limitedOperation(operation)]),
      ),
    ]),
  );
}

function limitedOperation(operation: Operation): Operation {
  const answers = Object.entries(operation.responses).map(([status, response]) => [
    status,
    status.startsWith("2") ? withHeaders(response, STANDING) : response,
  ]);
  const { 429: tooMany, 503: unavailable } = REFUSALS;
  const refused = tooMany && withHeaders(tooMany, { ...STANDING, ...headerRefs("Retry-After") });
  return {
    ...operation,
    responses: { 503: unavailable, ...Object.fromEntries(answers), 429: refused },
  };
}

function withHeaders(
  response: ResponseObject,
  headers: Readonly<Record<string, JsonSchema>>,
): ResponseObject {
  return { ...response, headers: { ...response.headers, ...headers } };
}

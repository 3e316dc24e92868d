import type * as z from "zod";
import type { IdPrefix } from "../ids.ts";
import { PROBLEM_KINDS, type ProblemCode } from "./problem.ts";
import type { JsonSchema } from "./query-parameters.ts";

export type MediaType = {
  readonly schema: JsonSchema;
  readonly examples?: Readonly<Record<string, { readonly summary?: string; readonly value: unknown }>>;
};

export type ResponseObject = {
  readonly description: string;
  readonly headers?: Readonly<Record<string, JsonSchema>>;
  readonly content?: Readonly<Record<string, MediaType>>;
};

export type RequestBody = {
  readonly required: boolean;
  readonly content: Readonly<Record<string, { readonly schema: JsonSchema; readonly example: unknown }>>;
};

export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly JsonSchema[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly "x-codeSamples"?: readonly {
    readonly lang: string;
    readonly label: string;
    readonly source: string;
  }[];
};

type Tag = { readonly name: string; readonly description: string };
export type Paths = Readonly<Record<string, Readonly<Record<string, Operation>>>>;

/** What one capability adds to the document. `schemas` become `#/components/schemas/<name>`. */
export type OpenApiContribution = {
  readonly tag: Tag;
  readonly paths: Paths;
  readonly schemas: Readonly<Record<string, z.ZodType>>;
};

export const SERVER_URL = "https://connect.snapact.io";

export const REQUEST_ID_HEADER = {
  "X-Request-Id": { description: "The request's id.", schema: { type: "string" } },
};

/** A reference to a schema that some contribution names. */
export function schemaRef(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

/** A request body in JSON; optional when it may be left out. */
export function jsonRequest(
  schemaName: string,
  example: unknown,
  { required = true }: { readonly required?: boolean } = {},
): RequestBody {
  return { required, content: { "application/json": { schema: schemaRef(schemaName), example } } };
}

/** An id in the path. */
export function pathIdParameter(name: string, prefix: IdPrefix, description: string): JsonSchema {
  const schema = { type: "string", pattern: `^${prefix}_[0-7][0-9a-hjkmnp-tv-z]{25}$` };
  return { name, in: "path", required: true, description, schema };
}

/** The header that makes repeating a write safe. */
export const IDEMPOTENCY_KEY_PARAMETER: JsonSchema = {
  name: "Idempotency-Key",
  in: "header",
  required: false,
  description:
    "Makes repeating the request safe for 24 hours: the same key and body get the same answer, and nothing happens twice. New for each new request.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[!-~]+$" },
};

/** A successful answer in JSON. */
export function jsonResponse(
  description: string,
  schemaName: string,
  examples: NonNullable<MediaType["examples"]>,
): ResponseObject {
  return {
    description,
    headers: REQUEST_ID_HEADER,
    content: { "application/json": { schema: schemaRef(schemaName), examples } },
  };
}

/** A problem that an operation answers with, as seen in its documentation. */
export type ProblemExample = {
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors?: readonly JsonSchema[];
  /** What the route adds to it. */
  readonly members?: JsonSchema;
};

/** What servers come with: a Connect key, in either header. */
export const KEY = [{ connectKey: [] }, { connectKeyHeader: [] }];
/** What people and first-party apps come with. */
export const PERSON = [{ userToken: [] }];

/** What any operation that asks the database may answer with. */
export const UNAVAILABLE: ProblemExample = {
  code: "unavailable",
  detail: "The database did not answer in time. Please try again.",
};

/** What may be wrong with any JSON body and with any Idempotency-Key. */
export const WRITE_PROBLEMS: readonly ProblemExample[] = [
  {
    code: "invalid_header",
    detail:
      "Idempotency-Key must be 1 to 255 visible ASCII characters, such as a UUID, new for each new request.",
  },
  { code: "idempotency_key_in_use", detail: "A request with this Idempotency-Key is still being worked on." },
  { code: "payload_too_large", detail: "A body may have at most 4 MiB." },
  { code: "unsupported_media_type", detail: "Send the body as JSON, with `Content-Type: application/json`." },
  { code: "idempotency_key_reused", detail: "This Idempotency-Key was used here before, with another body." },
];

/** The responses that have these problems, by status. */
export function problemResponses(
  ...problems: readonly ProblemExample[]
): Readonly<Record<string, ResponseObject>> {
  const byStatus = Object.groupBy(problems, ({ code }) => PROBLEM_KINDS[code].status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, sameStatus = []]) => [
      status,
      {
        description: `${sameStatus.map(({ code }) => PROBLEM_KINDS[code].title).join("; or: ")}.`,
        headers: REQUEST_ID_HEADER,
        content: {
          "application/problem+json": {
            schema: schemaRef("Problem"),
            examples: Object.fromEntries(
              sameStatus.map((problem) => [problem.code, problemExample(problem)]),
            ),
          },
        },
      },
    ]),
  );
}

function problemExample({ code, detail, errors, members: added }: ProblemExample) {
  const { status, title } = PROBLEM_KINDS[code];
  const instance = "5b1f0d1c-8a3e-4c57-9a53-0a6a4f1f2f66";
  const members = { type: `/docs#problem-${code}`, title, status, detail, instance, code };
  return { value: { ...members, ...(errors && { errors }), ...added } };
}

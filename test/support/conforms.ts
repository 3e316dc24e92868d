import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { OPEN_API_CONTRIBUTIONS } from "../../src/contributions.ts";
import { openApiDocument } from "../../src/http/openapi.ts";
import type { ResponseObject } from "../../src/http/openapi-parts.ts";
import type { JsonSchema } from "../../src/http/query-parameters.ts";

/** An answer as it came over the wire. */
export type Answer = {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string | null;
  readonly body: string;
};

const document = openApiDocument(OPEN_API_CONTRIBUTIONS);
const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
formats["default"](ajv);
ajv.addKeyword("components");
ajv.addSchema({ $id: "openapi", components: document.components } as object, undefined, false);

const PROBLEM: ResponseObject = {
  description: "Any refusal of something the document does not describe.",
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/**
 * Throws unless the answer is one that the OpenAPI document allows: a described status (`404`, else `4XX`,
 * else `default`), one of its content types, and a body that fits its schema to the last member. A path or
 * method that is not described may only be refused, with a problem. Returns the parsed body of a JSON answer.
 */
export function assertConforms({ method, path, status, contentType, body }: Answer): unknown {
  const title = `${method} ${path} → ${status}`;
  const operation = operationAt(method, path.split("?")[0] ?? "");
  const responses: Readonly<Record<string, ResponseObject>> = operation?.responses ?? { "4XX": PROBLEM };
  const response = responses[status] ?? responses[`${String(status)[0]}XX`] ?? responses["default"];
  if (response === undefined)
    throw new Error(`${title}: the document has no such status. Body: ${body.slice(0, 500)}`);

  const mediaType = (contentType ?? "").split(";")[0]?.trim() ?? "";
  const described = response.content?.[mediaType];
  if (response.content === undefined || method === "HEAD") {
    if (body !== "") throw new Error(`${title}: should have no body`);
    return undefined;
  }
  if (described === undefined) throw new Error(`${title}: the document has no content type "${mediaType}"`);
  if (!mediaType.endsWith("json")) return undefined;

  const value: unknown = JSON.parse(body);
  const validate = validatorOf(described.schema);
  if (!validate(value)) {
    throw new Error(
      `${title}: ${ajv.errorsText(validate.errors, { separator: "\n", dataVar: "body" })}\n${body}`,
    );
  }
  const stated = (value as { readonly status?: unknown }).status;
  if (mediaType === "application/problem+json" && stated !== status) {
    throw new Error(`${title}: the problem states status ${stated}`);
  }
  return value;
}

/** `assertConforms` for the answer to a `fetch`, whose body it reads; returns the parsed body of a JSON answer. */
export async function assertResponseConforms(
  method: string,
  url: string,
  response: Response,
): Promise<unknown> {
  return assertConforms({
    method,
    path: new URL(url).pathname,
    status: response.status,
    contentType: response.headers.get("Content-Type"),
    body: await response.text(),
  });
}

function operationAt(method: string, path: string) {
  const wanted = (method === "HEAD" ? "GET" : method).toLowerCase();
  const template = Object.keys(document.paths).find((candidate) => pathPattern(candidate).test(path));
  return template === undefined ? undefined : document.paths[template]?.[wanted];
}

function pathPattern(template: string): RegExp {
  const literal = template.replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll(/\{[^}]+\}/g, "[^/]+")}$`);
}

const validators = new Map<JsonSchema, ValidateFunction>();

function validatorOf(schema: JsonSchema): ValidateFunction {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const reference = schema["$ref"];
  const validate = ajv.compile(typeof reference === "string" ? { $ref: `openapi${reference}` } : schema);
  validators.set(schema, validate);
  return validate;
}

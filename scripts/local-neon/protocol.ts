import type { IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import {
  type BackendError,
  type BatchOptions,
  ERROR_FIELDS,
  ISOLATION_LEVELS,
  type IsolationLevel,
  type Statement,
  type StatementResult,
} from "./backend.ts";

/** Neon refuses larger requests as well. */
export const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** What a POST /sql asks for. */
export type SqlRequest =
  | { readonly kind: "single"; readonly statements: readonly [Statement] }
  | { readonly kind: "batch"; readonly statements: readonly Statement[]; readonly options: BatchOptions };

/** A request that cannot be understood; `status` is the HTTP status to answer. */
export class RequestError extends Error {
  readonly status: 400 | 404 | 405 | 413;

  constructor(message: string, status: 400 | 404 | 405 | 413 = 400) {
    super(message);
    this.status = status;
  }
}

const param = z.union([z.string(), z.null(), z.union([z.number(), z.boolean()]).transform(String)]);
const statement = z
  .object({ query: z.string(), params: z.array(param).default([]) })
  .transform(({ query, params }): Statement => ({ text: query, params }));
const payload = z.union([z.object({ queries: z.array(statement) }), statement]);

/** Reads headers and body as `@neondatabase/serverless` sends them; throws `RequestError`. */
export function parseSqlRequest(headers: IncomingHttpHeaders, body: string): SqlRequest {
  assertConnectionString(headers["neon-connection-string"]);
  for (const name of ["neon-raw-text-output", "neon-array-mode"]) {
    if (headers[name] !== "true") throw new RequestError(`only "${name}: true" is spoken here`);
  }
  const parsed = payload.safeParse(parseJson(body));
  if (!parsed.success) throw new RequestError("expected {query, params} or {queries: [{query, params}]}");
  if (!("queries" in parsed.data)) return { kind: "single", statements: [parsed.data] };
  return { kind: "batch", statements: parsed.data.queries, options: parseBatchOptions(headers) };
}

/** Parses JSON; throws `RequestError`. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new RequestError("the body is not JSON");
  }
}

/** The body of a single statement's answer. */
export function resultBody(result: StatementResult): object {
  return { ...result, rowAsArray: true };
}

/** The body of a failed request's answer; as at Neon, `code` and `severity` are "" when there is none. */
export function errorBody(error: BackendError): object {
  const fields = Object.fromEntries(ERROR_FIELDS.map((name) => [name, error.fields[name] ?? null]));
  const { code, severity } = error.fields;
  return { message: error.message, ...fields, code: code ?? "", severity: severity ?? "" };
}

/** A web page cannot send this header across origins, so requiring it keeps strangers out. */
function assertConnectionString(header: string | string[] | undefined): void {
  const url = typeof header === "string" ? URL.parse(header) : null;
  const isPostgres = url?.protocol === "postgres:" || url?.protocol === "postgresql:";
  if (!url || !isPostgres || url.username === "" || url.pathname.length < 2) {
    throw new RequestError("Neon-Connection-String must be postgres://user:password@host/database");
  }
}

function parseBatchOptions(headers: IncomingHttpHeaders): BatchOptions {
  return {
    isolationLevel: parseIsolationLevel(headers["neon-batch-isolation-level"]),
    readOnly: headers["neon-batch-read-only"] === "true",
    deferrable: headers["neon-batch-deferrable"] === "true",
  };
}

function parseIsolationLevel(header: string | string[] | undefined): IsolationLevel | null {
  if (header === undefined) return null;
  if (typeof header === "string" && Object.hasOwn(ISOLATION_LEVELS, header)) return header as IsolationLevel;
  throw new RequestError("invalid isolation level");
}

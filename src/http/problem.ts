/** Every kind of problem an answer can have: its HTTP status and the title that goes with its code. */
export const PROBLEM_KINDS = {
  invalid_parameter: { status: 400, title: "A parameter is not valid" },
  invalid_body: { status: 400, title: "The body is not valid" },
  invalid_header: { status: 400, title: "A header is not valid" },
  unauthorized: { status: 401, title: "Valid credentials are needed" },
  forbidden: { status: 403, title: "These credentials do not allow this" },
  not_found: { status: 404, title: "There is nothing here" },
  method_not_allowed: { status: 405, title: "This path does not know that method" },
  conflict: { status: 409, title: "What is there does not allow this now" },
  insufficient_stock: { status: 409, title: "There is not enough in stock" },
  already_created: { status: 409, title: "This was created before, and its secret is not shown twice" },
  idempotency_key_in_use: {
    status: 409,
    title: "The first request with this Idempotency-Key is still running",
  },
  payload_too_large: { status: 413, title: "The body is too large" },
  unsupported_media_type: { status: 415, title: "The body is not in a format that is known here" },
  idempotency_key_reused: { status: 422, title: "This Idempotency-Key belongs to another request" },
  rate_limited: { status: 429, title: "Too many requests" },
  internal_error: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Not available for the moment" },
} as const;

export type ProblemCode = keyof typeof PROBLEM_KINDS;

/** One thing wrong with the input: in a query parameter, or in the body at a JSON pointer. */
export type InputError = { readonly code: string; readonly detail: string } & (
  | { readonly parameter: string }
  | { readonly pointer: string }
);

type ProblemOptions = {
  readonly errors?: readonly InputError[];
  readonly headers?: Readonly<Record<string, string>>;
  /** What the first request with this Idempotency-Key created. */
  readonly createdId?: string;
  /** What this route adds to its problems. */
  readonly members?: Readonly<Record<string, unknown>>;
  /** Why, for the log; never part of the answer. */
  readonly cause?: unknown;
};

/** Thrown anywhere while answering, it becomes the answer (RFC 9457). `detail` is read by strangers. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly errors: readonly InputError[] | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly createdId: string | undefined;
  readonly members: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, { cause: options.cause });
    this.code = code;
    this.status = PROBLEM_KINDS[code].status;
    this.title = PROBLEM_KINDS[code].title;
    this.detail = detail;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
    this.createdId = options.createdId;
    this.members = options.members;
  }
}

/** A 400 that names every parameter that is wrong. */
export function invalidParameters(errors: readonly InputError[]): Problem {
  const detail =
    errors.length === 1 ? "One parameter is not valid." : `${errors.length} parameters are not valid.`;
  return new Problem("invalid_parameter", detail, { errors });
}

/** A 400 that names everything in the body that is wrong. */
export function invalidBody(
  errors: readonly InputError[],
  members?: Readonly<Record<string, unknown>>,
): Problem {
  const detail =
    errors.length === 1
      ? "One thing in the body is not valid."
      : `${errors.length} things in the body are not valid.`;
  return new Problem("invalid_body", detail, { errors, ...(members && { members }) });
}

/** A 503 that asks the caller to come back in `retryAfterS` seconds. */
export function unavailable(detail: string, cause: unknown, retryAfterS = 1): Problem {
  return new Problem("unavailable", detail, { cause, headers: { "Retry-After": String(retryAfterS) } });
}

/** The answer that a problem makes; `requestId` becomes its `instance`. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const body = {
    type: `/docs#problem-${problem.code}`,
    title: problem.title,
    status: problem.status,
    detail: problem.detail,
    instance: requestId,
    code: problem.code,
    errors: problem.errors,
    created_id: problem.createdId,
    ...problem.members,
  };
  return new Response(JSON.stringify(body), {
    status: problem.status,
    headers: { ...problem.headers, "Content-Type": "application/problem+json", "Cache-Control": "no-store" },
  });
}

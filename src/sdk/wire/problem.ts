/** The kind of a problem, for programs. Later versions of the service may know more. */
export type ProblemCode =
  | "invalid_parameter"
  | "invalid_body"
  | "invalid_header"
  | "unauthorized"
  | "forbidden"
  | "not_found"
  | "method_not_allowed"
  | "conflict"
  | "insufficient_stock"
  | "already_created"
  | "idempotency_key_in_use"
  | "payload_too_large"
  | "unsupported_media_type"
  | "idempotency_key_reused"
  | "rate_limited"
  | "internal_error"
  | "unavailable";

/** One thing that is wrong with a request: in a parameter, or in the body at a JSON Pointer. */
export type InputError = { parameter: string; code: string; detail: string } | BodyError;

/** One thing that is wrong in a body: where (a JSON Pointer), what kind of mistake, and what would be right. */
export type BodyError = { pointer: string; code: string; detail: string };

/** Why a request was not answered as asked (RFC 9457). */
export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request's id: quote it when you ask for help. */
  instance: string;
  code: ProblemCode;
  errors?: InputError[] | undefined;
};

import type { ProblemCode } from "./problem.ts";

/** What a caller can do about each kind of problem, for the docs. */
export const PROBLEM_ADVICE: Readonly<Record<ProblemCode, string>> = {
  invalid_parameter:
    "Something in the query string is unknown, missing, given twice or badly written. `errors` lists everything at once: the `parameter`, a `code` (`invalid`, `repeated`, `encoding`, `unknown`, `missing` or `conflict`) and a `detail` that says what would be right. Correct it; the same request will fail again.",
  unauthorized:
    "No credentials came with the request, or they are unknown, expired or revoked. Send a Connect key or a token, one of them.",
  forbidden:
    "The credentials are good, but not for this: the key lacks a scope, or the token has another role. Create a key with the scope that `detail` names.",
  not_found: "The path, or the thing it names, does not exist, or is not yours to see.",
  method_not_allowed: "The path exists, the method does not. The `Allow` header lists those that do.",
  internal_error:
    "A fault on our side, already in our log. Try again later; quote `instance` if it persists.",
  unavailable:
    "The service or its database did not answer in time. Wait as long as `Retry-After` says, then try again.",
};

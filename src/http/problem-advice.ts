import type { ProblemCode } from "./problem.ts";

/** What a caller can do about each kind of problem, for the docs. */
export const PROBLEM_ADVICE: Readonly<Record<ProblemCode, string>> = {
  invalid_parameter:
    "Something in the query string is unknown, missing, given twice or badly written. `errors` lists everything at once: the `parameter`, a `code` (`invalid`, `repeated`, `encoding`, `unknown`, `missing` or `conflict`) and a `detail` that says what would be right. Correct it; the same request will fail again.",
  invalid_body:
    "The body is not JSON, or something in it is unknown, missing or not as it must be. `errors` lists everything at once: the `pointer` (a JSON Pointer, RFC 6901; empty for the whole body), a `code` (`invalid`, `missing`, `unknown`, `repeated`, `syntax`, `encoding`, `nul`, `lone_surrogate`, `number_out_of_range` or `too_deep`) and a `detail` that says what would be right. Nothing was written. Correct it; the same request will fail again.",
  invalid_header: "A header does not have the form that `detail` describes. Nothing was written.",
  unauthorized:
    "No credentials came with the request, or they are unknown, expired or revoked. Send a Connect key or a token, one of them.",
  forbidden:
    "The credentials are good, but not for this: the key lacks a scope, or the token has another role. Create a key with the scope that `detail` names.",
  not_found: "The path, or the thing it names, does not exist, or is not yours to see.",
  method_not_allowed: "The path exists, the method does not. The `Allow` header lists those that do.",
  conflict:
    "The request is right, but not for what is there now: `detail` says why. Read the resource again.",
  insufficient_stock:
    "Less is left than is ordered, open orders subtracted. `lines` says of each line, in the order of the request, what was `requested` and what is `left`; `errors` names those that are short. Nothing was reserved. Order what is left, or elsewhere.",
  already_created:
    "A request with this `Idempotency-Key` and body already succeeded, and its answer showed a secret, which is not kept. `created_id` names what it created. If the secret was lost, rotate it or create another one with a new `Idempotency-Key`, and revoke this one.",
  idempotency_key_in_use:
    "Another request with this `Idempotency-Key` is being worked on. Wait as long as `Retry-After` says and send the same again: the answer will be that of the first.",
  payload_too_large: "The body is larger than 4 MiB. Divide it over several requests. Nothing was written.",
  unsupported_media_type:
    "The body must be JSON in UTF-8 (or CSV, where `detail` says so), declared as such by `Content-Type`, and not compressed. Nothing was written.",
  idempotency_key_reused:
    "This `Idempotency-Key` was used on this path within the last 24 hours with another body. Use a new key for a new request, and send a repeated request byte for byte as it was.",
  rate_limited:
    "The limit that `RateLimit-Policy` names is used up: see Limits. Wait as long as `Retry-After` says: then a request passes, if you send none meanwhile. Requests that are refused do not count.",
  internal_error:
    "A fault on our side, already in our log. Try again later; quote `instance` if it persists.",
  unavailable:
    "The service or its database did not answer in time. Wait as long as `Retry-After` says, then try again.",
};

import type { Policy } from "./policies.ts";

/** What of a policy stands in headers; `limit` is that of the subject. */
type Limit = Pick<Policy, "name" | "limit" | "windowS">;

/** How things stand: permits that are left, and in how many milliseconds there will be more. */
export type Standing = { readonly remaining: number; readonly moreInMs: number };

/** `RateLimit-Policy` and `RateLimit` as in draft-ietf-httpapi-ratelimit-headers, -08 and later. */
export function rateLimitHeaders(limit: Limit, { remaining, moreInMs }: Standing): Record<string, string> {
  const { name, limit: quota, windowS } = limit;
  const resetS = Math.min(windowS, wholeSeconds(moreInMs));
  return {
    "RateLimit-Policy": `"${name}";q=${quota};w=${windowS}`,
    RateLimit: `"${name}";r=${Math.min(remaining, quota)};t=${resetS}`,
  };
}

/** The headers of a refusal: `Retry-After` names a moment at which a request will pass, if no other is sent. */
export function refusalHeaders(limit: Limit, retryInMs: number): Record<string, string> {
  return {
    ...rateLimitHeaders(limit, { remaining: 0, moreInMs: retryInMs }),
    "Retry-After": String(wholeSeconds(retryInMs)),
  };
}

/** Rounded up, and at least one. */
export function wholeSeconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}

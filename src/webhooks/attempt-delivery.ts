import { MAX_PAYLOAD_BYTES } from "../outbox/max-payload.ts";
import { answerText } from "./answer-text.ts";
import { signedHeaders } from "./sign-delivery.ts";
import { type UrlRules, webhookUrlProblem } from "./webhook-url.ts";

const USER_AGENT = "SnapAct-Connect/1.0";
/** Of one attempt, from the first byte sent to the last one read. */
const ATTEMPT_TIMEOUT_MS = 15_000;

const GONE = 410;

/** One event, and where and in whose name it goes. */
export type Attempt = {
  readonly url: string;
  readonly secrets: readonly string[];
  /** In its wire form. */
  readonly eventId: string;
  readonly eventType: string;
  readonly payload: string;
};

/** Why an attempt failed; of deliveries that were not sent are said `endpoint_disabled` and `expired`. */
export type AttemptError =
  | "timeout"
  | "unreachable"
  | "redirected"
  | "refused"
  | "gone"
  | "url_refused"
  | "too_large";

/** What became of an attempt. `error` is null when it was acknowledged. */
export type AttemptResult = {
  readonly error: AttemptError | null;
  /** When it began, epoch milliseconds. */
  readonly atMs: number;
  /** Null when nothing was sent. */
  readonly durationMs: number | null;
  /** Null when there was no answer. */
  readonly responseCode: number | null;
  readonly responseBody: string | null;
  /** The header of the answer. */
  readonly retryAfter: string | null;
};

export type AttemptDeps = {
  readonly urlRules: UrlRules;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** A signal that aborts after so many milliseconds. */
  readonly timeout: (ms: number) => AbortSignal;
};

/** Sends one event, once. Whatever the receiver does is a result, and never an error. */
export async function attemptDelivery(
  { urlRules, fetch, now, timeout }: AttemptDeps,
  { url, secrets, eventId, eventType, payload }: Attempt,
): Promise<AttemptResult> {
  const atMs = now();
  const unsent = { atMs, durationMs: null, responseCode: null, responseBody: null, retryAfter: null };
  const body = new TextEncoder().encode(payload);
  if (body.length > MAX_PAYLOAD_BYTES) return { ...unsent, error: "too_large" };
  // Checked when it was registered too: the rules may have changed since.
  if (webhookUrlProblem(url, urlRules) !== undefined) return { ...unsent, error: "url_refused" };

  const signed = { eventId, eventType, body: payload, timestampS: Math.floor(atMs / 1000) };
  const headers = {
    "Content-Type": "application/json",
    "User-Agent": USER_AGENT,
    ...(await signedHeaders(signed, secrets)),
  };
  const signal = timeout(ATTEMPT_TIMEOUT_MS);
  const elapsedMs = () => Math.max(0, now() - atMs);
  try {
    const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
    const responseBody = await answerText(response.body);
    return {
      atMs,
      error: errorOf(response.status),
      durationMs: elapsedMs(),
      responseCode: response.status,
      responseBody,
      retryAfter: response.headers.get("Retry-After"),
    };
  } catch {
    return { ...unsent, error: signal.aborted ? "timeout" : "unreachable", durationMs: elapsedMs() };
  }
}

function errorOf(status: number): AttemptError | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return "redirected";
  return status === GONE ? "gone" : "refused";
}

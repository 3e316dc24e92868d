import { createHmac, timingSafeEqual } from "node:crypto";
import { SnapActSignatureError } from "./errors.ts";
import type { WebhookEvent } from "./wire/webhooks.ts";

/** A request's headers: `Headers`, or an object as Node's `request.headers`. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** What `X-SnapAct-Timestamp` and `X-SnapAct-Signature` say. */
export type WebhookParts = { readonly timestamp: string | number; readonly signature: string };

export type VerifyOptions = {
  /** How old, or how far ahead, the delivery may be, in seconds; 300 when left out. */
  readonly toleranceS?: number | undefined;
};

const DEFAULT_TOLERANCE_S = 300;

/**
 * The event that `rawBody` (the bytes or text as they came, not parsed and written again) holds, if it was signed with
 * `secret` (the whole `whsec_…` text) just now.
 * @throws {SnapActSignatureError} when it was not: `reason` tells why. Answer 400 then.
 * @throws {TypeError} when the secret, the body or the tolerance is not what it must be: a mistake in the receiver.
 */
export function verifyWebhookSignature(
  headers: WebhookHeaders | WebhookParts,
  rawBody: string | Uint8Array,
  secret: string,
  { toleranceS = DEFAULT_TOLERANCE_S }: VerifyOptions = {},
): WebhookEvent {
  return verifyAt(Date.now(), headers, rawBody, secret, toleranceS);
}

/** `verifyWebhookSignature` at the moment `nowMs`. */
export function verifyAt(
  nowMs: number,
  headers: WebhookHeaders | WebhookParts,
  rawBody: string | Uint8Array,
  secret: string,
  toleranceS = DEFAULT_TOLERANCE_S,
): WebhookEvent {
  refuseMisuse(rawBody, secret, toleranceS);
  const { timestamp, signature } = partsOf(headers);
  if (!/^\d{1,12}$/.test(timestamp)) {
    throw new SnapActSignatureError("header_malformed", "X-SnapAct-Timestamp is not in unix seconds");
  }
  const expected = createHmac("sha256", secret).update(`${timestamp}.`).update(rawBody).digest();
  if (!isAmong(expected, signature)) {
    const why = "no signature fits: another secret, or the body is not as it came";
    throw new SnapActSignatureError("signature_mismatch", why);
  }
  const awayS = Math.abs(nowMs / 1000 - Number(timestamp));
  if (awayS > toleranceS) {
    const why = `the delivery is ${Math.round(awayS)} s away from this clock, more than ${toleranceS}`;
    throw new SnapActSignatureError("timestamp_outside_tolerance", why);
  }
  return parseEvent(rawBody);
}

function refuseMisuse(rawBody: unknown, secret: unknown, toleranceS: number): void {
  if (typeof secret !== "string" || !/^whsec_[\w+/=-]+$/.test(secret)) {
    throw new TypeError("secret must be the webhook's signing secret, whsec_… as a whole");
  }
  if (typeof rawBody !== "string" && !(rawBody instanceof Uint8Array)) {
    throw new TypeError("rawBody must be the request's body as it came, text or bytes: not parsed");
  }
  if (!(toleranceS >= 0)) throw new TypeError("toleranceS must be a number of seconds, 0 or more");
}

/** Whether `signature` (`v1=<hex>`, several parted by commas) has `expected` among its values, in constant time. */
function isAmong(expected: Buffer, signature: string): boolean {
  let found = false;
  for (const value of signature.split(",")) {
    const [, digits] = /^\s*v1=([0-9a-f]{64})\s*$/.exec(value) ?? [];
    if (digits !== undefined && timingSafeEqual(Buffer.from(digits, "hex"), expected)) found = true;
  }
  return found;
}

function partsOf(headers: WebhookHeaders | WebhookParts) {
  if (isParts(headers)) return { ...headers, timestamp: String(headers.timestamp) };
  return {
    timestamp: headerOf(headers, "X-SnapAct-Timestamp"),
    signature: headerOf(headers, "X-SnapAct-Signature"),
  };
}

function isParts(headers: WebhookHeaders | WebhookParts): headers is WebhookParts {
  return (
    ["string", "number"].includes(typeof headers["timestamp" as never]) &&
    typeof headers["signature" as never] === "string"
  );
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = typeof headers["get"] === "function" ? headers["get"](name) : ownHeader(headers, name);
  const text = Array.isArray(value) ? value.join(",") : value;
  if (typeof text === "string" && text !== "") return text;
  throw new SnapActSignatureError("header_missing", `${name} is missing`);
}

/** Node writes names in lower case; others keep them as they came. */
function ownHeader(headers: WebhookHeaders, name: string): unknown {
  return Object.entries(headers).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

function parseEvent(rawBody: string | Uint8Array): WebhookEvent {
  try {
    const text =
      typeof rawBody === "string" ? rawBody : new TextDecoder("utf-8", { fatal: true }).decode(rawBody);
    return JSON.parse(text) as WebhookEvent;
  } catch {
    throw new SnapActSignatureError("body_malformed", "the body is signed, but not JSON");
  }
}

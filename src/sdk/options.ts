import { randomUUID } from "node:crypto";

/** What this package needs of an answer to `fetch`. */
export type FetchedResponse = {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  text(): Promise<string>;
};

/** What this package needs of `fetch`: Node's own, undici's, or one that wraps it. */
export type Fetch = (
  url: string,
  init: {
    method: string;
    headers: Record<string, string>;
    body?: string;
    signal: AbortSignal;
    redirect: "manual";
  },
) => Promise<FetchedResponse>;

/** How to reach SnapAct Connect. */
export type SnapActConnectOptions = {
  /** A Connect key (`snap_live_…`). It belongs on a server. */
  readonly apiKey: string;
  /** `https://connect.snapact.io` when left out. */
  readonly baseUrl?: string | undefined;
  /** For how long to wait for an answer, per attempt; 30,000 when left out. */
  readonly timeoutMs?: number | undefined;
  /** How often to send again what failed for a reason that passes; 4 when left out. */
  readonly maxRetries?: number | undefined;
  /**
   * The longest wait before sending again. When the service asks for a longer one, the call fails instead. 60,000 when
   * left out; 300,000 for calls that send many entries.
   */
  readonly maxRetryDelayMs?: number | undefined;
  /** Node's own when left out. */
  readonly fetch?: Fetch | undefined;
};

/** Of one call. */
export type CallOptions = {
  /** Ends the call, whatever it waits for: it throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
};

/** Of one call that writes. */
export type WriteOptions = CallOptions & {
  /**
   * Names what this call does, 1 to 200 visible ASCII characters: the same call with the same key is done once within
   * 24 hours, also by another process. A new one each time when left out.
   */
  readonly idempotencyKey?: string | undefined;
};

export type Settings = {
  readonly apiKey: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly maxRetries: number;
  readonly maxRetryDelayMs: number | undefined;
  readonly fetch: Fetch;
};

const DEFAULT_BASE_URL = "https://connect.snapact.io";
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @throws {TypeError} that says which option is wrong, without repeating the key. */
export function readOptions(options: SnapActConnectOptions): Settings {
  const { apiKey, baseUrl = DEFAULT_BASE_URL, maxRetryDelayMs } = options;
  if (typeof apiKey !== "string" || !/^[!-~]+$/.test(apiKey)) {
    throw new TypeError("apiKey must be a Connect key, snap_live_… or snap_test_…");
  }
  const url = parseUrl(baseUrl);
  if (url === undefined) throw new TypeError("baseUrl must be an http or https URL without query");
  return {
    apiKey,
    baseUrl: url,
    timeoutMs: wholeNumber("timeoutMs", options.timeoutMs ?? 30_000, 1),
    maxRetries: wholeNumber("maxRetries", options.maxRetries ?? 4, 0),
    maxRetryDelayMs:
      maxRetryDelayMs === undefined ? undefined : wholeNumber("maxRetryDelayMs", maxRetryDelayMs, 0),
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
}

/**
 * The call's key, or a new one when it has none.
 * @throws {TypeError} when it cannot be sent.
 */
export function idempotencyKeyOf({ idempotencyKey }: WriteOptions): string {
  const key = idempotencyKey ?? randomUUID();
  if (typeof key !== "string" || !/^[!-~]{1,200}$/.test(key)) {
    throw new TypeError("idempotencyKey must be 1 to 200 visible ASCII characters");
  }
  return key;
}

function parseUrl(text: string): string | undefined {
  try {
    const url = new URL(text);
    const isPlain = /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "";
    return isPlain && url.username === "" && url.password === "" ? url.href.replace(/\/+$/, "") : undefined;
  } catch {
    return undefined;
  }
}

function wholeNumber(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least || value > LONGEST_TIMER_MS) {
    throw new TypeError(`${name} must be a whole number from ${least} to ${LONGEST_TIMER_MS}`);
  }
  return value;
}

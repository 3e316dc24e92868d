import { SnapActApiError, SnapActConnectionError, SnapActTimeoutError } from "./errors.ts";
import type { CallOptions, FetchedResponse, Settings } from "./options.ts";
import { readRetryAfter, retryDelayMs } from "./retry-delay.ts";
import { VERSION } from "./version.ts";
import type { Problem } from "./wire/problem.ts";

/** What is asked of the service: with a body, only together with an Idempotency-Key. */
export type ApiRequest = CallOptions & {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the base URL on, with its query. */
  readonly path: string;
  /** JSON. */
  readonly body?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** The longest wait before another attempt, unless the caller set one. */
  readonly maxRetryDelayMs?: number | undefined;
};

/** Time and chance, as a client uses them. */
export type Surroundings = {
  /** Resolves after `ms`, or when `signal` aborts. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<void>;
  readonly nowMs: () => number;
  readonly chance: () => number;
};

const REAL: Surroundings = { sleep, nowMs: Date.now, chance: Math.random };
const DEFAULT_MAX_RETRY_DELAY_MS = 60_000;

/** Sends requests until they are answered, or have failed for good. */
export class Client {
  readonly #settings: Settings;
  readonly #surroundings: Surroundings;

  constructor(settings: Settings, surroundings = REAL) {
    this.#settings = settings;
    this.#surroundings = surroundings;
  }

  /**
   * The JSON of the answer, which is as `Answer` says: the service's word is believed.
   * @throws {SnapActApiError | SnapActConnectionError} when the last attempt failed; the signal's reason when aborted.
   */
  async send<Answer>(request: ApiRequest): Promise<Answer> {
    const { maxRetries } = this.#settings;
    const maxDelayMs =
      this.#settings.maxRetryDelayMs ?? request.maxRetryDelayMs ?? DEFAULT_MAX_RETRY_DELAY_MS;
    for (let attempt = 0; ; attempt++) {
      request.signal?.throwIfAborted();
      try {
        return (await this.#attempt(request)) as Answer;
      } catch (error) {
        if (attempt >= maxRetries || !mayPass(error)) throw error;
        const retryAfterMs = error instanceof SnapActApiError ? error.retryAfterMs : undefined;
        if ((retryAfterMs ?? 0) > maxDelayMs) throw error;
        const delayMs = retryDelayMs(attempt, retryAfterMs, this.#surroundings.chance());
        await this.#surroundings.sleep(Math.min(delayMs, maxDelayMs), request.signal);
      }
    }
  }

  async #attempt(request: ApiRequest): Promise<unknown> {
    const { response, text } = await this.#exchange(request);
    const json = parseJson(text);
    if (response.status >= 200 && response.status < 300) {
      if (json !== undefined) return json;
      throw new SnapActConnectionError(`The answer, HTTP ${response.status}, is not JSON.`);
    }
    throw new SnapActApiError(response.status, {
      problem: isProblem(json) ? json : undefined,
      requestId: response.headers.get("X-Request-Id") ?? undefined,
      retryAfterMs: readRetryAfter(response.headers.get("Retry-After"), this.#surroundings.nowMs()),
    });
  }

  /** One attempt: the whole answer within the time-out. */
  async #exchange(request: ApiRequest): Promise<{ response: FetchedResponse; text: string }> {
    const { baseUrl, fetch, timeoutMs } = this.#settings;
    const { signal, method, body } = request;
    // Not AbortSignal.any, which early releases of Node 18 lack.
    const aborter = new AbortController();
    const abort = () => aborter.abort();
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      abort();
    }, timeoutMs);
    signal?.addEventListener("abort", abort);
    try {
      const response = await fetch(`${baseUrl}${request.path}`, {
        method,
        headers: this.#headersOf(request),
        ...(body !== undefined && { body }),
        signal: aborter.signal,
        redirect: "manual",
      });
      return { response, text: await response.text() };
    } catch (cause) {
      signal?.throwIfAborted();
      if (timedOut) throw new SnapActTimeoutError(`No answer came within ${timeoutMs} ms.`, { cause });
      throw new SnapActConnectionError(`The service could not be reached: ${reasonOf(cause)}`, { cause });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }

  #headersOf({ body, idempotencyKey }: ApiRequest): Record<string, string> {
    return {
      Accept: "application/json",
      Authorization: `Bearer ${this.#settings.apiKey}`,
      "User-Agent": `snapact-connect-sdk/${VERSION}`,
      ...(body !== undefined && { "Content-Type": "application/json" }),
      ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
    };
  }
}

/** Whether the same request may succeed later. Writes carry an Idempotency-Key, so sending them again is safe. */
function mayPass(error: unknown): boolean {
  if (error instanceof SnapActConnectionError) return true;
  if (!(error instanceof SnapActApiError)) return false;
  const { status, code } = error;
  return status >= 500 || status === 429 || status === 408 || code === "idempotency_key_in_use";
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProblem(json: unknown): json is Problem {
  return typeof json === "object" && json !== null && "code" in json && "detail" in json;
}

/** `fetch` says only "fetch failed"; why stands in its cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener("abort", wake);
    if (signal?.aborted) wake();
  });
}

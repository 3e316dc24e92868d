const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8000;

/**
 * How long to wait after failed attempt `attempt` (from 0), in milliseconds: anything up to a bound that doubles with
 * each ("full jitter"), after what the service asked for. `chance` lies between 0 and 1.
 */
export function retryDelayMs(attempt: number, retryAfterMs: number | undefined, chance: number): number {
  const backoffMs = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt);
  return (retryAfterMs ?? 0) + chance * backoffMs;
}

/** Milliseconds from `nowMs` that the header `Retry-After` asks for; undefined when it is absent or unreadable. */
export function readRetryAfter(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}

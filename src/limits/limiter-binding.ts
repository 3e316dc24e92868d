import { ASK_TIMEOUT_MS, Limiter, type LimiterDeps } from "./limiter.ts";
import type { LimiterObject } from "./limiter-object.ts";

/** The limiter of this isolate, on the objects of a binding. */
export function createLimiter(
  objects: DurableObjectNamespace<LimiterObject>,
  waitUntil: LimiterDeps["waitUntil"],
): Limiter {
  return new Limiter({
    ask: (name, call) => inTime(objects.getByName(name).answer(call), ASK_TIMEOUT_MS),
    now: () => Date.now(),
    wait,
    waitUntil,
    newHolderId: () => crypto.randomUUID(),
  });
}

async function inTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

import { inTime } from "../in-time.ts";
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

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

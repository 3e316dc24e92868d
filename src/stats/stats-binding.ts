import type { StatsObject } from "./stats-object.ts";
import type { StatsStore } from "./stats-store.ts";

const TIMEOUT_MS = 1000;
const OBJECT_NAME = "all";

/** The one stats object of a binding. */
export function createStatsStore(objects: DurableObjectNamespace<StatsObject>): StatsStore {
  return {
    add: (delta) => inTime(objects.getByName(OBJECT_NAME).add(delta)),
    totals: () => inTime(objects.getByName(OBJECT_NAME).totals()),
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`the stats object did not answer within ${TIMEOUT_MS} ms`)),
    TIMEOUT_MS,
  );
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

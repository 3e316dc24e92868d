import { inTime } from "../in-time.ts";
import type { StatsObject } from "./stats-object.ts";
import type { StatsStore } from "./stats-store.ts";

const TIMEOUT_MS = 1000;
const OBJECT_NAME = "all";

/** The one stats object of a binding. */
export function createStatsStore(objects: DurableObjectNamespace<StatsObject>): StatsStore {
  return {
    add: (delta) => inTime(objects.getByName(OBJECT_NAME).add(delta), TIMEOUT_MS),
    totals: () => inTime(objects.getByName(OBJECT_NAME).totals(), TIMEOUT_MS),
  };
}

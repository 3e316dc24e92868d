import type { HistoryWindow, InventoryMetrics } from "./metrics.ts";
import type { MetricsScope } from "./scope.ts";
import type { SharedMetrics } from "./shared-metrics.ts";

export type MetricsContext = { readonly sharedMetrics: SharedMetrics; readonly now: () => number };

export type MetricsQuestion = MetricsScope & { readonly window: HistoryWindow };

/**
 * How true the inventory is, exact as of a moment less than a minute ago, with the hourly history before it (of a whole
 * partner; a part of one has none).
 * @throws {Problem} 404 when there is no such partner or location.
 */
export async function findMetrics(
  { sharedMetrics, now }: MetricsContext,
  { window, ...scope }: MetricsQuestion,
): Promise<InventoryMetrics> {
  return await sharedMetrics(scope, window, now());
}

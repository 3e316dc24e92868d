import type { CounterFigures, RouteDurations } from "./metrics.ts";
import { type Counts, countsOf, DURATION_BOUNDS_MS } from "./series.ts";
import type { StatsTotals } from "./stats-store.ts";

/** What was counted, as the wire shows it: in the order of its labels. */
export function counterFigures({ counts, sinceMs }: StatsTotals): CounterFigures {
  return {
    since: sinceMs === undefined ? null : new Date(sinceMs).toISOString(),
    requests: countsOf("requests", counts).map(({ labels: { route, method, status }, count }) => ({
      route,
      method,
      status: Number(status),
      count,
    })),
    durations: durationsOf(counts),
    nearby_answers: countsOf("nearby", counts).map(({ labels: { path, reason }, count }) => ({
      path,
      reason: reason === "" ? null : reason,
      count,
    })),
    limit_refusals: countsOf("refusals", counts).map(({ labels, count }) => ({ ...labels, count })),
    database_errors: countsOf("database_errors", counts).map(({ labels, count }) => ({ ...labels, count })),
  };
}

function durationsOf(counts: Counts): readonly RouteDurations[] {
  const byRoute = Map.groupBy(countsOf("durations", counts), ({ labels }) => labels.route);
  const sums = new Map(countsOf("duration_ms", counts).map(({ labels, count }) => [labels.route, count]));
  return Array.from(byRoute, ([route, buckets]) => {
    const within = (isIn: (bound: string) => boolean): number =>
      buckets.reduce((total, { labels, count }) => (isIn(labels.le_ms) ? total + count : total), 0);
    return {
      route,
      count: within(() => true),
      sum_s: (sums.get(route) ?? 0) / 1000,
      buckets: DURATION_BOUNDS_MS.map((boundMs) => ({
        le_s: boundMs / 1000,
        count: within((bound) => Number(bound) <= boundMs),
      })),
    };
  });
}

import { createSharedLookup, type WaitUntil } from "../../auth/shared-lookup.ts";
import type { Database } from "../../db/client.ts";
import { Problem } from "../../http/problem.ts";
import { type HistoryWindow, type InventoryMetrics, SUMMARY_LIFE_MS } from "./metrics.ts";
import { metricsOf } from "./metrics-answer.ts";
import { readSummary, recomputeSummary } from "./metrics-queries.ts";
import type { MetricsScope } from "./scope.ts";

/** The metrics of a scope, less than a minute old at `nowMs`. */
export type SharedMetrics = (
  scope: MetricsScope,
  window: HistoryWindow,
  nowMs: number,
) => Promise<InventoryMetrics>;

type SharedMetricsDeps = {
  readonly database: Database;
  readonly waitUntil: WaitUntil;
  readonly now: () => number;
};

/** One of a partner with a thousand locations takes a megabyte or two of an isolate's 128. */
const HELD_AT_MOST = 20;

/**
 * Metrics that all who ask this isolate share; isolates share them by way of the database.
 * The result throws a `Problem` (404) when there is no such partner or location, and `DatabaseUnavailable`.
 */
export function createSharedMetrics({ database, waitUntil, now }: SharedMetricsDeps): SharedMetrics {
  const find = createSharedLookup({
    lookUp: async (key) => {
      const { scope, window } = JSON.parse(key) as Question;
      const summary =
        (await readSummary(database, scope, window, now())) ??
        (await recomputeSummary(database, scope, window, now()));
      if (summary.kind !== "summary") throw noSuch(summary.kind, scope);
      return { asOfMs: summary.asOfMs, metrics: metricsOf(scope, window, summary) };
    },
    asOfMs: ({ asOfMs }) => asOfMs,
    // To the millisecond for as long as the database would hand it out.
    believedMs: SUMMARY_LIFE_MS - 1,
    // Not before it is due: then there is one recomputation a minute.
    refreshAfterMs: SUMMARY_LIFE_MS,
    capacity: HELD_AT_MOST,
    waitUntil,
  });
  return async (scope, window, nowMs) => {
    const { partnerId, locationRef, category } = scope;
    const question: Question = { scope: { partnerId, locationRef, category }, window };
    return (await find(JSON.stringify(question), nowMs)).metrics;
  };
}

type Question = { readonly scope: MetricsScope; readonly window: HistoryWindow };

function noSuch(kind: "no_partner" | "no_location", { locationRef }: MetricsScope): Problem {
  if (kind === "no_partner") return new Problem("not_found", "There is no partner with this id.");
  const named = JSON.stringify(locationRef?.toWellFormed());
  return new Problem("not_found", `There is no location with the location_ref ${named}.`);
}

import { loggableError } from "../db/errors.ts";
import type { Log } from "../http/router.ts";
import { Reporter } from "./reporter.ts";
import { RequestCounter } from "./request-counter.ts";
import { type RecordedRequest, type RequestDataset, writeRequestPoint } from "./request-points.ts";
import type { StatsStore, StatsTotals } from "./stats-store.ts";

export type RequestStatsDeps = {
  /** Where all isolates bring what they count; undefined: it stays here. */
  readonly store: StatsStore | undefined;
  /** Takes a data point of each request; undefined: nothing does. */
  readonly dataset: RequestDataset | undefined;
  readonly log: Log;
  readonly now: () => number;
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** What an isolate counts. */
export type RequestStats = {
  /** Counts a request that was answered; for every one of them, while it lasts. */
  readonly observe: (request: RecordedRequest) => void;
  readonly countDatabaseError: (kind: string) => void;
  /** What all isolates have counted, this one up to now. @throws when that cannot be had. */
  readonly totals: () => Promise<StatsTotals>;
};

export function createRequestStats({ store, dataset, log, now, waitUntil }: RequestStatsDeps): RequestStats {
  const counter = new RequestCounter();
  const reporter =
    store &&
    new Reporter({
      counter,
      store,
      now,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      waitUntil,
      newIsolateId: () => crypto.randomUUID(),
      onFailure: (error) => log({ level: "warning", code: "stats_not_reported", ...loggableError(error) }),
    });
  return {
    observe(request) {
      counter.countRequest(request);
      if (dataset !== undefined) writeRequestPoint(dataset, request);
      reporter?.report();
    },
    countDatabaseError: (kind) => counter.countDatabaseError(kind),
    async totals() {
      if (store === undefined) throw new Error("nothing sums what isolates count");
      await reporter?.flush();
      return await store.totals();
    },
  };
}

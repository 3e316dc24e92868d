import { BEYOND_BOUNDS, type Counts, DURATION_BOUNDS_MS, OTHER, type Series, seriesOf } from "./series.ts";

/** What is counted of a request that was answered. */
export type CountedRequest = {
  /** A pattern of the app's, never a path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  /** Between the first and the last of its I/O: in production the clock stands still in between. */
  readonly ms: number;
  /** How nearby came by its answer. */
  readonly path?: string | undefined;
  /** Why not in the faster way. */
  readonly reason?: string | undefined;
  /** The limit that refused it. */
  readonly refusedBy?: string | undefined;
};

/** Requests that are alike. */
type Alike = { count: number; sumMs: number; readonly buckets: number[] };

/** A few times what the app's routes can make. */
const MAX_KINDS = 2000;

/** Counts what an isolate does. However it is used, it holds a bounded number of counts. */
export class RequestCounter {
  /** By route, method and status: looked up one after the other, which takes a tenth of putting them into one key. */
  #requests = new Map<string, Map<string, Map<number, Alike>>>();
  #kinds = 0;
  /** By path and reason. */
  #nearby = new Map<string, Map<string, number>>();
  /** The rest, which is rare; its labels are names in the code. */
  #rare = new Map<Series, number>();

  countRequest({ route, method, status, ms, path, reason = "", refusedBy }: CountedRequest): void {
    const alike = this.#alike(route, method, status);
    const bucket = bucketOf(ms);
    alike.count++;
    alike.sumMs += ms;
    alike.buckets[bucket] = (alike.buckets[bucket] ?? 0) + 1;
    if (path !== undefined) {
      const reasons = entryOf(this.#nearby, path, () => new Map<string, number>());
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    if (refusedBy !== undefined) add(this.#rare, seriesOf("refusals", [refusedBy]), 1);
  }

  countDatabaseError(kind: string): void {
    add(this.#rare, seriesOf("database_errors", [kind]), 1);
  }

  get isEmpty(): boolean {
    return this.#requests.size === 0 && this.#rare.size === 0;
  }

  /** All that was counted since the last call. */
  take(): Counts {
    const counts = this.#rare;
    for (const [route, methods] of this.#requests) {
      for (const [method, statuses] of methods) {
        for (const [status, alike] of statuses) addAlike(counts, route, method, status, alike);
      }
    }
    for (const [path, reasons] of this.#nearby) {
      for (const [reason, count] of reasons) add(counts, seriesOf("nearby", [path, reason]), count);
    }
    this.#requests = new Map();
    this.#kinds = 0;
    this.#nearby = new Map();
    this.#rare = new Map();
    return Object.fromEntries(counts);
  }

  #alike(route: string, method: string, status: number): Alike {
    const known = this.#requests.get(route)?.get(method)?.get(status);
    if (known !== undefined) return known;
    if (this.#kinds >= MAX_KINDS && route !== OTHER) return this.#alike(OTHER, OTHER, 0);
    this.#kinds++;
    const methods = entryOf(this.#requests, route, () => new Map<string, Map<number, Alike>>());
    const statuses = entryOf(methods, method, () => new Map<number, Alike>());
    return entryOf(statuses, status, () => ({ count: 0, sumMs: 0, buckets: [] }));
  }
}

function addAlike(
  counts: Map<Series, number>,
  route: string,
  method: string,
  status: number,
  { count, sumMs, buckets }: Alike,
): void {
  add(counts, seriesOf("requests", [route, method, String(status)]), count);
  add(counts, seriesOf("duration_ms", [route]), sumMs);
  buckets.forEach((within, i) => {
    add(counts, seriesOf("durations", [route, String(DURATION_BOUNDS_MS[i] ?? BEYOND_BOUNDS)]), within);
  });
}

/** The index of the first bound that `ms` does not exceed. */
function bucketOf(ms: number): number {
  const index = DURATION_BOUNDS_MS.findIndex((boundMs) => ms <= boundMs);
  return index === -1 ? DURATION_BOUNDS_MS.length : index;
}

function add(counts: Map<Series, number>, series: Series, count: number): void {
  counts.set(series, (counts.get(series) ?? 0) + count);
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

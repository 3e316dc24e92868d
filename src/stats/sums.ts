import type { Counts } from "./series.ts";

/** What an isolate has counted since its last delta. Sent again after a lost answer it is the same delta. */
export type Delta = {
  /** Which isolate counted: an id of its own, for its life. */
  readonly isolate: string;
  /** Which of the isolate's deltas this is: it sends the next, with a higher number, only when this one is answered. */
  readonly seq: number;
  /** When it was first sent, by the isolate's clock. */
  readonly firstSentAtMs: number;
  readonly counts: Counts;
};

/** What is known of an isolate: the last delta that counted, and when it did. */
export type IsolateRecord = { readonly isolate: string; readonly seq: number; readonly countedAtMs: number };

export type SumsRecords = {
  readonly counts: Counts;
  /** Since when is counted; undefined: nothing was counted yet. */
  readonly sinceMs: number | undefined;
  /** No delta of a forgotten isolate counted after this moment; 0: none was forgotten. */
  readonly forgottenThroughMs: number;
  /** The longest silent first. */
  readonly isolates: readonly IsolateRecord[];
};

/** What a delta changed, to be stored. */
export type SumsChanges = Omit<SumsRecords, "isolates"> & {
  readonly isolate: IsolateRecord;
  readonly forgotten: readonly string[];
};

export const NO_SUMS: SumsRecords = { counts: {}, sinceMs: undefined, forgottenThroughMs: 0, isolates: [] };

const MAX_ISOLATES = 10_000;
/** By how much the clocks of an isolate and of this may differ. */
const SKEW_MS = 10_000;

/**
 * Sums of what isolates count. Each delta counts at most once, however often it arrives: one of an isolate that is known
 * counts when its number is higher than all before; one of an isolate that is not known counts unless it may have
 * counted before that isolate was forgotten, which it cannot when it was first sent after the last delta of every
 * forgotten isolate had counted.
 */
export class Sums {
  readonly #counts: Map<string, number>;
  readonly #isolates: Map<string, IsolateRecord>;
  readonly #maxIsolates: number;
  #sinceMs: number | undefined;
  #forgottenThroughMs: number;

  constructor(records: SumsRecords = NO_SUMS, maxIsolates = MAX_ISOLATES) {
    this.#counts = new Map(Object.entries(records.counts));
    this.#isolates = new Map(records.isolates.map((record) => [record.isolate, record]));
    this.#maxIsolates = maxIsolates;
    this.#sinceMs = records.sinceMs;
    this.#forgottenThroughMs = records.forgottenThroughMs;
  }

  get counts(): Counts {
    return Object.fromEntries(this.#counts);
  }

  get sinceMs(): number | undefined {
    return this.#sinceMs;
  }

  /** Adds what the delta says, at `nowMs`; undefined when it counted before, or may have. */
  add(delta: Delta, nowMs: number): SumsChanges | undefined {
    const { isolate, seq, counts } = delta;
    if (!this.#isNew(delta)) return undefined;
    for (const [series, count] of Object.entries(counts)) {
      this.#counts.set(series, (this.#counts.get(series) ?? 0) + count);
    }
    this.#sinceMs ??= nowMs;
    const record = { isolate, seq, countedAtMs: nowMs };
    this.#isolates.delete(isolate);
    this.#isolates.set(isolate, record);
    const forgotten = this.#forget();
    return {
      counts: this.counts,
      sinceMs: this.#sinceMs,
      forgottenThroughMs: this.#forgottenThroughMs,
      isolate: record,
      forgotten,
    };
  }

  #isNew({ isolate, seq, firstSentAtMs }: Delta): boolean {
    const known = this.#isolates.get(isolate);
    if (known !== undefined) return seq > known.seq;
    return firstSentAtMs > this.#forgottenThroughMs + SKEW_MS;
  }

  #forget(): readonly string[] {
    const forgotten: string[] = [];
    for (const { isolate, countedAtMs } of this.#isolates.values()) {
      if (this.#isolates.size <= this.#maxIsolates) break;
      this.#isolates.delete(isolate);
      this.#forgottenThroughMs = Math.max(this.#forgottenThroughMs, countedAtMs);
      forgotten.push(isolate);
    }
    return forgotten;
  }
}

import type { AnswerHead, Way } from "./answers.ts";
import { Latencies, type Percentiles } from "./latencies.ts";

export type LoadCounts = {
  readonly answers: number;
  readonly perSecond: number;
  readonly statuses: Readonly<Record<number, number>>;
  readonly ways: Readonly<Record<Way, number>>;
  /** Of an answer with its head, the mean. */
  readonly bytes: number;
  readonly latency: Percentiles;
  readonly latencyByWay: Readonly<Record<Way, Percentiles>>;
  /** How much later than intended requests were sent, p99; 0 where none was intended at a moment. */
  readonly sentLateP99Ms: number;
  readonly heldBytes: number | undefined;
};

/** Counts answers and their times. */
export class Counter {
  readonly #statuses: Record<number, number> = {};
  readonly #all = new Latencies();
  readonly #ways = { hot: new Latencies(), cold: new Latencies(), none: new Latencies() };
  readonly sentLate = new Latencies();
  #bytes = 0;
  #heldBytes: number | undefined;

  add({ status, bytes, way, heldBytes }: AnswerHead, sinceMs: number): void {
    const ms = performance.now() - sinceMs;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    this.#all.add(ms);
    this.#ways[way].add(ms);
    this.#bytes += bytes;
    if (heldBytes !== undefined) this.#heldBytes = heldBytes;
  }

  counts(seconds: number): LoadCounts {
    const answers = this.#all.count;
    const { hot, cold, none } = this.#ways;
    return {
      answers,
      perSecond: answers / seconds,
      statuses: this.#statuses,
      ways: { hot: hot.count, cold: cold.count, none: none.count },
      bytes: this.#bytes / answers,
      latency: this.#all.percentiles(),
      latencyByWay: { hot: hot.percentiles(), cold: cold.percentiles(), none: none.percentiles() },
      sentLateP99Ms: this.sentLate.count === 0 ? 0 : this.sentLate.percentiles().p99Ms,
      heldBytes: this.#heldBytes,
    };
  }
}

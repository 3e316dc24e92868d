import type { RequestCounter } from "./request-counter.ts";
import type { StatsStore } from "./stats-store.ts";
import type { Delta } from "./sums.ts";

export type ReporterDeps = {
  readonly counter: RequestCounter;
  readonly store: Pick<StatsStore, "add">;
  /** The isolate's clock, epoch milliseconds. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Carries work on after the answer is sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** An id that no other isolate has; asked for once, while answering a request. */
  readonly newIsolateId: () => string;
  /** Told why a delta could not be brought; it is brought later. */
  readonly onFailure: (error: unknown) => void;
};

const EVERY_MS = 5000;
/** A request carries deltas for so many turns, and leaves the next to another: work behind answers is cut after 30 s. */
const TURNS = 4;
/** A request that began to report longer ago has ended, or is no more. */
const TURN_LIFE_MS = 30_000;

/**
 * Brings what an isolate counts to where it is summed, behind answers, at most every 5 s, and within about 5 s also when
 * no request follows. A delta is sent until it is answered, and while it is, the counter takes in what is new: so no
 * more than two sets of counts are held. Of requests that come together, one reports; they share values, never promises.
 */
export class Reporter {
  readonly #deps: ReporterDeps;
  #isolate: string | undefined;
  #seq = 0;
  /** Sent, and not yet answered. */
  #sent: Delta | undefined;
  #nextSendAtMs = Number.NEGATIVE_INFINITY;
  /** The request that reports, and since when. */
  #turn: { readonly sinceMs: number } | undefined;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
  }

  /** Sees to it that what is counted is brought, behind the answer; to be called with every request. */
  report(): void {
    const nowMs = this.#deps.now();
    if (this.#turn !== undefined && Math.abs(nowMs - this.#turn.sinceMs) < TURN_LIFE_MS) return;
    const turn = { sinceMs: nowMs };
    this.#turn = turn;
    this.#deps.waitUntil(this.#take(turn));
  }

  /** Brings all that is counted now; never throws. */
  async flush(): Promise<void> {
    if (this.#sent !== undefined) await this.#send();
    if (this.#sent === undefined && !this.#deps.counter.isEmpty) await this.#send();
  }

  async #take(turn: { readonly sinceMs: number }): Promise<void> {
    try {
      for (let i = 0; i < TURNS && this.#turn === turn && this.#hasCounts(); i++) {
        const pauseMs = Math.min(this.#nextSendAtMs - this.#deps.now(), EVERY_MS);
        if (pauseMs > 0) await this.#deps.wait(pauseMs);
        await this.#send();
      }
    } finally {
      if (this.#turn === turn) this.#turn = undefined;
    }
  }

  #hasCounts(): boolean {
    return this.#sent !== undefined || !this.#deps.counter.isEmpty;
  }

  async #send(): Promise<void> {
    const { counter, store, now, newIsolateId, onFailure } = this.#deps;
    this.#isolate ??= newIsolateId();
    this.#sent ??= {
      isolate: this.#isolate,
      seq: this.#seq++,
      firstSentAtMs: now(),
      counts: counter.take(),
    };
    const sent = this.#sent;
    this.#nextSendAtMs = now() + EVERY_MS;
    try {
      await store.add(sent);
      if (this.#sent === sent) this.#sent = undefined;
    } catch (error) {
      onFailure(error);
    }
  }
}

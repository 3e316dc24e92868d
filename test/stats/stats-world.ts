import { Reporter } from "../../src/stats/reporter.ts";
import { RequestCounter } from "../../src/stats/request-counter.ts";
import { countsOf } from "../../src/stats/series.ts";
import { type Delta, Sums } from "../../src/stats/sums.ts";
import { readSums, writeSums } from "../../src/stats/sums-storage.ts";
import { randomFrom } from "../limits/limits-world.ts";
import { VirtualTime } from "../limits/virtual-time.ts";
import { openStorage } from "./open-storage.ts";

/** What goes wrong, as probabilities. */
export type Faults = {
  readonly lostCalls: number;
  readonly lostReplies: number;
  /** Of a call that arrives again, much later. */
  readonly repeatedCalls: number;
  /** Of work behind an answer that ends without a word when it next waits. */
  readonly cutWork: number;
  /** Of an object that forgets what is not stored, before a call. */
  readonly restarts: number;
};

export const FAULTLESS: Faults = {
  lostCalls: 0,
  lostReplies: 0,
  repeatedCalls: 0,
  cutWork: 0,
  restarts: 0,
};

const EPOCH_MS = Date.parse("2026-11-01T00:00:00Z");
const MAX_DELAY_MS = 900;
const MAX_REPEAT_DELAY_MS = 120_000;
const TIMEOUT_MS = 1000;

type Isolate = { readonly counter: RequestCounter; readonly reporter: Reporter };

/** Isolates that count, and the object that sums, on a network that is not to be trusted. */
export class StatsWorld {
  readonly time = new VirtualTime();
  /** Requests by route. */
  readonly counted = new Map<string, number>();
  readonly failures: unknown[] = [];
  /** Deltas that arrived, again ones too. */
  calls = 0;
  readonly #faults: Faults;
  readonly #random: () => number;
  readonly #maxIsolates: number;
  readonly #storage = openStorage();
  #sums: Sums | undefined;
  readonly #isolates: Isolate[] = [];
  #made = 0;

  constructor(seed: number, faults: Faults, isolates: number, maxIsolates = 10_000) {
    this.#random = randomFrom(seed);
    this.#faults = faults;
    this.#maxIsolates = maxIsolates;
    for (let i = 0; i < isolates; i++) this.replace(i);
  }

  /** Another isolate takes this one's place, which is no more. */
  replace(i: number): void {
    const id = `isolate ${this.#made++}`;
    const counter = new RequestCounter();
    const reporter = new Reporter({
      counter,
      store: { add: (delta) => this.#call(delta) },
      now: () => EPOCH_MS + this.time.nowMs,
      wait: (ms) => this.#wait(ms),
      waitUntil: () => undefined,
      newIsolateId: () => id,
      onFailure: (error) => this.failures.push(error),
    });
    this.#isolates[i] = { counter, reporter };
  }

  /** One request of isolate `i`, counted under a route of that name. */
  request(i: number, route: string): void {
    const { counter, reporter } = this.#isolates[i]!;
    counter.countRequest({ route, method: "GET", status: 200, ms: 1 });
    this.counted.set(route, (this.counted.get(route) ?? 0) + 1);
    reporter.report();
  }

  /** Somebody asks isolate `i` for the sums. */
  flush(i: number): void {
    void this.#isolates[i]!.reporter.flush();
  }

  /** Requests by route, as they were summed. */
  get summed(): Map<string, number> {
    return new Map(
      countsOf("requests", this.#object.counts).map(({ labels, count }) => [labels.route, count]),
    );
  }

  get #object(): Sums {
    this.#sums ??= new Sums(readSums(this.#storage), this.#maxIsolates);
    return this.#sums;
  }

  async #call(delta: Delta): Promise<void> {
    const { time } = this;
    const sent: Delta = structuredClone(delta);
    if (this.#happens("repeatedCalls")) {
      time.at(time.nowMs + this.#random() * MAX_REPEAT_DELAY_MS, () => {
        try {
          this.#arrive(sent);
        } catch {
          // Nobody hears of it.
        }
      });
    }
    const isLost = this.#happens("lostCalls");
    if (!isLost) {
      await this.#wait(this.#random() * MAX_DELAY_MS);
      this.#arrive(sent);
    }
    if (isLost || this.#happens("lostReplies")) {
      await this.#wait(TIMEOUT_MS);
      throw new Error("no answer");
    }
    await this.#wait(this.#random() * (TIMEOUT_MS - MAX_DELAY_MS));
  }

  #arrive(delta: Delta): void {
    this.calls++;
    if (this.#happens("restarts")) this.#sums = undefined;
    const changes = this.#object.add(delta, EPOCH_MS + this.time.nowMs);
    if (changes === undefined) return;
    if (this.#happens("restarts")) {
      this.#sums = undefined;
      throw new Error("the object broke before it stored");
    }
    writeSums(this.#storage, changes);
  }

  /** Never ends when the work is cut. */
  #wait(ms: number): Promise<void> {
    return this.#happens("cutWork") ? new Promise(() => undefined) : this.time.wait(ms);
  }

  #happens(fault: keyof Faults): boolean {
    return this.#random() < this.#faults[fault];
  }
}

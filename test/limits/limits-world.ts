import type { GrantRecord } from "../../src/limits/grant-records.ts";
import type { LeaseCall, LeaseReply } from "../../src/limits/lease-call.ts";
import type { RequestTerms } from "../../src/limits/lease-holder.ts";
import { Ledger, type LedgerChanges } from "../../src/limits/ledger.ts";
import { ASK_TIMEOUT_MS, Limiter, type Outcome } from "../../src/limits/limiter.ts";
import { VirtualTime } from "./virtual-time.ts";

/** What goes wrong, as probabilities, and how long a message is under way. */
export type Network = {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly lostCalls: number;
  readonly lostReplies: number;
  readonly repeatedCalls: number;
  /** How often a request that waits for something is no more when it comes. */
  readonly lostRequests: number;
};

export const FAULTLESS: Network = {
  minDelayMs: 2,
  maxDelayMs: 40,
  lostCalls: 0,
  lostReplies: 0,
  repeatedCalls: 0,
  lostRequests: 0,
};

/** Half the greatest difference between any two readings. */
const MAX_OFFSET_MS = 100;
/** What clocks that are right show at the beginning. */
const EPOCH_MS = Date.parse("2026-11-01T00:00:00Z");

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One subject, the object that limits it, and the isolates that serve it, on a network and clocks that are not to be trusted. */
export class LimitsWorld {
  readonly time = new VirtualTime();
  /** True times of admissions, of those refused, and of those that nobody could decide. */
  readonly admittedMs: number[] = [];
  readonly refused: { readonly atMs: number; readonly retryInMs: number }[] = [];
  readonly unreachableMs: number[] = [];
  calls = 0;
  readonly #random: () => number;
  readonly #network: Network;
  readonly #disk = new Disk();
  #ledger = new Ledger();
  #objectOffsetMs: number;
  readonly #isolates: Isolate[];

  constructor(seed: number, network: Network, isolates: number) {
    this.#random = randomFrom(seed);
    this.#network = network;
    this.#objectOffsetMs = this.#offset();
    this.#isolates = Array.from({ length: isolates }, (_, i) => this.#newIsolate(`isolate ${i}`));
  }

  /** One request; with `givenBackAfterMs` it turns out not to count after so long. */
  async request(isolate: number, terms: RequestTerms, givenBackAfterMs?: number): Promise<Outcome> {
    const { limiter } = this.#isolates[isolate]!;
    const outcome = await limiter.acquire("subject", terms);
    if (outcome.kind === "refused")
      this.refused.push({ atMs: this.time.nowMs, retryInMs: outcome.retryInMs });
    if (outcome.kind === "unreachable") this.unreachableMs.push(this.time.nowMs);
    if (outcome.kind !== "admitted") return outcome;
    if (givenBackAfterMs === undefined) {
      this.admittedMs.push(this.time.nowMs);
    } else {
      await this.time.wait(givenBackAfterMs);
      limiter.release("subject", terms, outcome.permit);
    }
    return outcome;
  }

  /** The isolate is no more, with all it knows and does; another one takes its place. */
  evict(isolate: number): void {
    const evicted = this.#isolates[isolate]!;
    evicted.isAlive = false;
    this.#isolates[isolate] = this.#newIsolate(`${evicted.name}'`);
  }

  /** The object forgets all that is not on disk. */
  restartObject(): void {
    this.#ledger = new Ledger(this.#disk.records());
  }

  /** Sets every clock anew, within the limits of their skew. */
  disturbClocks(): void {
    this.#objectOffsetMs = this.#offset();
    for (const isolate of this.#isolates) isolate.offsetMs = this.#offset();
  }

  #newIsolate(name: string): Isolate {
    const unlessLost = <T>(promise: Promise<T>): Promise<T> => {
      const isLost = this.#happens(this.#network.lostRequests);
      return new Promise((resolve, reject) => {
        const goesOn = () => isolate.isAlive && !isLost;
        promise.then(
          (value) => goesOn() && resolve(value),
          (error) => goesOn() && reject(error),
        );
      });
    };
    const isolate: Isolate = {
      name,
      isAlive: true,
      offsetMs: this.#offset(),
      limiter: new Limiter({
        ask: (_name, call) => unlessLost(this.#ask(call)),
        now: () => this.time.nowMs + isolate.offsetMs,
        wait: (ms) => unlessLost(this.time.wait(ms)),
        waitUntil: () => undefined,
        newHolderId: () => name,
      }),
    };
    return isolate;
  }

  #ask(call: LeaseCall): Promise<LeaseReply> {
    this.calls++;
    const { time } = this;
    return new Promise((resolve, reject) => {
      time.at(time.nowMs + ASK_TIMEOUT_MS, () => reject(new Error("no answer in time")));
      const deliver = () => {
        if (this.#happens(this.#network.lostCalls)) return;
        time.at(time.nowMs + this.#delay(), () => {
          const { reply, changes } = this.#ledger.answer(call, time.nowMs + this.#objectOffsetMs);
          this.#disk.write(changes);
          if (this.#happens(this.#network.lostReplies)) return;
          time.at(time.nowMs + this.#delay(), () => resolve(reply));
        });
      };
      deliver();
      if (this.#happens(this.#network.repeatedCalls)) deliver();
    });
  }

  #delay(): number {
    const { minDelayMs, maxDelayMs } = this.#network;
    return minDelayMs + this.#random() * (maxDelayMs - minDelayMs);
  }

  #offset(): number {
    const isExtreme = this.#happens(0.6);
    const offset = 2 * this.#random() - 1;
    return EPOCH_MS + MAX_OFFSET_MS * (isExtreme ? Math.sign(offset) : offset);
  }

  #happens(probability: number): boolean {
    return probability > 0 && this.#random() < probability;
  }
}

type Isolate = { readonly name: string; isAlive: boolean; offsetMs: number; readonly limiter: Limiter };

/** What the object's tables hold. */
class Disk {
  readonly #charges = new Map<number, number>();
  readonly #grants = new Map<string, GrantRecord>();

  write({ charges, grants, forgotten, chargesExpiredAtMs = 0 }: LedgerChanges): void {
    for (const key of this.#charges.keys()) if (key <= chargesExpiredAtMs) this.#charges.delete(key);
    for (const { expiresAtMs, permits } of charges) {
      if (permits === 0) this.#charges.delete(expiresAtMs);
      else this.#charges.set(expiresAtMs, permits);
    }
    for (const grant of grants) this.#grants.set(`${grant.holder} ${grant.seq}`, grant);
    for (const { holder, seq } of forgotten) this.#grants.delete(`${holder} ${seq}`);
  }

  records() {
    return {
      charges: [...this.#charges]
        .map(([expiresAtMs, permits]) => ({ expiresAtMs, permits }))
        .sort((a, b) => a.expiresAtMs - b.expiresAtMs),
      grants: [...this.#grants.values()].sort((a, b) => a.expiresAtMs - b.expiresAtMs || a.seq - b.seq),
    };
  }
}

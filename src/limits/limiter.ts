import { RecentMap } from "../recent-map.ts";
import type { LeaseCall, LeaseReply } from "./lease-call.ts";
import { LeaseHolder, type RequestTerms, type Taken } from "./lease-holder.ts";
import type { Permit } from "./leases.ts";

/** What an isolate's limiter needs of the world around it. */
export type LimiterDeps = {
  /** Sends a call to the object of this name; settles within `ASK_TIMEOUT_MS`, whatever happens. */
  readonly ask: (name: string, call: LeaseCall) => Promise<LeaseReply>;
  /** The isolate's clock, epoch milliseconds. */
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Carries work on after the answer is sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** An id that no other isolate has; asked for once, while answering a request. */
  readonly newHolderId: () => string;
};

/** `unreachable`: the object did not answer in time, so nobody knows. */
export type Outcome = Taken | { readonly kind: "unreachable" };

/** How long one sending of a call may take. */
export const ASK_TIMEOUT_MS = 500;
/** How long a request waits for a permit in all, whatever happens. */
const GIVE_UP_MS = 2500;
const MAX_PAUSE_MS = 32;
const FLUSH_ATTEMPTS = 5;
const FLUSH_PAUSE_MS = 50;
/** Whoever is dropped leaves some permits charged that nobody will spend: that is safe. */
const MAX_HOLDERS = 10_000;

/** What requests need of a limiter. */
export type RequestLimiter = Pick<Limiter, "acquire" | "release">;

/**
 * The limits as one isolate keeps them. Requests share values, never promises: one that finds no permit while another's
 * call is under way looks again a little later, and sends the call again itself when no answer comes.
 */
export class Limiter {
  readonly #deps: LimiterDeps;
  /** By the name of the object. */
  readonly #holders = new RecentMap<string, LeaseHolder>(MAX_HOLDERS);
  #id: string | undefined;
  #seq = 0;

  constructor(deps: LimiterDeps) {
    this.#deps = deps;
  }

  /** Admits or refuses one request of the subject whose object has this name; never throws. */
  async acquire(name: string, terms: RequestTerms): Promise<Outcome> {
    const holder = this.#holder(name);
    const arrivedMs = this.#deps.now();
    let pauseMs = 1;
    for (let nowMs = arrivedMs; ; nowMs = this.#deps.now()) {
      const taken = holder.take(terms, nowMs);
      const isWorthWaiting = taken?.kind === "refused" && holder.mayComeBackSoon(terms, nowMs);
      if (taken !== undefined && !isWorthWaiting) {
        if (taken.kind === "admitted" && holder.shouldAskAhead(terms, nowMs))
          this.#askAhead(name, holder, terms);
        return taken;
      }
      if (holder.isUnreachable(nowMs) || nowMs >= arrivedMs + GIVE_UP_MS) return { kind: "unreachable" };
      const call = isWorthWaiting ? undefined : holder.nextCall(terms, nowMs, 1);
      if (call !== undefined) {
        await this.#exchange(name, holder, call, nowMs);
        continue;
      }
      const stopWaiting = holder.wait(nowMs + pauseMs);
      await this.#deps.wait(pauseMs);
      stopWaiting();
      pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS);
    }
  }

  /** Gives back a permit that was taken and not used, behind the answer. */
  release(name: string, terms: RequestTerms, permit: Permit): void {
    const holder = this.#holder(name);
    holder.giveBack(permit);
    this.#deps.waitUntil(this.#flush(name, holder, terms));
  }

  #askAhead(name: string, holder: LeaseHolder, terms: RequestTerms): void {
    const nowMs = this.#deps.now();
    const call = holder.nextCall(terms, nowMs, 0);
    if (call !== undefined) this.#deps.waitUntil(this.#exchange(name, holder, call, nowMs));
  }

  /** Gives up soon: what is not told now is told with the next call. */
  async #flush(name: string, holder: LeaseHolder, terms: RequestTerms): Promise<void> {
    for (let attempt = 0; attempt < FLUSH_ATTEMPTS && holder.hasReturns(this.#deps.now()); attempt++) {
      const nowMs = this.#deps.now();
      const call = holder.isUnreachable(nowMs) ? undefined : holder.nextCall(terms, nowMs, 0);
      if (call === undefined) await this.#deps.wait(FLUSH_PAUSE_MS);
      else await this.#exchange(name, holder, call, nowMs);
    }
  }

  async #exchange(name: string, holder: LeaseHolder, call: LeaseCall, sentAtMs: number): Promise<void> {
    try {
      const reply = await this.#deps.ask(name, call);
      holder.settle(call.seq, sentAtMs, reply, this.#deps.now());
    } catch {
      holder.fail(call.seq, this.#deps.now());
    }
  }

  #holder(name: string): LeaseHolder {
    this.#id ??= this.#deps.newHolderId();
    let holder = this.#holders.get(name);
    if (holder === undefined) {
      holder = new LeaseHolder(this.#id, () => this.#seq++);
      this.#holders.set(name, holder);
    }
    return holder;
  }
}

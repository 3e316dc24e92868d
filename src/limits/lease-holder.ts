import { LEASE_LIFE_MS } from "./charge-time.ts";
import { AHEAD_SHARE, ALL_PERMITS, type LeaseCall, type LeaseReply, type Terms } from "./lease-call.ts";
import { Leases, type Permit } from "./leases.ts";
import { SpendingRate } from "./spending-rate.ts";

/** What became of a request for a permit. `moreInMs`: when there will be more permits; 0 when all are there. */
export type Taken =
  | {
      readonly kind: "admitted";
      readonly permit: Permit;
      readonly remaining: number;
      readonly moreInMs: number;
    }
  /** After `retryInMs` a request will pass, if no other does. */
  | { readonly kind: "refused"; readonly retryInMs: number };

/** `mayComeBack`: permits come back after they were taken, so that a refusal can change at any time. */
export type RequestTerms = Terms & { readonly mayComeBack?: boolean };

type CallUnderWay = {
  readonly call: LeaseCall;
  readonly firstSentAtMs: number;
  attempts: number;
  resendAtMs: number;
};

/** For how long an isolate asks ahead. Well within a lease's life, so that little of it expires. */
const AHEAD_MS = 500;
/** Whoever spends less than this in `AHEAD_MS` gets its permits one by one. */
const MIN_AHEAD = 2;
/** Asked is again when only this part of what is spent in `AHEAD_MS` is left. */
const LOW_WATER = 1 / 3;
/** After as long the answer to a call is taken for lost: also when the request that sent it is no more. */
const RESEND_AFTER_MS = 600;
const MAX_ATTEMPTS = 3;
/** A call that is older is not sent again: those for whom it asked are no more. */
const CALL_GONE_MS = 2000;
const RETRY_PAUSE_MS = 20;
/** For how long an object that did not answer is not asked again. */
const UNREACHABLE_MS = 2000;
/** For how long a refusal is remembered that can change at any time. */
const DOUBTFUL_REFUSAL_MS = 1000;
/** For how long permits that may come back are waited for since the object first had none: it is asked once more. */
const COMING_BACK_MS = 1500;
/** Two refusals with no more between them are one, that was right to be believed. */
const SAME_REFUSAL_MS = 10_000;
/** A waiting request that has not come back so long after it wanted to is no more. */
const WAITER_GONE_MS = 200;

/**
 * What an isolate knows of one subject's permits: those in hand, the call that is under way, and that there are none.
 * Every `nowMs` is the isolate's own clock; its readings are only ever compared with one another.
 */
export class LeaseHolder {
  readonly #id: string;
  readonly #nextSeq: () => number;
  readonly #leases = new Leases();
  readonly #rate = new SpendingRate();
  /** When each waiting request will look again. */
  readonly #waiting = new Map<number, number>();
  #waiters = 0;
  #underWay: CallUnderWay | undefined;
  /** What the object said last: under which limit, how many permits it had left, and from when on it has more. */
  #limit = 0;
  #available = 0;
  #moreFromMs = 0;
  #askedAtMs = 0;
  /** Until when the object surely has none, unless some come back. */
  #emptyUntilMs = 0;
  /** Since when it has had none, each time that it was asked. */
  #emptySinceMs = 0;
  #unreachableUntilMs = 0;

  /** `id` is the isolate's; `nextSeq` gives ever higher numbers. */
  constructor(id: string, nextSeq: () => number) {
    this.#id = id;
    this.#nextSeq = nextSeq;
  }

  /** A permit in hand, or the remembered refusal; undefined when the object must be asked. */
  take({ limit, mayComeBack = false }: RequestTerms, nowMs: number): Taken | undefined {
    const permit = this.#leases.take(nowMs);
    const moreInMs = Math.max(0, this.#moreFromMs - nowMs);
    if (permit !== undefined) {
      this.#rate.note(nowMs);
      return { kind: "admitted", permit, remaining: this.#available + this.#leases.inHand(nowMs), moreInMs };
    }
    // Under another limit, or with permits to give back, the answer may be another.
    const emptyUntilMs = mayComeBack
      ? Math.min(this.#emptyUntilMs, this.#askedAtMs + DOUBTFUL_REFUSAL_MS)
      : this.#emptyUntilMs;
    const isEmpty = nowMs < emptyUntilMs && limit === this.#limit && !this.hasReturns(nowMs);
    return isEmpty ? { kind: "refused", retryInMs: moreInMs } : undefined;
  }

  /** Whether a refusal is so new that permits may come back any moment, and fewer wait for them than there can be. */
  mayComeBackSoon({ mayComeBack = false, limit }: RequestTerms, nowMs: number): boolean {
    return mayComeBack && nowMs < this.#emptySinceMs + COMING_BACK_MS && this.#countWaiting(nowMs) < limit;
  }

  /** A permit that was taken and not used goes back to the object with the next call. */
  giveBack({ seq }: Permit): void {
    this.#leases.giveBack(seq, 1);
  }

  /** Whether to ask for more before they are needed, as one who spends fast does at low water. */
  shouldAskAhead({ mayComeBack = false }: RequestTerms, nowMs: number): boolean {
    // What is taken and given back is not spent: asked for ahead, it would expire in hand and stay charged.
    if (mayComeBack) return false;
    const ahead = this.#spentSoon(nowMs);
    if (ahead < MIN_AHEAD || this.#leases.inHand(nowMs) > ahead * LOW_WATER) return false;
    // Of few permits the object grants none ahead.
    return this.#available >= AHEAD_SHARE * MIN_AHEAD || nowMs >= this.#moreFromMs;
  }

  /** Whether there is anything that the object should be told. */
  hasReturns(nowMs: number): boolean {
    return this.#leases.unreported(nowMs).length > 0;
  }

  isUnreachable(nowMs: number): boolean {
    return nowMs < this.#unreachableUntilMs;
  }

  /** The call to send now, on behalf of `asking` requests and all that wait; undefined while one is under way. */
  nextCall(terms: RequestTerms, nowMs: number, asking: number): LeaseCall | undefined {
    const { limit, windowMs, mayComeBack = false } = terms;
    const last = this.#underWay;
    if (last !== undefined) {
      if (nowMs < last.resendAtMs) return undefined;
      if (isCurrent(last, terms, nowMs)) {
        last.attempts += 1;
        last.resendAtMs = nowMs + RESEND_AFTER_MS;
        return last.call;
      }
      this.#leases.giveBack(last.call.seq, ALL_PERMITS);
    }
    // Who waits may have permits in hand already, and only not have looked.
    const wanted = asking + this.#countWaiting(nowMs);
    const inHand = this.#leases.inHand(nowMs);
    const soon = mayComeBack ? 0 : this.#spentSoon(nowMs);
    const call = {
      holder: this.#id,
      seq: this.#nextSeq(),
      limit,
      windowMs,
      needed: Math.max(0, wanted - inHand),
      ahead: Math.max(0, soon - Math.max(0, inHand - wanted)),
      unspent: this.#leases.unreported(nowMs),
    };
    this.#underWay = { call, firstSentAtMs: nowMs, attempts: 1, resendAtMs: nowMs + RESEND_AFTER_MS };
    return call;
  }

  /** Takes the answer to the sending of call `seq` at `sentAtMs`. One that comes after another is of no use. */
  settle(seq: number, sentAtMs: number, { granted, available, moreInMs }: LeaseReply, nowMs: number): void {
    if (this.#underWay?.call.seq !== seq) return;
    this.#leases.markReported(this.#underWay.call.unspent);
    this.#limit = this.#underWay.call.limit;
    this.#underWay = undefined;
    this.#unreachableUntilMs = 0;
    this.#leases.add(seq, granted, sentAtMs + LEASE_LIFE_MS);
    const wasEmpty = this.#emptyUntilMs > 0 && sentAtMs < this.#askedAtMs + SAME_REFUSAL_MS;
    if (!wasEmpty) this.#emptySinceMs = sentAtMs;
    this.#askedAtMs = sentAtMs;
    this.#available = available;
    // The object's moment lies between these two: to be safe, asked is from the first on, promised the second.
    this.#moreFromMs = nowMs + moreInMs;
    this.#emptyUntilMs = available === 0 ? sentAtMs + moreInMs : 0;
  }

  /** Notes that a sending of call `seq` had no answer. */
  fail(seq: number, nowMs: number): void {
    const last = this.#underWay;
    if (last?.call.seq !== seq) return;
    if (last.attempts < MAX_ATTEMPTS) {
      last.resendAtMs = nowMs + RETRY_PAUSE_MS;
      return;
    }
    this.#underWay = undefined;
    this.#unreachableUntilMs = nowMs + UNREACHABLE_MS;
    this.#leases.giveBack(seq, ALL_PERMITS);
  }

  /** Counts a request as waiting, until it calls what this returns: it will look again at `lookingAgainMs`. */
  wait(lookingAgainMs: number): () => void {
    const waiter = this.#waiters++;
    this.#waiting.set(waiter, lookingAgainMs);
    return () => this.#waiting.delete(waiter);
  }

  #countWaiting(nowMs: number): number {
    for (const [waiter, lookingAgainMs] of this.#waiting) {
      if (lookingAgainMs + WAITER_GONE_MS < nowMs) this.#waiting.delete(waiter);
    }
    return this.#waiting.size;
  }

  /** How many permits will be spent in `AHEAD_MS` at the rate of late; 0 for a slow caller. */
  #spentSoon(nowMs: number): number {
    const permits = Math.floor(this.#rate.perMs(nowMs) * AHEAD_MS);
    return permits < MIN_AHEAD ? 0 : permits;
  }
}

/** Whether a call under way still asks for what is wanted now. */
function isCurrent(
  { call, firstSentAtMs }: CallUnderWay,
  { limit, windowMs }: Terms,
  nowMs: number,
): boolean {
  return nowMs - firstSentAtMs <= CALL_GONE_MS && call.limit === limit && call.windowMs === windowMs;
}

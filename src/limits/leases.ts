import type { Unspent } from "./lease-call.ts";

/** A permit that a request has taken: of which call's lease. */
export type Permit = { readonly seq: number };

type Lease = { readonly seq: number; readonly validUntilMs: number; permits: number };
type Return = { readonly seq: number; permits: number; reported: number };

/** The object remembers as many grants of one isolate. */
const RETURNS_KEPT = 16;

/** The permits in an isolate's hand, and what it has to give back of those that it had. */
export class Leases {
  /** The earliest first. */
  #leases: Lease[] = [];
  readonly #returns = new Map<number, Return>();

  add(seq: number, permits: number, validUntilMs: number): void {
    if (permits > 0) this.#leases.push({ seq, validUntilMs, permits });
  }

  /** Spends a permit, if there is one that is still valid. */
  take(nowMs: number): Permit | undefined {
    this.#expire(nowMs);
    const [lease] = this.#leases;
    if (lease === undefined) return undefined;
    lease.permits -= 1;
    if (lease.permits === 0) this.#leases.shift();
    return { seq: lease.seq };
  }

  /** How many permits could be spent now. */
  inHand(nowMs: number): number {
    this.#expire(nowMs);
    return this.#leases.reduce((sum, { permits }) => sum + permits, 0);
  }

  /** Notes that `permits` more of those of call `seq` will not be spent. */
  giveBack(seq: number, permits: number): void {
    const known = this.#returns.get(seq);
    if (known !== undefined) known.permits += permits;
    else this.#returns.set(seq, { seq, permits, reported: 0 });
    const [oldest] = this.#returns.keys();
    if (this.#returns.size > RETURNS_KEPT && oldest !== undefined) this.#returns.delete(oldest);
  }

  /** What the object has yet to hear of. */
  unreported(nowMs: number): Unspent[] {
    this.#expire(nowMs);
    return [...this.#returns.values()]
      .filter(({ permits, reported }) => permits > reported)
      .map(({ seq, permits }) => ({ seq, permits }));
  }

  /** Notes that the object has heard of these. */
  markReported(unspent: readonly Unspent[]): void {
    for (const { seq, permits } of unspent) {
      const known = this.#returns.get(seq);
      if (known !== undefined) known.reported = Math.max(known.reported, permits);
    }
  }

  #expire(nowMs: number): void {
    for (let lease = this.#leases[0]; lease !== undefined && lease.validUntilMs <= nowMs; ) {
      this.giveBack(lease.seq, lease.permits);
      this.#leases.shift();
      lease = this.#leases[0];
    }
  }
}

import { chargedUntilMs } from "./charge-time.ts";
import { type GrantRecord, GrantRecords } from "./grant-records.ts";
import { AHEAD_SHARE, type LeaseCall, type LeaseReply, type Terms } from "./lease-call.ts";

/** Permits that count against the limit until `expiresAtMs`. */
export type Charge = { readonly expiresAtMs: number; readonly permits: number };

/** All that must outlive the object's memory; both lists by `expiresAtMs`. */
export type LedgerRecords = { readonly charges: readonly Charge[]; readonly grants: readonly GrantRecord[] };

/** What has to be written before an answer may leave. */
export type LedgerChanges = {
  /** Charges as they are now; one of no permits is gone. */
  readonly charges: readonly Charge[];
  /** Grants as they are now. */
  readonly grants: readonly GrantRecord[];
  readonly forgotten: readonly GrantRecord[];
  /** Charges that expire at or before this instant are gone too; undefined: no more are. */
  readonly chargesExpiredAtMs: number | undefined;
};

/**
 * What a limiter object knows of its one subject. Each permit is charged from its grant until a window after its last
 * possible spending, or until it is known to stay unspent; granted is only what is not charged. So of the permits that
 * are spent within any window, all are charged at the moment at which the last of them is granted, and they are never
 * more than the limit.
 */
export class Ledger {
  /** Permits by expiry, the earliest first. */
  readonly #charges = new Map<number, number>();
  #charged = 0;
  readonly #grants: GrantRecords;
  #lastExpiryMs: number;

  constructor({ charges, grants }: LedgerRecords = { charges: [], grants: [] }) {
    for (const { expiresAtMs, permits } of charges) this.#charge(expiresAtMs, permits);
    this.#grants = new GrantRecords(grants);
    this.#lastExpiryMs = Math.max(charges.at(-1)?.expiresAtMs ?? 0, grants.at(-1)?.expiresAtMs ?? 0);
  }

  /** When the last of all that is known expires; a time in the past when nothing is. */
  get lastExpiryMs(): number {
    return this.#lastExpiryMs;
  }

  /** Answers the call that arrives at `nowMs`, by the object's own clock. */
  answer(call: LeaseCall, nowMs: number): { readonly reply: LeaseReply; readonly changes: LedgerChanges } {
    const changed = new Set<number>();
    const expiredGrants = this.#grants.expire(nowMs);
    const chargesExpired = this.#expireCharges(nowMs);
    // These are facts, whatever has become of the call that brings them.
    const returned = call.unspent.flatMap(({ seq, permits }) => {
      const returnedNow = this.#grants.return(call.holder, seq, permits);
      if (returnedNow === undefined) return [];
      this.#charge(returnedNow.grant.expiresAtMs, -returnedNow.permits);
      changed.add(returnedNow.grant.expiresAtMs);
      return [returnedNow.grant];
    });
    const { grant, forgotten } = this.#grant(call, nowMs, changed);
    const available = Math.max(0, call.limit - this.#charged);
    return {
      reply: {
        granted: grant?.granted ?? 0,
        available,
        moreInMs: this.#moreInMs(call, nowMs),
      },
      changes: {
        charges: [...changed].map((expiresAtMs) => ({
          expiresAtMs,
          permits: this.#charges.get(expiresAtMs) ?? 0,
        })),
        grants: grant === undefined ? returned : [...returned, grant],
        forgotten: [...expiredGrants, ...forgotten],
        chargesExpiredAtMs: chargesExpired ? nowMs : undefined,
      },
    };
  }

  /** Forgets what has expired, and returns whether that was anything. */
  #expireCharges(nowMs: number): boolean {
    const before = this.#charges.size;
    for (const [expiresAtMs, permits] of this.#charges) {
      if (expiresAtMs > nowMs) break;
      this.#charge(expiresAtMs, -permits);
    }
    return this.#charges.size < before;
  }

  #grant(call: LeaseCall, nowMs: number, changed: Set<number>) {
    // In order of expiry, also when the clock was set back: that charges for longer, never for less.
    const expiresAtMs = Math.max(chargedUntilMs(nowMs, call.windowMs), this.#lastExpiryMs);
    const known = this.#grants.find(call.holder, call.seq);
    // A call that is overtaken by a later one of its sender is not waited for by anyone.
    if (known === undefined && this.#grants.isOvertaken(call)) return { grant: undefined, forgotten: [] };

    // The answer to a call that was sent again is spent from its second sending on, so it is charged anew.
    if (known !== undefined) {
      this.#charge(known.expiresAtMs, known.returned - known.granted);
      changed.add(known.expiresAtMs);
    }
    const granted = known?.granted ?? this.#grantable(call);
    const returned = known?.returned ?? 0;
    if (granted > returned) {
      this.#charge(expiresAtMs, granted - returned);
      changed.add(expiresAtMs);
    }
    this.#lastExpiryMs = expiresAtMs;
    const grant = { holder: call.holder, seq: call.seq, granted, returned, expiresAtMs };
    return { grant, forgotten: this.#grants.put(grant) };
  }

  #grantable({ limit, needed, ahead }: LeaseCall): number {
    const available = Math.max(0, limit - this.#charged);
    const nowNeeded = Math.min(needed, available);
    return nowNeeded + Math.min(ahead, Math.floor((available - nowNeeded) / AHEAD_SHARE));
  }

  /** How long until more permits are available than now; 0 when nothing is charged. */
  #moreInMs({ limit }: Terms, nowMs: number): number {
    let charged = this.#charged;
    for (const [expiresAtMs, permits] of this.#charges) {
      charged -= permits;
      if (charged < limit) return Math.max(1, expiresAtMs - nowMs);
    }
    return 0;
  }

  /** Adds permits to a charge, or takes them off one, which must be there then. */
  #charge(expiresAtMs: number, permits: number): void {
    const total = (this.#charges.get(expiresAtMs) ?? 0) + permits;
    this.#charged += permits;
    if (total === 0) this.#charges.delete(expiresAtMs);
    else this.#charges.set(expiresAtMs, total);
  }
}

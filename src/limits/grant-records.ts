/** What one call was granted, as long as that is charged. */
export type GrantRecord = {
  readonly holder: string;
  readonly seq: number;
  readonly granted: number;
  /** How many of them are known to stay unspent. */
  readonly returned: number;
  readonly expiresAtMs: number;
};

/** An isolate returns what is left of a lease with its next calls: it has never more than a few that are open. */
const GRANTS_PER_HOLDER = 16;
/** Forgetting a grant is safe: its permits stay charged. */
const MAX_GRANTS = 4096;

/** The latest grants: to answer a repeated call alike, and to know what is given back. */
export class GrantRecords {
  /** By holder and seq, in order of expiry. */
  readonly #grants = new Map<string, GrantRecord>();
  /** The calls of each holder that are known, in order of arrival. */
  readonly #seqs = new Map<string, number[]>();

  constructor(grants: readonly GrantRecord[]) {
    for (const grant of grants) this.put(grant);
  }

  find(holder: string, seq: number): GrantRecord | undefined {
    return this.#grants.get(keyOf(holder, seq));
  }

  /** Whether a later call of the same holder has arrived before. */
  isOvertaken({ holder, seq }: { readonly holder: string; readonly seq: number }): boolean {
    return this.#seqs.get(holder)?.some((known) => known > seq) ?? false;
  }

  /** Keeps a grant, which must not expire before those that are kept; returns those that it pushes out. */
  put(grant: GrantRecord): GrantRecord[] {
    const { holder, seq } = grant;
    const key = keyOf(holder, seq);
    const isNew = !this.#grants.delete(key);
    this.#grants.set(key, grant);
    if (!isNew) return [];
    const seqs = this.#seqs.get(holder) ?? [];
    this.#seqs.set(holder, seqs);
    seqs.push(seq);
    const pushedOut: GrantRecord[] = [];
    const [oldestSeq] = seqs;
    if (seqs.length > GRANTS_PER_HOLDER && oldestSeq !== undefined) {
      pushedOut.push(...this.#forget(keyOf(holder, oldestSeq)));
    }
    const [oldestKey] = this.#grants.keys();
    if (this.#grants.size > MAX_GRANTS && oldestKey !== undefined) pushedOut.push(...this.#forget(oldestKey));
    return pushedOut;
  }

  /** Notes that `total` permits of a grant stay unspent; undefined when that is known, or the grant is not. */
  return(holder: string, seq: number, total: number) {
    const key = keyOf(holder, seq);
    const known = this.#grants.get(key);
    if (known === undefined) return undefined;
    const returned = Math.min(total, known.granted);
    if (returned <= known.returned) return undefined;
    const grant = { ...known, returned };
    this.#grants.set(key, grant);
    return { grant, permits: returned - known.returned };
  }

  /** Forgets what has expired, and returns it. */
  expire(nowMs: number): GrantRecord[] {
    const expired: GrantRecord[] = [];
    for (const [key, { expiresAtMs }] of this.#grants) {
      if (expiresAtMs > nowMs) break;
      expired.push(...this.#forget(key));
    }
    return expired;
  }

  #forget(key: string): GrantRecord[] {
    const grant = this.#grants.get(key);
    if (grant === undefined) return [];
    this.#grants.delete(key);
    const seqs = (this.#seqs.get(grant.holder) ?? []).filter((seq) => seq !== grant.seq);
    if (seqs.length === 0) this.#seqs.delete(grant.holder);
    else this.#seqs.set(grant.holder, seqs);
    return [grant];
  }
}

function keyOf(holder: string, seq: number): string {
  return `${holder}/${seq}`;
}

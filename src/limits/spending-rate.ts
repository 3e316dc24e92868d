/** How far back the rate looks, in milliseconds: what happened that long ago weighs 1/e. */
const MEMORY_MS = 500;

/** How fast permits have lately been spent: an exponentially weighted count. */
export class SpendingRate {
  #weight = 0;
  #asOfMs = 0;

  /** Notes that a permit was spent. */
  note(nowMs: number): void {
    this.#weight = this.#weightAt(nowMs) + 1;
    this.#asOfMs = nowMs;
  }

  /** Permits per millisecond. */
  perMs(nowMs: number): number {
    return this.#weightAt(nowMs) / MEMORY_MS;
  }

  #weightAt(nowMs: number): number {
    return this.#weight * Math.exp(-Math.max(0, nowMs - this.#asOfMs) / MEMORY_MS);
  }
}

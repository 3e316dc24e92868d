const PER_MS = 60_000;
const ALLOWED = 5;

/**
 * How many requests an isolate lets through that no limiter has counted: five in any minute, whoever sends them. It is
 * for reads only, so that a limiter that is away does not take everything down, and outside of what limits promise.
 */
export class BlindAllowance {
  #admittedMs: readonly number[] = [];
  #total = 0;

  /** How many there were since the isolate began, if this one may pass; else undefined. */
  admit(nowMs: number): number | undefined {
    const recent = this.#admittedMs.filter((atMs) => nowMs - atMs < PER_MS);
    if (recent.length >= ALLOWED) return undefined;
    this.#admittedMs = [...recent, nowMs];
    this.#total += 1;
    return this.#total;
  }
}

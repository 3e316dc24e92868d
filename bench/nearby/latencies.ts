/** Milliseconds at or below which so many of a hundred lie; NaN of none. */
export type Percentiles = { readonly p50Ms: number; readonly p99Ms: number };

/** Times of requests, to be summed up at the end. */
export class Latencies {
  #times = new Float64Array(1024);
  #count = 0;

  add(ms: number): void {
    if (this.#count === this.#times.length) {
      const larger = new Float64Array(2 * this.#count);
      larger.set(this.#times);
      this.#times = larger;
    }
    this.#times[this.#count++] = ms;
  }

  get count(): number {
    return this.#count;
  }

  percentiles(): Percentiles {
    const sorted = this.#times.slice(0, this.#count).sort();
    return { p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
  }
}

/** The least of the sorted values that is not below `part` of them (nearest rank). */
function quantile(sorted: Float64Array, part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

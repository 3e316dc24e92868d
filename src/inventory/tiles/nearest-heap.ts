/** A binary heap: what is nearest comes out first. */
export class NearestHeap<T> {
  readonly #distancesM: number[] = [];
  readonly #values: T[] = [];

  /** Of the nearest; infinite when there is nothing. */
  get nearestM(): number {
    return this.#distancesM[0] ?? Number.POSITIVE_INFINITY;
  }

  push(distanceM: number, value: T): void {
    this.#distancesM.push(distanceM);
    this.#values.push(value);
    this.#rise(this.#values.length - 1, distanceM, value);
  }

  /** Takes the nearest out. */
  pop(): T | undefined {
    const nearest = this.#values[0];
    const lastM = this.#distancesM.pop();
    const last = this.#values.pop();
    if (lastM !== undefined && last !== undefined && this.#values.length > 0) this.#sink(lastM, last);
    return nearest;
  }

  #rise(from: number, distanceM: number, value: T): void {
    const distancesM = this.#distancesM;
    const values = this.#values;
    let at = from;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const aboveM = distancesM[above] ?? 0;
      if (aboveM <= distanceM) break;
      distancesM[at] = aboveM;
      values[at] = values[above] as T;
      at = above;
    }
    distancesM[at] = distanceM;
    values[at] = value;
  }

  /** Puts a value in place of the first. */
  #sink(distanceM: number, value: T): void {
    const distancesM = this.#distancesM;
    const values = this.#values;
    const end = values.length;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= end) break;
      let belowM = distancesM[below] ?? 0;
      const besideM = below + 1 < end ? (distancesM[below + 1] ?? 0) : belowM;
      if (besideM < belowM) {
        belowM = besideM;
        below++;
      }
      if (distanceM <= belowM) break;
      distancesM[at] = belowM;
      values[at] = values[below] as T;
      at = below;
    }
    distancesM[at] = distanceM;
    values[at] = value;
  }
}

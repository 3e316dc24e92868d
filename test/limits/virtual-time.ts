type Event = { readonly atMs: number; readonly order: number; readonly run: () => void };

/** True time, in milliseconds, which passes only from one event to the next. */
export class VirtualTime {
  nowMs = 0;
  /** A binary heap, the earliest first. */
  readonly #events: Event[] = [];
  #order = 0;

  at(atMs: number, run: () => void): void {
    const events = this.#events;
    events.push({ atMs: Math.max(atMs, this.nowMs), order: this.#order++, run });
    for (let i = events.length - 1; i > 0; ) {
      const parent = (i - 1) >> 1;
      if (isBefore(events[parent]!, events[i]!)) break;
      this.#swap(i, parent);
      i = parent;
    }
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.nowMs + ms, resolve));
  }

  /** Runs all events up to `untilMs`, each to its end before the next. */
  async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (let next = this.#events[0]; next !== undefined && next.atMs <= untilMs; next = this.#events[0]) {
      this.#removeFirst();
      this.nowMs = next.atMs;
      next.run();
      // Runs after all that the event has made to continue.
      await new Promise(setImmediate);
    }
  }

  #removeFirst(): void {
    const events = this.#events;
    const last = events.pop()!;
    if (events.length === 0) return;
    events[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < events.length && isBefore(events[child]!, events[least]!)) least = child;
      }
      if (least === i) return;
      this.#swap(i, least);
      i = least;
    }
  }

  #swap(i: number, j: number): void {
    const events = this.#events;
    [events[i], events[j]] = [events[j]!, events[i]!];
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}

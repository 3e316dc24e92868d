import { RecentMap } from "../recent-map.ts";

/**
 * Values used of late, at most `capacity`, each with the moment before it was asked for. It holds values and never
 * promises: a promise belongs to the request that made it, and another that awaits it hangs or dies with it.
 */
export class ValueCache<V extends { readonly asOfMs: number }> {
  readonly #values: RecentMap<string, V>;

  constructor(capacity: number) {
    this.#values = new RecentMap(capacity);
  }

  get(key: string): V | undefined {
    return this.#values.get(key);
  }

  /** Keeps `value`, unless a younger one is kept already: answers may overtake one another. */
  put(key: string, value: V): void {
    const present = this.#values.get(key);
    if (present === undefined || present.asOfMs <= value.asOfMs) this.#values.set(key, value);
  }
}

/**
 * The last `capacity` values used, each with the moment before it was asked for. It holds values and never
 * promises: a promise belongs to the request that made it, and another that awaits it hangs or dies with it.
 */
export class ValueCache<V extends { readonly asOfMs: number }> {
  readonly #capacity: number;
  /** In order of use, the longest unused first: a `Map` iterates in order of insertion. */
  readonly #values = new Map<string, V>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): V | undefined {
    const value = this.#values.get(key);
    if (value !== undefined) this.#insertLast(key, value);
    return value;
  }

  /** Keeps `value`, unless a younger one is kept already: answers may overtake one another. */
  put(key: string, value: V): void {
    const present = this.#values.get(key);
    if (present !== undefined && present.asOfMs > value.asOfMs) return;
    this.#insertLast(key, value);
    if (this.#values.size <= this.#capacity) return;
    const { value: oldest } = this.#values.keys().next();
    if (oldest !== undefined) this.#values.delete(oldest);
  }

  #insertLast(key: string, value: V): void {
    this.#values.delete(key);
    this.#values.set(key, value);
  }
}

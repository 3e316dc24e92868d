/**
 * What was set for the keys used last: for certain of half as many keys as its capacity, and never of more than that.
 *
 * Two generations (Dominic Tarr's hashlru): a key that is used is put into the young one; when that is half of the
 * capacity, the old one is forgotten and the young one grows old. An exact order of use would have a Map delete and
 * insert at each look-up, which takes many times as long.
 */
export class RecentMap<K, V extends object> {
  readonly #generationSize: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(capacity: number) {
    this.#generationSize = Math.ceil(capacity / 2);
  }

  get(key: K): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: K, value: V): void {
    this.#old.delete(key);
    this.#young.set(key, value);
    if (this.#young.size < this.#generationSize) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}

/** Each takes 4 bytes. */
const SLOTS = 65_536;

/**
 * What an isolate has lately seen written: the words that an item is found by. Their keys need not be made and sent
 * again; the statement sees when that is wrong, so a few bits of each will do.
 */
export class KnownWords {
  readonly #fingerprints = new Uint32Array(SLOTS);

  /** Whether the item was last seen with these words, very likely. */
  has(item: string, words: string): boolean {
    return this.#fingerprints[slotOf(item)] === fingerprint(item, words);
  }

  note(item: string, words: string): void {
    this.#fingerprints[slotOf(item)] = fingerprint(item, words);
  }
}

function slotOf(item: string): number {
  return hash(item, 0) % SLOTS;
}

function fingerprint(item: string, words: string): number {
  return hash(words, hash(item, 1));
}

/** FNV-1a, 32 bits, by UTF-16 unit. */
function hash(text: string, seed: number): number {
  let value = 0x811c9dc5 ^ seed;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

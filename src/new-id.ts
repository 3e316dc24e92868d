import { uuidV7 } from "./ids.ts";

const RANDOM_BYTES = 10;
/** What `getRandomValues` gives at most. */
const MAX_RANDOM_BYTES = 65_536;

/** A new UUIDv7 of the millisecond `nowMs`. */
export function newId(nowMs: number): string {
  return uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(RANDOM_BYTES)));
}

/** Makes new UUIDv7s of the millisecond `nowMs`, many at a fraction of the price of one. */
export function idMaker(nowMs: number): () => string {
  let random = new Uint8Array(0);
  let used = 0;
  return () => {
    if (used + RANDOM_BYTES > random.length) {
      random = crypto.getRandomValues(new Uint8Array(MAX_RANDOM_BYTES));
      used = 0;
    }
    used += RANDOM_BYTES;
    return uuidV7(nowMs, random.subarray(used - RANDOM_BYTES, used));
  };
}

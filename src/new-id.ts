import { uuidV7 } from "./ids.ts";

/** A new UUIDv7 of the millisecond `nowMs`. */
export function newId(nowMs: number): string {
  return uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(10)));
}

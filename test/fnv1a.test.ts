import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fnv1a32, fnv1a64 } from "../src/fnv1a.ts";

function byBigInt(text: string, bits: 32 | 64): string {
  const [basis, prime] = bits === 64 ? [0xcbf29ce484222325n, 0x100000001b3n] : [0x811c9dc5n, 0x01000193n];
  const bytes = text.split("").flatMap((letter) => {
    const unit = letter.charCodeAt(0);
    return unit < 128 ? [unit] : [255, unit % 256, Math.floor(unit / 256)];
  });
  let hash = basis;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * prime) & (2n ** BigInt(bits) - 1n);
  return hash.toString(16).padStart(bits / 4, "0");
}

describe("FNV-1a", () => {
  it.each([
    ["", "811c9dc5", "cbf29ce484222325"],
    ["a", "e40c292c", "af63dc4c8601ec8c"],
    ["foobar", "bf9cf968", "85944171f73967e8"],
  ])("of the draft's %j", (text, hash32, hash64) => {
    expect([fnv1a32(text), fnv1a64(text)]).toEqual([hash32, hash64]);
  });

  it("is that of arithmetic with as many bits, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect([fnv1a32(text), fnv1a64(text)]).toEqual([byBigInt(text, 32), byBigInt(text, 64)]);
      }),
      { seed: 5 },
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fnv1a64 } from "../src/fnv1a.ts";

function byBigInt(text: string): string {
  const bytes = text.split("").flatMap((letter) => {
    const unit = letter.charCodeAt(0);
    return unit < 128 ? [unit] : [255, unit % 256, Math.floor(unit / 256)];
  });
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & (2n ** 64n - 1n);
  return hash.toString(16).padStart(16, "0");
}

describe("FNV-1a of 64 bits", () => {
  it.each([
    ["", "cbf29ce484222325"],
    ["a", "af63dc4c8601ec8c"],
    ["foobar", "85944171f73967e8"],
  ])("of the draft's %j", (text, hash) => {
    expect(fnv1a64(text)).toBe(hash);
  });

  it("is that of arithmetic with 64 bits, for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(fnv1a64(text)).toBe(byBigInt(text));
      }),
      { seed: 5 },
    );
  });
});

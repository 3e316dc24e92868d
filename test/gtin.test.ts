import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gtin14 } from "../src/gtin.ts";

/** The check digit as GS1's calculator explains it: from the right, times 3 and 1 in turn, up to the next ten. */
function withCheckDigit(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, i) => total + Number(digit) * [3, 1][i % 2]!, 0);
  return `${body}${Math.ceil(sum / 10) * 10 - sum}`;
}

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((each) => each.join(""));
const gtins = fc.constantFrom(7, 11, 12, 13).chain(digits).map(withCheckDigit);

describe("gtin14", () => {
  it("knows GTINs printed on real packages", () => {
    expect(gtin14("96385074")).toBe("00000096385074");
    expect(gtin14("036000291452")).toBe("00036000291452");
    expect(gtin14("5449000000996")).toBe("05449000000996");
    expect(gtin14("10614141000415")).toBe("10614141000415");
  });

  it("fills every right GTIN up to 14 digits", () => {
    fc.assert(
      fc.property(gtins, (gtin) => {
        expect(gtin14(gtin)).toBe(gtin.padStart(14, "0"));
      }),
      { seed: 1, numRuns: 2000 },
    );
  });

  it("notices any one wrong digit", () => {
    fc.assert(
      fc.property(gtins, fc.nat(), fc.integer({ min: 1, max: 9 }), (gtin, place, change) => {
        const wrong = [...gtin];
        const at = place % gtin.length;
        wrong[at] = String((Number(wrong[at]) + change) % 10);
        expect(gtin14(wrong.join(""))).toBeUndefined();
      }),
      { seed: 2, numRuns: 2000 },
    );
  });

  it.each([
    "",
    "0",
    "0000000",
    "000000000",
    "00000000000",
    "000000000000000",
    "5449 00000099",
    "544900000099x",
  ])("does not take %j for a GTIN", (text) => {
    expect(gtin14(text)).toBeUndefined();
  });

  it("does not take digits of other scripts", () => {
    expect(gtin14("٩٦٣٨٥٠٧٤")).toBeUndefined();
  });
});

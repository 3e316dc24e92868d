import { gtin14 } from "../../src/gtin.ts";

/**
 * The GTIN-14 of the nth demonstration article, n up to 999,999,999. GS1 keeps prefix 952 for examples,
 * so that no real product has one of these.
 */
export function demonstrationGtin(n: number): string {
  const body = `0952${String(n).padStart(9, "0")}`;
  for (let checkDigit = 0; checkDigit <= 9; checkDigit++) {
    const gtin = gtin14(`${body}${checkDigit}`);
    if (gtin !== undefined) return gtin;
  }
  throw new RangeError(`no GTIN-14 begins with ${body}`);
}

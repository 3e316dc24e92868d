const GTIN = /^(?:\d{8}|\d{12,14})$/;
const ZERO = 48;

/**
 * The GTIN-14 of a GTIN-8, -12, -13 or -14 (shorter ones get leading zeros), or undefined when `text` has
 * another length, anything but digits, or a wrong check digit.
 * GS1 General Specifications §7.9: weights 3, 1, 3, … from the left of the 14 digits; the sum of all is a
 * multiple of 10.
 */
export function gtin14(text: string): string | undefined {
  if (!GTIN.test(text)) return undefined;
  const digits = text.padStart(14, "0");
  let sum = 0;
  for (let i = 0; i < 14; i++) sum += (digits.charCodeAt(i) - ZERO) * (i % 2 === 0 ? 3 : 1);
  return sum % 10 === 0 ? digits : undefined;
}

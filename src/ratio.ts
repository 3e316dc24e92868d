const DECIMALS = 1e6;

/** From 0 to 1, rounded to six decimals; null of nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : Math.round((DECIMALS * part) / whole) / DECIMALS;
}

import { NUMBERS_PER_ROW, type Shelf } from "./tile.ts";

export function verifiedAtMsOf({ numbers }: Shelf, row: number): number {
  return numbers[row * NUMBERS_PER_ROW] ?? Number.NaN;
}

/** Minor units. */
export function priceOf({ numbers }: Shelf, row: number): number {
  return numbers[row * NUMBERS_PER_ROW + 1] ?? Number.NaN;
}

/** Quantity shown. */
export function quantityOf({ numbers }: Shelf, row: number): number {
  return numbers[row * NUMBERS_PER_ROW + 2] ?? Number.NaN;
}

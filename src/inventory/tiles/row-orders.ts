import type { NearbySort } from "../nearby-query.ts";
import { priceOf, verifiedAtMsOf } from "./row-numbers.ts";
import type { Shelf } from "./tile.ts";

/** What a row is ordered by before its nearness: first the text, by code unit, then the number, ascending. */
export type RowKey = { readonly text: string; readonly number: number };

export type RowOrder = {
  readonly textOf: (shelf: Shelf, row: number) => string;
  readonly numberOf: (shelf: Shelf, row: number) => number;
  /** The texts that PostgreSQL gives for `ROW_SORT_KEYS`. */
  readonly sortKeys: (key: RowKey) => readonly string[];
  readonly keyOf: (sortKeys: readonly string[]) => RowKey;
};

/** What `ROW_SORT_KEYS` is in SQL. */
export const ROW_ORDERS: Readonly<Record<Extract<NearbySort, "price" | "freshness">, RowOrder>> = {
  price: {
    textOf: (shelf, row) => shelf.kinds[row]?.currency ?? "",
    numberOf: priceOf,
    sortKeys: ({ text, number }) => [text, String(number)],
    keyOf: ([currency = "", amount = ""]) => ({ text: currency, number: Number(amount) }),
  },
  freshness: {
    textOf: () => "",
    numberOf: (shelf, row) => -verifiedAtMsOf(shelf, row),
    sortKeys: ({ number }) => [secondsText(number)],
    keyOf: ([seconds = ""]) => ({ text: "", number: millisecondsOf(seconds) }),
  },
};

/** Milliseconds as PostgreSQL writes seconds of type `numeric`: with six decimals. */
function secondsText(ms: number): string {
  const digits = String(Math.abs(ms)).padStart(4, "0");
  return `${ms < 0 ? "-" : ""}${digits.slice(0, -3)}.${digits.slice(-3)}000`;
}

/** Of seconds with at most six decimals. By whole microseconds, so that no third decimal is lost to rounding. */
function millisecondsOf(seconds: string): number {
  const [whole = "", decimals = ""] = seconds.split(".");
  return Number(whole + decimals.padEnd(6, "0")) / 1000;
}

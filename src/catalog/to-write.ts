import {
  detailsOutcome,
  type KeptRegisters,
  keptRegisters,
  mergeDetails,
  newestMs,
  valuesOf,
  wholeOf,
} from "./detail-registers.ts";
import type { Details } from "./entry.ts";
import {
  areJudgedWhole,
  type KnownDetails,
  type Outcome,
  type PlannedItem,
  type PlannedRow,
} from "./plan.ts";

/** How an item's details are to be written. */
export type DetailsToWrite = {
  readonly atMs: number;
  readonly values: Details;
  /** Null when the values are whole. */
  readonly registers: KeptRegisters | null;
  /** When the values were merged with what is known: its revision ("" when there was none), and what came of it. */
  readonly merged: { readonly revision: string; readonly outcome: Outcome } | null;
};

/**
 * How the item's details are to be written; undefined when that takes knowing what is there. Whole details are compared
 * with whole ones by the statement itself; where one of them is not whole, they are merged here.
 */
export function detailsToWrite(
  { externalRef, details }: PlannedItem,
  known: ReadonlyMap<string, KnownDetails> | undefined,
): DetailsToWrite | null | undefined {
  if (details === undefined) return null;
  const there = known?.get(externalRef);
  const said = areJudgedWhole(details, there) ? wholeOf(details) : undefined;
  if (said !== undefined) return { atMs: said.atMs, values: said, registers: null, merged: null };
  if (known === undefined) return undefined;
  const { revision, registers } = there ?? { revision: "", registers: {} };
  const merged = mergeDetails(registers, details);
  const whole = wholeOf(merged);
  return {
    atMs: newestMs(merged),
    values: valuesOf(merged),
    registers: whole === undefined ? keptRegisters(merged) : null,
    merged: { revision, outcome: detailsOutcome(details, registers, merged) },
  };
}

/** Everything that the statement is to write. */
export type ToWrite = { readonly items: readonly ItemToWrite[]; readonly rows: readonly RowToWrite[] };

export type ItemToWrite = PlannedItem & {
  readonly newId: string;
  readonly toWrite: DetailsToWrite | null;
  /** Parted by spaces; null when the item is believed to have them, or no details are to be written. */
  readonly searchKeys: string | null;
};

export type RowToWrite = PlannedRow & {
  /** Null when nothing proves the stock. */
  readonly newProofId: string | null;
  /** From the photo to the shop, when it is known already. */
  readonly proofDistanceM: number | null;
};

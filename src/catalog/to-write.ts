import { type DetailRegisters, mergeDetails, newestMs, valuesOf, wholeOf } from "./detail-registers.ts";
import { DETAILS, type Details } from "./entry.ts";
import type { PlannedItem, PlannedRow } from "./plan.ts";

/** What became of an observation: a value `changed`, only its time `moved`, it is the `same`, or `stale`. */
export type Outcome = "changed" | "moved" | "same" | "stale";

/** What is known of an item's details, and at which revision of its row. */
export type KnownDetails = { readonly revision: string; readonly registers: DetailRegisters };

/** How an item's details are to be written. */
export type DetailsToWrite = {
  readonly atMs: number;
  readonly values: Details;
  /** Null when the values are whole. */
  readonly registers: DetailRegisters | null;
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
  if (known === undefined) {
    const whole = wholeOf(details);
    return whole && { atMs: whole.atMs, values: whole, registers: null, merged: null };
  }
  const { revision, registers } = known.get(externalRef) ?? { revision: "", registers: {} };
  const merged = mergeDetails(registers, details);
  const whole = wholeOf(merged);
  return {
    atMs: newestMs(merged),
    values: valuesOf(merged),
    registers: whole === undefined ? merged : null,
    merged: { revision, outcome: outcomeOf(details, registers, merged) },
  };
}

function outcomeOf(said: DetailRegisters, known: DetailRegisters, merged: DetailRegisters): Outcome {
  if (DETAILS.every((name) => isSame(merged, known, name))) {
    return DETAILS.every((name) => said[name] === undefined || isSame(said, known, name)) ? "same" : "stale";
  }
  const [before, after] = [valuesOf(known), valuesOf(merged)];
  return DETAILS.every((name) => before[name] === after[name]) ? "moved" : "changed";
}

function isSame(a: DetailRegisters, b: DetailRegisters, name: (typeof DETAILS)[number]): boolean {
  return a[name]?.atMs === b[name]?.atMs && a[name]?.from === b[name]?.from;
}

/** Everything that the statement is to write. */
export type ToWrite = { readonly items: readonly ItemToWrite[]; readonly rows: readonly RowToWrite[] };

export type ItemToWrite = PlannedItem & { readonly newId: string; readonly toWrite: DetailsToWrite | null };

export type RowToWrite = PlannedRow & {
  readonly newProofId: string;
  /** From the photo to the shop, when it is known already. */
  readonly proofDistanceM: number | null;
};

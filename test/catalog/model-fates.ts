/** What becomes of what is said, for the model. */
import type { Claim } from "./model-claims.ts";
import { type Known, registerOf, sameValue } from "./model-known.ts";
import { compareRegisters, type Register, UNHEARD } from "./registers.ts";

type Fate = "changed" | "confirmed" | "same" | "older";
type Group = "details" | "price" | "stock";

/** Of an entry: what became of each register of each of its groups. */
export type Fates = ReadonlyMap<Group, readonly Fate[]>;

/** The claims of entries, by their indexes. */
export type Claims = ReadonlyMap<number, readonly Claim[]>;

/**
 * What becomes of each entry's claims, merged first with one another and then with what was known before; of several
 * that say the very same of one place, the first counts.
 */
export function fatesOf(
  claims: Claims,
  before: Known,
  placeOf: (index: number) => string | undefined,
): Map<number, Fates> {
  const newest = new Map<string, Register>();
  for (const { key, register } of [...claims.values()].flat()) {
    if (compareRegisters(register, newest.get(key) ?? UNHEARD) >= 0) newest.set(key, register);
  }
  const credited = new Set<string>();
  const fateOf = ({ key, register }: Claim, place: string | undefined): Fate | "repeated" => {
    if (compareRegisters(register, newest.get(key)!) < 0) return "older";
    const name = JSON.stringify([key, place]);
    if (credited.has(name)) return "repeated";
    credited.add(name);
    const was = registerOf(before, key);
    const order = compareRegisters(register, was);
    if (order <= 0) return order < 0 ? "older" : "same";
    return sameValue(was.value, register.value) ? "confirmed" : "changed";
  };
  return new Map(
    [...claims].map(([index, its]) => {
      const told = its.map((claim) => ({ group: groupOf(claim), fate: fateOf(claim, placeOf(index)) }));
      const groups = [...Map.groupBy(told, ({ group }) => group)];
      return [index, new Map(groups.map(([group, all]) => [group, inWhole(all.map(({ fate }) => fate))]))];
    }),
  );
}

/** A group that was said before in the same request is the same in whole. */
const inWhole = (fates: readonly (Fate | "repeated")[]): readonly Fate[] =>
  fates.includes("repeated") ? ["same"] : (fates as readonly Fate[]);

function groupOf({ key }: Claim): Group {
  const [, , group = "details"] = JSON.parse(key);
  return group;
}

/** Whether the entry changes or confirms its row's price or stock. */
export const isHeard = (fates: Fates): boolean =>
  ofRow(fates).some((fate) => fate === "changed" || fate === "confirmed");

const ofRow = (fates: Fates): readonly Fate[] => [
  ...(fates.get("price") ?? []),
  ...(fates.get("stock") ?? []),
];

export function observedStatus(fates: Fates, wasHeld: boolean): string {
  if (!wasHeld && ofRow(fates).includes("changed")) return "created";
  const all = [...fates.values()].flat();
  if (all.includes("changed")) return "updated";
  if (all.includes("confirmed")) return "confirmed";
  return all.includes("older") ? "stale" : "unchanged";
}

/** Of a deletion at one location. */
export function deletedStatus(fates: Fates): string {
  const all = ofRow(fates);
  if (all.includes("changed")) return "deleted";
  if (all.includes("confirmed")) return "not_found";
  return all.includes("older") ? "stale" : "unchanged";
}

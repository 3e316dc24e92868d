import { canonicalJson } from "./canonical-json.ts";
import { DETAILS, type DetailName, type Details } from "./entry.ts";
import { isNewer, isSame, NOTHING, type Source, sourceOf } from "./observation.ts";

/** A value, and the observation that it comes from. */
type Register = { readonly source: Source; readonly value: string | null };

export type DetailRegisters = Readonly<Partial<Record<DetailName, Register>>>;

/** All details of one observation, or of a deletion: what is kept in columns, without registers. */
export type WholeDetails = { readonly atMs: number } & Readonly<Record<DetailName, string | null>>;

/** What an observation of `details` at `atMs` says. */
export function observedDetails(details: Details, atMs: number): DetailRegisters {
  const whole = DETAILS.every((name) => details[name] !== undefined);
  return registersOf(
    details,
    sourceOf(atMs, () => (whole ? wholeJson(details) : canonicalJson(named(details)))),
  );
}

/** What a deletion at `atMs` says. */
export function deletedDetails(atMs: number): DetailRegisters {
  return registersOf(
    NO_DETAILS,
    sourceOf(atMs, () => NOTHING),
  );
}

/** The registers of details that are kept whole. */
export function registersOfWhole({ atMs, ...details }: WholeDetails): DetailRegisters {
  return registersOf(
    details,
    sourceOf(atMs, () => wholeJson(details)),
  );
}

/** The newest of each detail; ties go to the larger canonical JSON. */
export function mergeDetails(a: DetailRegisters, b: DetailRegisters): DetailRegisters {
  const merged: Partial<Record<DetailName, Register>> = { ...a };
  for (const name of DETAILS) {
    const [known, other] = [a[name], b[name]];
    if (other !== undefined && (known === undefined || isNewer(other.source, known.source))) {
      merged[name] = other;
    }
  }
  return merged;
}

/** The observation that `observed` tells of, as any of `registers` comes from it. */
export function sourceAmong(observed: DetailRegisters, registers: DetailRegisters): Source | undefined {
  for (const name of DETAILS) {
    const [mine, kept] = [observed[name], registers[name]];
    if (mine !== undefined && kept !== undefined && isSame(mine.source, kept.source)) return kept.source;
  }
  return undefined;
}

/** What became of what was `said` when `known` became `merged`. */
export function detailsOutcome(
  said: DetailRegisters,
  known: DetailRegisters,
  merged: DetailRegisters,
): "changed" | "moved" | "same" | "stale" {
  const names = DETAILS.filter((name) => said[name] !== undefined);
  const kept = names.filter((name) => isSameDetail(said, merged, name));
  const taken = kept.filter((name) => !isSameDetail(said, known, name));
  if (taken.length === 0 && kept.length === names.length) return "same";
  if (taken.length === 0) return "stale";
  const changed = taken.some((name) => (known[name]?.value ?? null) !== (merged[name]?.value ?? null));
  return changed ? "changed" : "moved";
}

function isSameDetail(a: DetailRegisters, b: DetailRegisters, name: DetailName): boolean {
  const [mine, other] = [a[name], b[name]];
  return mine === undefined || other === undefined ? mine === other : isSame(mine.source, other.source);
}

/** These registers as details of one observation, if that is what they are. */
export function wholeOf(registers: DetailRegisters): WholeDetails | undefined {
  const { title } = registers;
  if (title === undefined) return undefined;
  const { source } = title;
  const one = DETAILS.every(
    (name) => registers[name] !== undefined && isSame(registers[name].source, source),
  );
  return one ? { ...valuesOf(registers), atMs: source.atMs } : undefined;
}

/** What the registers hold, null where nothing is known. */
export function valuesOf(registers: DetailRegisters): Record<DetailName, string | null> {
  const values: Record<DetailName, string | null> = { ...NO_DETAILS };
  for (const name of DETAILS) values[name] = registers[name]?.value ?? null;
  return values;
}

/** The newest time in the registers, which are not empty. */
export function newestMs(registers: DetailRegisters): number {
  return Math.max(...Object.values(registers).map(({ source }) => source.atMs));
}

/**
 * How registers are kept beside the values, which are columns: each observation once, `[time, canonical JSON]`, and which
 * of them each detail comes from.
 */
export type KeptRegisters = {
  readonly sources: readonly (readonly [atMs: number, json: string])[];
  readonly of: Readonly<Partial<Record<DetailName, number>>>;
};

export function keptRegisters(registers: DetailRegisters): KeptRegisters {
  const sources: Source[] = [];
  const of: Partial<Record<DetailName, number>> = {};
  for (const name of DETAILS) {
    const source = registers[name]?.source;
    if (source === undefined) continue;
    const known = sources.findIndex((other) => isSame(other, source));
    of[name] = known === -1 ? sources.push(source) - 1 : known;
  }
  return { sources: sources.map((source) => [source.atMs, source.json()] as const), of };
}

/** The registers that were kept so, of details with these values. */
export function registersOfKept(
  { sources, of }: KeptRegisters,
  values: Readonly<Record<DetailName, string | null>>,
): DetailRegisters {
  const known = sources.map(([atMs, json]) => sourceOf(atMs, () => json));
  const registers: Partial<Record<DetailName, Register>> = {};
  for (const name of DETAILS) {
    const source = known[of[name] ?? -1];
    if (source !== undefined) registers[name] = { source, value: values[name] };
  }
  return registers;
}

const NO_DETAILS: Readonly<Record<DetailName, null>> = {
  title: null,
  description: null,
  brand: null,
  category: null,
  gtin: null,
  image_url: null,
  buy_url: null,
};

function registersOf(details: Details, source: Source): DetailRegisters {
  const registers: Partial<Record<DetailName, Register>> = {};
  for (const name of DETAILS) {
    const value = details[name];
    if (value !== undefined) registers[name] = { source, value };
  }
  return registers;
}

/** All details as canonical JSON: without nulls; those of a deletion are nothing at all. */
function wholeJson(details: Details): string {
  if (details.title === null) return NOTHING;
  const present = Object.entries(named(details)).filter(([, value]) => value !== null);
  return canonicalJson(Object.fromEntries(present));
}

function named(details: Details): Record<string, string | null> {
  const present: Record<string, string | null> = {};
  for (const name of DETAILS) {
    const value = details[name];
    if (value !== undefined) present[name] = value;
  }
  return present;
}

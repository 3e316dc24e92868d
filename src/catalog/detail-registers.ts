import { canonicalJson, compareCodePoints } from "./canonical-json.ts";
import { DETAILS, type DetailName, type Details } from "./entry.ts";

/** A value, and the observation that it comes from: its time, and its group as canonical JSON, which decides ties. */
type Register = { readonly atMs: number; readonly from: string; readonly value: string | null };

export type DetailRegisters = Readonly<Partial<Record<DetailName, Register>>>;

/** All details of one observation, or of none: what is kept in columns, without registers. */
export type WholeDetails = {
  readonly atMs: number;
  /** Null when the item was deleted then. */
  readonly title: string | null;
} & Readonly<Record<DetailName, string | null>>;

/** Nothing, as canonical JSON. */
export const NOTHING = "null";

/** What an observation of `details` at `atMs` says. */
export function observedDetails(details: Details, atMs: number): DetailRegisters {
  const whole = DETAILS.every((name) => details[name] !== undefined);
  return registersOf(details, atMs, whole ? wholeFrom(details) : canonicalJson(named(details)));
}

/** What a deletion at `atMs` says. */
export function deletedDetails(atMs: number): DetailRegisters {
  return registersOf(NO_DETAILS, atMs, NOTHING);
}

/** The registers of details that are kept whole. */
export function registersOfWhole({ atMs, ...details }: WholeDetails): DetailRegisters {
  return registersOf(details, atMs, wholeFrom(details));
}

/** The newest of each detail; ties go to the larger canonical JSON. */
export function mergeDetails(a: DetailRegisters, b: DetailRegisters): DetailRegisters {
  const merged: Partial<Record<DetailName, Register>> = { ...a };
  for (const name of DETAILS) {
    const [known, other] = [a[name], b[name]];
    if (other !== undefined && (known === undefined || isNewer(other, known))) merged[name] = other;
  }
  return merged;
}

/** Whether any of `registers` comes from the observation that `observed` tells of. */
export function hasPartIn(observed: DetailRegisters, registers: DetailRegisters): boolean {
  return DETAILS.some((name) => {
    const [mine, kept] = [observed[name], registers[name]];
    return mine !== undefined && kept !== undefined && mine.atMs === kept.atMs && mine.from === kept.from;
  });
}

/** Names the one observation that `observed` tells of. */
export function observationName(observed: DetailRegisters): string {
  const [register] = Object.values(observed);
  return register === undefined ? "" : `${register.atMs} ${register.from}`;
}

/** These registers as details of one observation, if that is what they are. */
export function wholeOf(registers: DetailRegisters): WholeDetails | undefined {
  const { title } = registers;
  if (title === undefined) return undefined;
  const details = valuesOf(registers);
  const one = DETAILS.every((name) => {
    const register = registers[name];
    return register?.atMs === title.atMs && register.from === title.from;
  });
  return one && title.from === wholeFrom(details) ? { ...details, atMs: title.atMs } : undefined;
}

/** What the registers hold, null where nothing is known. */
export function valuesOf(registers: DetailRegisters): Record<DetailName, string | null> {
  const values: Record<DetailName, string | null> = { ...NO_DETAILS };
  for (const name of DETAILS) values[name] = registers[name]?.value ?? null;
  return values;
}

/** The newest time in the registers, which are not empty. */
export function newestMs(registers: DetailRegisters): number {
  return Math.max(...Object.values(registers).map(({ atMs }) => atMs));
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

function registersOf(details: Details, atMs: number, from: string): DetailRegisters {
  const registers: Partial<Record<DetailName, Register>> = {};
  for (const name of DETAILS) {
    const value = details[name];
    if (value !== undefined) registers[name] = { atMs, from, value };
  }
  return registers;
}

/** The canonical JSON of details that are kept whole: without nulls, or nothing at all. */
function wholeFrom(details: Details): string {
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

function isNewer(a: Register, b: Register): boolean {
  return a.atMs === b.atMs ? compareCodePoints(a.from, b.from) > 0 : a.atMs > b.atMs;
}

import { expect } from "vitest";
import type { Entries, EntryError } from "../../src/catalog/entry.ts";
import type { CatalogVerb } from "../../src/catalog/entry-rules.ts";
import { readEntries } from "../../src/catalog/read-entries.ts";
import { NOW_MS, WHOLE } from "./wire-entries.ts";

/** The entries of a JSON body that is one. */
export function read(body: unknown, verb: CatalogVerb = "POST", keyed = true): Entries {
  const reading = readEntries(body, { verb, nowMs: NOW_MS, keyed });
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return reading.entries;
}
/** Why a JSON body is none. */
export function refusal(body: unknown, verb: CatalogVerb = "POST"): readonly EntryError[] {
  const reading = readEntries(body, { verb, nowMs: NOW_MS, keyed: true });
  return reading.ok ? [] : reading.errors;
}
/** What is wrong with one entry of a list that has a good one before and after it. */
export function errorsOf(entry: unknown, verb: CatalogVerb = "POST", keyed = true): readonly EntryError[] {
  const good = { POST: WHOLE, PATCH: { external_ref: "x", title: "y" }, DELETE: { external_ref: "x" } }[verb];
  const { entries, rejected, count } = read({ items: [good, entry, good] }, verb, keyed);
  expect([count, entries[0]?.index, entries.at(-1)?.index]).toEqual([3, 0, 2]);
  expect(entries.length + rejected.length).toBe(3);
  return rejected.flatMap(({ index, errors }) => {
    expect(index).toBe(1);
    return errors;
  });
}

/** `entry` with another value at `path`, or none when it is undefined. */
export function withValue(entry: object, path: string, value: unknown): unknown {
  const copy = structuredClone(entry) as Record<string, unknown>;
  const steps = path.split("/").slice(1);
  const last = steps.pop()!;
  const holder = steps.reduce((inner, step) => inner[step] as Record<string, unknown>, copy);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return copy;
}

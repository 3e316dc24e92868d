import * as z from "zod";
import { readBySchema } from "../http/body-schema.ts";
import { type BodyError, faultsIn } from "../http/json-text.ts";
import { nearestName } from "../http/nearest-name.ts";
import { guided } from "../http/wire-schema.ts";
import type { CsvRow } from "./csv.ts";
import type { Entries, Entry, RejectedEntry } from "./entry.ts";
import type { RuleTerms } from "./entry-rules.ts";
import { type EntryReading, readEntry } from "./read-entry.ts";
import { MAX_ENTRIES } from "./schema.ts";

export type EntriesReading =
  | {
      readonly ok: true;
      readonly entries: Entries;
      /** Whether the body is one entry, not a list. */
      readonly bare: boolean;
    }
  | { readonly ok: false; readonly errors: readonly BodyError[] };

const ListSchema = z.strictObject({
  items: guided(
    z.array(z.unknown()).min(1).max(MAX_ENTRIES),
    `a list of 1 to ${MAX_ENTRIES} entries, with nothing beside it`,
  ),
});

/** Comparing names has a price, which a request pays for so many unknown ones. */
const MAX_NAMES_COMPARED = 100;

/**
 * The entries of a JSON body, each right or rejected by itself; or why it is no body of entries. `body` may hold what
 * cannot be kept (see `faultsIn`): in a list that costs the entry it is in, in a bare entry the body.
 */
export function readEntries(body: unknown, rules: RuleTerms): EntriesReading {
  const terms = { ...rules, nearest: frugalNearestName() };
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const detail = `the body must be one entry, or {"items": […]} with 1 to ${MAX_ENTRIES} of them`;
    return { ok: false, errors: [{ pointer: "", code: "invalid", detail }] };
  }
  if (!Object.hasOwn(body, "items")) {
    const errors = faultsIn(body);
    if (errors.length > 0) return { ok: false, errors };
    return { ok: true, bare: true, entries: entriesOf([readEntry(body, 0, [], terms)]) };
  }
  const list = readBySchema(ListSchema, body);
  if (!list.ok) return list;
  const readings = list.value.items.map((value, index) => readEntry(value, index, ["items", index], terms));
  return { ok: true, bare: false, entries: entriesOf(readings) };
}

/** The entries that the rows of a CSV body stand for, each right or rejected by itself. */
export function readRows(rows: readonly CsvRow[], rules: RuleTerms): Entries {
  const terms = { ...rules, nearest: frugalNearestName() };
  return entriesOf(
    rows.map((row, index) => {
      const reading =
        row.misshapen === undefined
          ? readEntry(row.value, index, ["items", index], terms)
          : misshapenRow(index, row.misshapen);
      return reading.ok ? reading : { ok: false, rejected: onLine(row.line, reading.rejected) };
    }),
  );
}

function misshapenRow(index: number, detail: string): EntryReading {
  const errors = [{ pointer: `/items/${index}`, code: "cells", detail }];
  return { ok: false, rejected: { index, externalRef: null, errors } };
}

function onLine(line: number, rejected: RejectedEntry): RejectedEntry {
  const errors = rejected.errors.map((error) => ({ ...error, detail: `line ${line}: ${error.detail}` }));
  return { ...rejected, errors };
}

function entriesOf(readings: readonly EntryReading[]): Entries {
  const entries: Entry[] = [];
  const rejected: RejectedEntry[] = [];
  for (const reading of readings) {
    if (reading.ok) entries.push(reading.entry);
    else rejected.push(reading.rejected);
  }
  return { entries, rejected, count: readings.length };
}

/** `nearestName` that remembers what it found, and finds nothing more after so many names. */
function frugalNearestName(): (name: string, known: readonly string[]) => string | undefined {
  const found = new Map<string, string | undefined>();
  return (name, known) => {
    const question = `${known.join()} ${name}`;
    if (found.has(question)) return found.get(question);
    if (found.size >= MAX_NAMES_COMPARED) return undefined;
    const nearest = nearestName(name, known);
    found.set(question, nearest);
    return nearest;
  };
}

import { entryFinder, frugalNearestName } from "../http/entries.ts";
import type { BodyError } from "../http/json-text.ts";
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

const findEntries = entryFinder("items", MAX_ENTRIES);

/** The entries of a JSON body, each right or rejected by itself; or why it is no body of entries. */
export function readEntries(body: unknown, rules: RuleTerms): EntriesReading {
  const found = findEntries(body);
  if (!found.ok) return found;
  const terms = { ...rules, nearest: frugalNearestName() };
  const readings = found.entries.map((entry) => readEntry(entry, terms));
  return { ok: true, bare: found.bare, entries: entriesOf(readings) };
}

/** The entries that the rows of a CSV body stand for, each right or rejected by itself. */
export function readRows(rows: readonly CsvRow[], rules: RuleTerms): Entries {
  const terms = { ...rules, nearest: frugalNearestName() };
  return entriesOf(
    rows.map((row, index) => {
      const reading =
        row.misshapen === undefined
          ? readEntry({ value: row.value, index, path: ["items", index] }, terms)
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

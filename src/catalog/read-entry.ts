import type * as z from "zod";
import { readBySchema } from "../http/body-schema.ts";
import { type JsonPath, jsonPointer } from "../http/json-pointer.ts";
import { faultsIn } from "../http/json-text.ts";
import type { Entry, EntryError, RejectedEntry } from "./entry.ts";
import { deletedEntry, patchedEntry, postedEntry } from "./entry-contents.ts";
import { type CatalogVerb, type RuleTerms, ruleErrors } from "./entry-rules.ts";
import { DeleteEntrySchema, isRef, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";

/** What the entries of one request have in common. */
export type ReadingTerms = RuleTerms & {
  /** Names the known member that an unknown one was most likely meant to be, or none. */
  readonly nearest: (name: string, known: readonly string[]) => string | undefined;
};

export type EntryReading =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly rejected: RejectedEntry };

type Reader = (value: unknown, index: number, terms: ReadingTerms) => Entry | readonly EntryError[];

const MAX_ERRORS = 10;

const READERS: Readonly<Record<CatalogVerb, Reader>> = {
  POST: readerOf(PostEntrySchema, postedEntry),
  PATCH: readerOf(PatchEntrySchema, patchedEntry),
  DELETE: readerOf(DeleteEntrySchema, deletedEntry),
};

/**
 * The entry that `value` stands for, which is at `index` of its request and at `path` of the body; or what is wrong
 * with it, at most 10 things.
 */
export function readEntry(value: unknown, index: number, path: JsonPath, terms: ReadingTerms): EntryReading {
  const faults = faultsIn(value, path);
  const read = READERS[terms.verb](value, index, terms);
  if (faults.length === 0 && !isErrors(read)) return { ok: true, entry: read };
  const entryPointer = jsonPointer(path);
  const inBody = (error: EntryError) => ({ ...error, pointer: entryPointer + error.pointer });
  const errors = firstOfEachPlace([...faults, ...(isErrors(read) ? read.map(inBody) : [])]);
  return { ok: false, rejected: { index, externalRef: refOf(value), errors } };
}

/** Reads what schema and rules allow as `entryOf` says. The pointers of its errors begin at the entry. */
function readerOf<Schema extends z.ZodType>(
  schema: Schema,
  entryOf: (body: z.output<Schema>, index: number, nowMs: number) => Entry,
): Reader {
  return (value, index, terms) => {
    const options = { subject: "the entry", maxErrors: MAX_ERRORS, nearest: terms.nearest };
    const reading = readBySchema(schema, value, options);
    const broken = ruleErrors(value, terms);
    if (reading.ok) return broken.length > 0 ? broken : entryOf(reading.value, index, terms.nowMs);
    return [...reading.errors, ...broken];
  };
}

function isErrors(read: Entry | readonly EntryError[]): read is readonly EntryError[] {
  return Array.isArray(read);
}

function firstOfEachPlace(errors: readonly EntryError[]): readonly EntryError[] {
  const byPointer = new Map<string, EntryError>();
  for (const error of errors) {
    if (byPointer.size < MAX_ERRORS && !byPointer.has(error.pointer)) byPointer.set(error.pointer, error);
  }
  return [...byPointer.values()];
}

/** The entry's own name, if it can be shown. */
function refOf(value: unknown): string | null {
  const ref = (value as { readonly external_ref?: unknown } | null | undefined)?.external_ref;
  return isRef(ref) && faultsIn(ref).length === 0 ? ref : null;
}

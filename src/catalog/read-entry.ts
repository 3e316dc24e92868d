import type * as z from "zod";
import { type EntryInBody, type NearestName, readEntryBySchema } from "../http/entries.ts";
import { faultsIn } from "../http/json-text.ts";
import { isRef } from "../http/sent-members.ts";
import type { Entry, EntryError, RejectedEntry } from "./entry.ts";
import { deletedEntry, patchedEntry, postedEntry } from "./entry-contents.ts";
import { type CatalogVerb, type RuleTerms, ruleErrors } from "./entry-rules.ts";
import { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";

/** What the entries of one request have in common. */
export type ReadingTerms = RuleTerms & { readonly nearest: NearestName };

export type EntryReading =
  | { readonly ok: true; readonly entry: Entry }
  | { readonly ok: false; readonly rejected: RejectedEntry };

type Reader = (found: EntryInBody, terms: ReadingTerms) => Entry | readonly EntryError[];

const READERS: Readonly<Record<CatalogVerb, Reader>> = {
  POST: readerOf(PostEntrySchema, postedEntry),
  PATCH: readerOf(PatchEntrySchema, patchedEntry),
  DELETE: readerOf(DeleteEntrySchema, deletedEntry),
};

/** The entry that was found in the body; or what is wrong with it, at most 10 things. */
export function readEntry(found: EntryInBody, terms: ReadingTerms): EntryReading {
  const read = READERS[terms.verb](found, terms);
  if (!isErrors(read)) return { ok: true, entry: read };
  return {
    ok: false,
    rejected: { index: found.index, externalRef: refOf(found.value), errors: read },
  };
}

/** Reads what schema and rules allow as `entryOf` says. */
function readerOf<Schema extends z.ZodType>(
  schema: Schema,
  entryOf: (body: z.output<Schema>, index: number, nowMs: number) => Entry,
): Reader {
  return (found, terms) => {
    const broken = ruleErrors(found.value, terms);
    const reading = readEntryBySchema(schema, found, { nearest: terms.nearest, broken });
    return reading.ok ? entryOf(reading.value, found.index, terms.nowMs) : reading.errors;
  };
}

function isErrors(read: Entry | readonly EntryError[]): read is readonly EntryError[] {
  return Array.isArray(read);
}

/** The entry's own name, if it can be shown. */
function refOf(value: unknown): string | null {
  const ref = (value as { readonly external_ref?: unknown } | null | undefined)?.external_ref;
  return isRef(ref) && faultsIn(ref).length === 0 ? ref : null;
}

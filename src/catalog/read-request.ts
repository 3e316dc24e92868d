import type { WriteKey } from "../db/write-once.ts";
import { readMediaType } from "../http/json-body.ts";
import { parseJsonText } from "../http/json-text.ts";
import { invalidBody } from "../http/problem.ts";
import { utf8Text } from "../http/utf8.ts";
import { readWriteKey } from "../http/write-request.ts";
import { readCsv } from "./csv.ts";
import type { Entries } from "./entry.ts";
import type { CatalogVerb, RuleTerms } from "./entry-rules.ts";
import { type EntriesReading, readEntries, readRows } from "./read-entries.ts";

/** A request that writes to the catalog. */
export type CatalogRequest = {
  readonly entries: Entries;
  /** Whether the body is one entry, not a list. */
  readonly bare: boolean;
  readonly key: WriteKey | undefined;
};

/**
 * Reads a request that writes to the catalog, in JSON or CSV. `bytes` is its body; `scope` says whose its
 * Idempotency-Key is.
 * @throws {Problem} 415 in another format; 400 when the key is not well formed or the body holds no entries. What is
 * wrong with one entry rejects that entry.
 */
export async function readCatalogRequest(
  request: Request,
  bytes: Uint8Array,
  verb: CatalogVerb,
  scope: string,
  nowMs: number,
): Promise<CatalogRequest> {
  const mediaType = readMediaType(request.headers, ["application/json", "text/csv"]);
  const key = await readWriteKey(request, bytes, scope);
  const read = mediaType === "text/csv" ? readCsvEntries : readJsonEntries;
  const reading = read(bytes, { verb, nowMs, keyed: key !== undefined });
  if (!reading.ok) throw invalidBody(reading.errors);
  return { entries: reading.entries, bare: reading.bare, key };
}

function readJsonEntries(bytes: Uint8Array, rules: RuleTerms): EntriesReading {
  const reading = parseJsonText(bytes);
  return reading.ok ? readEntries(reading.value, rules) : reading;
}

function readCsvEntries(bytes: Uint8Array, rules: RuleTerms): EntriesReading {
  const text = utf8Text(bytes);
  if (text === undefined) {
    return { ok: false, errors: [{ pointer: "", code: "encoding", detail: "the body must be UTF-8" }] };
  }
  const reading = readCsv(text, rules.verb);
  return reading.ok ? { ok: true, bare: false, entries: readRows(reading.rows, rules) } : reading;
}

import * as z from "zod";
import { readBySchema } from "./body-schema.ts";
import { type JsonPath, jsonPointer } from "./json-pointer.ts";
import { type BodyError, faultsIn } from "./json-text.ts";
import { nearestName } from "./nearest-name.ts";
import { guided } from "./wire-schema.ts";

/** Bodies of one entry or a list of them, which are judged one by one. */

export type EntryInBody = {
  readonly value: unknown;
  /** Its place in the request, from 0. */
  readonly index: number;
  /** Where in the body it is. */
  readonly path: JsonPath;
};

export type EntriesInBody =
  | {
      readonly ok: true;
      readonly entries: readonly EntryInBody[];
      /** Whether the body is one entry, not a list. */
      readonly bare: boolean;
    }
  | { readonly ok: false; readonly errors: readonly BodyError[] };

/**
 * What reads the entries of a body that is one entry, or has 1 to `maxEntries` of them in its only member `listName`. A
 * body may hold what cannot be kept (see `faultsIn`): in a list that is its entry's fault, in a bare entry the body's.
 */
export function entryFinder(listName: string, maxEntries: number): (body: unknown) => EntriesInBody {
  const ListSchema = z.strictObject({
    [listName]: guided(
      z.array(z.unknown()).min(1).max(maxEntries),
      `a list of 1 to ${maxEntries} entries, with nothing beside it`,
    ),
  });
  return (body) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      const detail = `the body must be one entry, or {"${listName}": […]} with 1 to ${maxEntries} of them`;
      return { ok: false, errors: [{ pointer: "", code: "invalid", detail }] };
    }
    if (!Object.hasOwn(body, listName)) {
      const errors = faultsIn(body);
      if (errors.length > 0) return { ok: false, errors };
      return { ok: true, bare: true, entries: [{ value: body, index: 0, path: [] }] };
    }
    const list = readBySchema(ListSchema, body);
    if (!list.ok) return list;
    const entries = (list.value[listName] ?? []).map((value, index) => ({
      value,
      index,
      path: [listName, index],
    }));
    return { ok: true, bare: false, entries };
  };
}

/** Names the known member that an unknown one was most likely meant to be, or none. */
export type NearestName = (name: string, known: readonly string[]) => string | undefined;

/** Comparing names has a price, which a request pays for so many unknown ones. */
const MAX_NAMES_COMPARED = 100;

/** `nearestName` that remembers what it found, and finds nothing more after so many names. */
export function frugalNearestName(): NearestName {
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

export type EntryTerms = {
  readonly nearest: NearestName;
  /** What rules beyond the schema say against it; pointers begin at the entry. */
  readonly broken: readonly BodyError[];
};

const MAX_ERRORS = 10;

/** The entry as `schema` reads it, or what is wrong with it: at most 10 things, one for each place in the body. */
export function readEntryBySchema<Schema extends z.ZodType>(
  schema: Schema,
  { value, path }: Pick<EntryInBody, "value" | "path">,
  { nearest, broken }: EntryTerms,
):
  | { readonly ok: true; readonly value: z.output<Schema> }
  | { readonly ok: false; readonly errors: readonly BodyError[] } {
  const faults = faultsIn(value, path);
  const reading = readBySchema(schema, value, { subject: "the entry", maxErrors: MAX_ERRORS, nearest });
  if (reading.ok && faults.length === 0 && broken.length === 0) return reading;
  const pointer = jsonPointer(path);
  const inEntry = [...(reading.ok ? [] : reading.errors), ...broken];
  const inBody = inEntry.map((error) => ({ ...error, pointer: pointer + error.pointer }));
  return { ok: false, errors: firstOfEachPlace([...faults, ...inBody]) };
}

function firstOfEachPlace(errors: readonly BodyError[]): readonly BodyError[] {
  const byPointer = new Map<string, BodyError>();
  for (const error of errors) {
    if (byPointer.size < MAX_ERRORS && !byPointer.has(error.pointer)) byPointer.set(error.pointer, error);
  }
  return [...byPointer.values()];
}

const MAX_LISTED_ERRORS = 50;

/** The errors of results as a problem lists them: the first 50. */
export function errorsInResults(
  results: readonly { readonly errors?: readonly BodyError[] | undefined }[],
): readonly BodyError[] {
  return results
    .flatMap(({ errors = [] }) => errors)
    .slice(0, MAX_LISTED_ERRORS)
    .map(({ pointer, code, detail }) => ({ pointer, code, detail }));
}

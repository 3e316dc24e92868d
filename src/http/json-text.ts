import { type JsonPath, jsonPointer } from "./json-pointer.ts";
import { utf8Text } from "./utf8.ts";

/** Something wrong with a document, and what would be right. */
export type BodyError = { readonly pointer: string; readonly code: string; readonly detail: string };

export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errors: readonly BodyError[] };

/** Arrays and objects within one another; what we are sent has five levels at most. */
const MAX_DEPTH = 32;
const MAX_ERRORS = 20;

const SYNTAX_ERROR_POSITION = /at position \d+ \(line (\d+) column (\d+)\)/;

/**
 * The JSON document that `bytes` (UTF-8) hold, or everything in it that cannot be kept as it was sent: see `faultsIn`.
 */
export function readJsonText(bytes: Uint8Array): JsonReading {
  const reading = parseJsonText(bytes);
  if (!reading.ok) return reading;
  const errors = faultsIn(reading.value);
  return errors.length === 0 ? reading : { ok: false, errors };
}

/** The JSON document that `bytes` (UTF-8) hold, with whatever faults are in it. */
export function parseJsonText(bytes: Uint8Array): JsonReading {
  const text = utf8Text(bytes);
  if (text === undefined) return whole("encoding", "the body must be UTF-8");
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const [, line, column] = SYNTAX_ERROR_POSITION.exec(String(error)) ?? [];
    const where = line === undefined ? "" : `; it stops being JSON at line ${line}, column ${column}`;
    return whole("syntax", text === "" ? "the body must not be empty" : `the body must be JSON${where}`);
  }
}

/**
 * What in `value`, which lies at `path` in its document, cannot be kept as it was sent: NUL, lone surrogates, numbers
 * beyond the double's range, nesting in the document deeper than 32. At most 20.
 */
export function faultsIn(value: unknown, path: JsonPath = []): readonly BodyError[] {
  const errors: BodyError[] = [];
  findFaults(value, [...path], errors);
  return errors;
}

function whole(code: string, detail: string): JsonReading {
  return { ok: false, errors: [{ pointer: "", code, detail }] };
}

/** Adds what is wrong with `value` at `path`, which it leaves as it was. */
function findFaults(value: unknown, path: PropertyKey[], errors: BodyError[]): void {
  if (errors.length >= MAX_ERRORS) return;
  if (typeof value === "string") {
    const fault = textFault(value);
    if (fault !== undefined) errors.push({ pointer: jsonPointer(path), ...fault });
  } else if (typeof value === "number") {
    if (Number.isFinite(value)) return;
    const detail = "the number is too large: it must lie between -1.7e308 and 1.7e308";
    errors.push({ pointer: jsonPointer(path), code: "number_out_of_range", detail });
  } else if (typeof value === "object" && value !== null) {
    if (path.length >= MAX_DEPTH) {
      const detail = `arrays and objects must not lie more than ${MAX_DEPTH} deep within one another`;
      errors.push({ pointer: jsonPointer(path), code: "too_deep", detail });
      return;
    }
    if (Array.isArray(value)) findFaultsInArray(value, path, errors);
    else findFaultsInObject(value as Record<string, unknown>, path, errors);
  }
}

function findFaultsInArray(array: readonly unknown[], path: PropertyKey[], errors: BodyError[]): void {
  for (const [index, element] of array.entries()) {
    path.push(index);
    findFaults(element, path, errors);
    path.pop();
  }
}

function findFaultsInObject(
  object: Readonly<Record<string, unknown>>,
  path: PropertyKey[],
  errors: BodyError[],
): void {
  for (const name of Object.keys(object)) {
    path.push(name);
    const fault = textFault(name);
    if (fault === undefined) findFaults(object[name], path, errors);
    else if (errors.length < MAX_ERRORS) errors.push({ pointer: jsonPointer(path), ...fault });
    path.pop();
  }
}

/** What keeps PostgreSQL from holding `text`. */
function textFault(text: string): { readonly code: string; readonly detail: string } | undefined {
  if (text.includes("\0")) return { code: "nul", detail: "text must not contain the character NUL (U+0000)" };
  if (text.isWellFormed()) return undefined;
  return {
    code: "lone_surrogate",
    detail: "text must be well-formed Unicode: it contains half of a surrogate pair",
  };
}

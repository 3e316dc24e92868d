import type { BodyError } from "../http/json-text.ts";
import { nearestName } from "../http/nearest-name.ts";
import { type CsvCells, readCells } from "./csv-cells.ts";
import { type Column, cellValue, columnsByName, comparableHeader } from "./csv-columns.ts";
import type { CatalogVerb } from "./entry-rules.ts";
import { MAX_ENTRIES } from "./schema.ts";

/** One row of data: the entry that it would be in JSON, or what is wrong with its shape. */
export type CsvRow = {
  /** Where it begins in the text, from 1. */
  readonly line: number;
  readonly value: unknown;
  readonly misshapen?: string;
};

type Refused = { readonly ok: false; readonly errors: readonly BodyError[] };
export type CsvReading = { readonly ok: true; readonly rows: readonly CsvRow[] } | Refused;

const SHOWN_NAME_LENGTH = 64;

/**
 * The rows of a CSV text below the one that names its columns, or why it is no such text. Rows without anything in
 * them are passed over.
 */
export function readCsv(text: string, verb: CatalogVerb): CsvReading {
  const reading = readCells(text, 1 + MAX_ENTRIES + 1);
  if (!reading.ok) return refused("syntax", reading.detail);
  const [header, ...rows] = reading.rows;
  if (header === undefined) {
    return refused("syntax", "the body must not be empty: its first line must name the columns");
  }
  const columns = readHeader(header.cells, verb);
  if (!columns.ok) return columns;
  if (rows.length === 0 || rows.length > MAX_ENTRIES) {
    const found = rows.length === 0 ? "none" : "more";
    const detail = `there must be 1 to ${MAX_ENTRIES} rows below the one that names the columns; there are ${found}`;
    return refused("invalid", detail);
  }
  return { ok: true, rows: rows.map((row) => rowOf(row, columns.columns)) };
}

function refused(code: string, detail: string): Refused {
  return { ok: false, errors: [{ pointer: "", code, detail }] };
}

function readHeader(
  names: readonly string[],
  verb: CatalogVerb,
): { readonly ok: true; readonly columns: readonly Column[] } | Refused {
  const known = columnsByName(verb);
  const columns = new Set<Column>();
  const errors: BodyError[] = [];
  // One more than there are to know: that one is unknown or repeated.
  for (const name of names.slice(0, known.size + 1)) {
    const column = known.get(comparableHeader(name));
    if (column === undefined)
      errors.push({ pointer: "", code: "unknown", detail: unknown(name, known.keys()) });
    else if (columns.has(column))
      errors.push({ pointer: "", code: "repeated", detail: repeated(name, column) });
    else columns.add(column);
  }
  return errors.length === 0 ? { ok: true, columns: [...columns] } : { ok: false, errors };
}

function unknown(name: string, known: Iterable<string>): string {
  if (name.trim() === "") return "a column has no name";
  return `unknown column ${shown(name)}; the nearest known one is ${nearestName(comparableHeader(name), known)}`;
}

function repeated(name: string, { path }: Column): string {
  return `the column ${shown(name)} is there twice: ${path.join(".")} was named before`;
}

function shown(name: string): string {
  return JSON.stringify(name.length > SHOWN_NAME_LENGTH ? `${name.slice(0, SHOWN_NAME_LENGTH)}…` : name);
}

function rowOf({ line, cells }: CsvCells, columns: readonly Column[]): CsvRow {
  if (cells.length !== columns.length) {
    const misshapen = `the row must have one cell for each of the ${columns.length} columns; it has ${cells.length}`;
    return { line, value: undefined, misshapen };
  }
  const value: Record<string, unknown> = {};
  for (const [i, { path, kind }] of columns.entries()) {
    const cell = cells[i] ?? "";
    if (cell === "") continue;
    const [outer, inner] = path;
    if (inner === undefined) value[outer] = cellValue(kind, cell);
    else value[outer] = { ...(value[outer] as object | undefined), [inner]: cellValue(kind, cell) };
  }
  return { line, value };
}

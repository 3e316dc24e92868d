/** One row that has something in it; `line` is where it begins in the text, from 1. */
export type CsvCells = { readonly line: number; readonly cells: readonly string[] };

export type CellsReading =
  | { readonly ok: true; readonly rows: readonly CsvCells[] }
  | { readonly ok: false; readonly detail: string };

const DELIMITERS = [",", ";", "\t"] as const;
const MAX_CELLS = 100;

/**
 * The first `maxRows` rows of a CSV text (RFC 4180) that have something in them, or why they cannot be told apart. Cells
 * are parted by commas, semicolons or tabs, whichever the first line has most; lines end in CRLF or LF.
 *
 * By hand, because of what the libraries do with 4 MiB of nonsense: Papa Parse 5.7 fills the isolate's memory with one
 * error for each bad quote; csv-parse 7 needs Node's Buffer, and takes 16 s over rows that are empty.
 */
export function readCells(text: string, maxRows: number): CellsReading {
  const rows: CsvCells[] = [];
  const reader = new CellReader(text, delimiterOf(text));
  while (!reader.atEnd && rows.length < maxRows) {
    const { line } = reader;
    const cells = reader.readRow();
    if (typeof cells === "string")
      return { ok: false, detail: `the row that begins on line ${line} ${cells}` };
    if (cells.some((cell) => cell !== "")) rows.push({ line, cells });
  }
  return { ok: true, rows };
}

function delimiterOf(text: string): string {
  const end = text.indexOf("\n");
  const firstLine = end === -1 ? text : text.slice(0, end);
  const countOf = (delimiter: string) => firstLine.split(delimiter).length;
  return DELIMITERS.reduce<string>(
    (most, delimiter) => (countOf(delimiter) > countOf(most) ? delimiter : most),
    DELIMITERS[0],
  );
}

class CellReader {
  readonly #text: string;
  readonly #delimiter: string;
  #at = 0;
  #line = 1;

  constructor(text: string, delimiter: string) {
    this.#text = text;
    this.#delimiter = delimiter;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** The line that is read next, from 1. */
  get line(): number {
    return this.#line;
  }

  /** The next row's cells, or what is wrong with it. */
  readRow(): readonly string[] | string {
    const cells: string[] = [];
    for (;;) {
      if (cells.length === MAX_CELLS) return `has more than ${MAX_CELLS} cells`;
      const cell = this.#text[this.#at] === '"' ? this.#readQuoted() : this.#readPlain();
      if (cell === undefined) return "has a quoted cell that does not end with its quote";
      cells.push(cell);
      if (this.#text[this.#at] === this.#delimiter) {
        this.#at++;
        continue;
      }
      this.#at += this.#lineEndLength();
      this.#line++;
      return cells;
    }
  }

  /** The text up to the next delimiter or end of line; quotes in it are as good as letters. */
  #readPlain(): string {
    const start = this.#at;
    while (!this.atEnd && this.#text[this.#at] !== this.#delimiter && this.#lineEndLength() === 0) this.#at++;
    return this.#text.slice(start, this.#at);
  }

  /** What stands between quotes, where two quotes are one; undefined unless the cell ends with them. */
  #readQuoted(): string | undefined {
    const start = this.#at + 1;
    let end = this.#text.indexOf('"', start);
    while (end !== -1 && this.#text[end + 1] === '"') end = this.#text.indexOf('"', end + 2);
    if (end === -1) return undefined;
    this.#at = end + 1;
    if (!this.atEnd && this.#text[this.#at] !== this.#delimiter && this.#lineEndLength() === 0)
      return undefined;
    const inside = this.#text.slice(start, end);
    this.#line += inside.split("\n").length - 1;
    return inside.replaceAll('""', '"');
  }

  /** 1 at LF, 2 at CRLF, 0 elsewhere. */
  #lineEndLength(): number {
    if (this.#text[this.#at] === "\n") return 1;
    return this.#text[this.#at] === "\r" && this.#text[this.#at + 1] === "\n" ? 2 : 0;
  }
}

/** A record of a CSV file: its fields, and the line on which it begins, counted from 1. */
export type CsvRecord = { readonly line: number; readonly fields: readonly string[] };

/** A CSV file that cannot be read; the message names the line. */
export class CsvError extends Error {}

/**
 * The records of a CSV text (RFC 4180: commas, double quotes, a quote doubled inside quotes), without blank
 * lines and without a byte order mark; lines may end in CRLF or LF.
 * Throws `CsvError` on a quote that is never closed or is followed by more than a comma.
 */
export function* parseCsv(text: string): Generator<CsvRecord> {
  let line = 1;
  let at = text.startsWith("\uFEFF") ? 1 : 0;
  while (at < text.length) {
    const firstLine = line;
    const fields: string[] = [];
    let separator = ",";
    while (separator === ",") {
      let field: string;
      if (text[at] === '"') {
        const end = closingQuote(text, at);
        if (end === -1) throw new CsvError(`line ${firstLine}: a quote is opened and never closed`);
        field = text.slice(at + 1, end).replaceAll('""', '"');
        line += field.split("\n").length - 1;
        at = end + 1;
      } else {
        const start = at;
        while (at < text.length && text[at] !== "," && text[at] !== "\n") at++;
        field = text.slice(start, at).replace(/\r$/, "");
      }
      if (text.startsWith("\r\n", at)) at++;
      separator = text[at] ?? "\n";
      if (separator !== "," && separator !== "\n") {
        throw new CsvError(`line ${line}: expected a comma after the closing quote`);
      }
      fields.push(field);
      at++;
    }
    line++;
    if (fields.length > 1 || fields[0] !== "") yield { line: firstLine, fields };
  }
}

/** The index of the quote that closes the one at `start`, or -1. */
function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
  return end;
}

/** The records after the header, each as an object by column name. For the project's own tables: no checks. */
export function* parseCsvTable(text: string): Generator<Readonly<Record<string, string>>> {
  const [header, ...records] = parseCsv(text);
  for (const { fields } of records) {
    yield Object.fromEntries((header?.fields ?? []).map((name, column) => [name, fields[column] ?? ""]));
  }
}

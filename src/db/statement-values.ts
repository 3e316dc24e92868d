/** Puts a value among a statement's parameters and returns the placeholder that stands for it, cast to `type`. */
export type Bind = (value: unknown, type: string) => string;

/** An empty list of parameters, and what adds to it. */
export function statementValues(): { readonly bind: Bind; readonly values: readonly unknown[] } {
  const values: unknown[] = [];
  return { values, bind: (value, type) => `$${values.push(value)}::${type}` };
}

/** Binds an instant of epoch milliseconds. */
export function bindInstant(bind: Bind, epochMs: number): string {
  return bind(new Date(epochMs).toISOString(), "timestamptz");
}

/** SQL of an instant's text as JavaScript writes it. */
export function isoSql(instant: string): string {
  return `to_char(${instant} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** The columns of a table of values, each with its type and what of a row it shows. */
export type BoundColumns<Row> = Readonly<
  Record<string, readonly [type: string, value: (row: Row) => unknown]>
>;

/** Binds rows, column by column: SQL of a FROM item `name (<columns>)`, with the rows numbered from 1 in `ordinal`. */
export function bindRows<Row>(
  bind: Bind,
  name: string,
  rows: readonly Row[],
  columns: BoundColumns<Row>,
): string {
  const arrays = Object.values(columns).map(([type, value]) =>
    bind(arrayLiteral(rows.map(value)), `${type}[]`),
  );
  return `unnest(${arrays.join(", ")}) WITH ORDINALITY AS ${name} (${Object.keys(columns).join(", ")}, ordinal)`;
}

/** Neither parted, nor braced, nor quoted, nor empty. */
const PLAIN = /^[\w.:+-]+$/;

/** An array as PostgreSQL reads it; the driver's own quotes everything, which costs as much again. */
function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map(elementLiteral).join(",")}}`;
}

function elementLiteral(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  const text = String(value);
  if (PLAIN.test(text) && text.toUpperCase() !== "NULL") return text;
  return `"${text.replaceAll(/["\\]/g, "\\$&")}"`;
}

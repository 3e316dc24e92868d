import type { Database } from "./client.ts";
import { type Bind, statementValues } from "./statement-values.ts";

/** A list's place in its table: rows of `table` that satisfy the conditions, by their UUIDv7 in the column `id`. */
export type NewestRows = {
  readonly table: string;
  readonly id: string;
  readonly columns: string;
  readonly where: (bind: Bind) => readonly string[];
  /** The id of the last row of the page before. */
  readonly after: string | undefined;
  /** How many rows at most. */
  readonly rows: number;
};

/** The newest rows after the one of id `after`, each as `row_to_json` makes it. */
export async function newestRows(
  database: Pick<Database, "queryRows">,
  { table, id, columns, where, after, rows }: NewestRows,
): Promise<unknown[]> {
  const { bind, values } = statementValues();
  const conditions = [
    ...where(bind),
    ...(after === undefined ? [] : [`${id} < ${bind(after, "uuid")}`]),
    "true",
  ];
  const found = await database.queryRows(
    `SELECT row_to_json(r) FROM (
       SELECT ${columns} FROM ${table} WHERE ${conditions.join(" AND ")}
       ORDER BY ${id} DESC LIMIT ${bind(rows, "int4")}) r
     ORDER BY r.${id} DESC`,
    values,
  );
  return found.map(([row]) => row);
}

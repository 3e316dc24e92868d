/** The rows of one COPY: `FREEZE` saves the vacuum, and needs a table truncated in this transaction. */
export type CopyInto = {
  readonly table: string;
  readonly columns: readonly string[];
  readonly freeze: boolean;
  readonly chunks: Iterable<string>;
};

/** A database to import into, over one session. */
export interface Target {
  query(sql: string, params?: readonly unknown[]): Promise<Readonly<Record<string, unknown>>[]>;
  copy(copy: CopyInto): Promise<void>;
  /** Stops the statement that is running; it fails then. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** The statement whose data comes from `source`: `STDIN`, or a quoted path. */
export function copySql({ table, columns, freeze }: CopyInto, source: string): string {
  return `COPY ${table} (${columns.join(", ")}) FROM ${source}${freeze ? " WITH (FREEZE)" : ""}`;
}

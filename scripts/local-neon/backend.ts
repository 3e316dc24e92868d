/** One SQL statement; its parameters travel as text and the server infers their types. */
export type Statement = { readonly text: string; readonly params: readonly (string | null)[] };

/** A result column, as the RowDescription message has it. */
export type Field = {
  readonly name: string;
  readonly dataTypeID: number;
  readonly tableID: number;
  readonly columnID: number;
  readonly dataTypeSize: number;
  readonly dataTypeModifier: number;
  readonly format: "text";
};

/** What one statement answered; values are exactly Postgres's text output. */
export type StatementResult = {
  readonly fields: readonly Field[];
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: readonly (readonly (string | null)[])[];
};

/** How a batch's transaction is begun; a null isolation level means the server's default. */
export type BatchOptions = {
  readonly isolationLevel: IsolationLevel | null;
  readonly readOnly: boolean;
  readonly deferrable: boolean;
};

/** The isolation levels by the names Neon's header gives them. */
export const ISOLATION_LEVELS = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
} as const;
export type IsolationLevel = keyof typeof ISOLATION_LEVELS;

/** A Postgres that runs statements for the HTTP endpoint. Every method may reject with `BackendError`. */
export interface Backend {
  /** Runs one statement in a transaction of its own. An aborted `signal` stops it where the backend can. */
  runSingle(statement: Statement, signal: AbortSignal): Promise<StatementResult>;
  /** Runs all statements as one transaction; the first error rolls everything back. */
  runBatch(
    statements: readonly Statement[],
    options: BatchOptions,
    signal: AbortSignal,
  ): Promise<StatementResult[]>;
  /** Runs several statements in one string (no parameters), as psql would: one implicit transaction. */
  runScript(sql: string): Promise<void>;
  close(): Promise<void>;
}

/** The members of a Postgres error that the driver copies, beside `message`. */
export const ERROR_FIELDS = [
  "code",
  "severity",
  "detail",
  "hint",
  "position",
  "internalPosition",
  "internalQuery",
  "where",
  "schema",
  "table",
  "column",
  "dataType",
  "constraint",
  "file",
  "line",
  "routine",
] as const;
type ErrorField = (typeof ERROR_FIELDS)[number];
export type PostgresErrorFields = { readonly [field in ErrorField]?: string | undefined };

/** A failed statement or an unreachable database, with the HTTP status Neon answers for it. */
export class BackendError extends Error {
  readonly status: 400 | 500;
  readonly fields: PostgresErrorFields;

  constructor(message: string, status: 400 | 500, fields: PostgresErrorFields = {}) {
    super(message);
    this.status = status;
    this.fields = Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name]]));
  }
}

/** The statement that begins a batch's transaction. */
export function startTransactionSql(options: BatchOptions): string {
  const modes: string[] = [];
  if (options.isolationLevel !== null) {
    modes.push(`ISOLATION LEVEL ${ISOLATION_LEVELS[options.isolationLevel]}`);
  }
  if (options.readOnly) modes.push("READ ONLY");
  if (options.deferrable) modes.push("DEFERRABLE");
  return ["START TRANSACTION", modes.join(", ")].join(" ").trimEnd();
}

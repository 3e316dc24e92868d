import { DrizzleQueryError } from "drizzle-orm/errors";

/** `lost` covers a refused, reset or truncated exchange: whether the statement ran is unknown. */
type UnavailableReason = "timeout" | "lost" | "http_status" | "refused";

/** The database gave no answer. A write may or may not have happened; a read may be asked again. */
export class DatabaseUnavailable extends Error {
  override readonly name = "DatabaseUnavailable";
  readonly reason: UnavailableReason;

  constructor(reason: UnavailableReason) {
    super(`The database is unavailable (${reason})`);
    this.reason = reason;
  }
}

type SqlErrorKind =
  | "unique_violation"
  | "foreign_key_violation"
  | "check_violation"
  | "not_null_violation"
  | "serialization_failure"
  | "deadlock_detected"
  | "other";

/** Postgres refused the statement. Holds no SQL, no parameter and no message: those may carry people's data. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  readonly kind: SqlErrorKind;
  readonly sqlstate: string;
  /** The constraint that was violated, when one was. */
  readonly constraint: string | undefined;

  constructor(sqlstate: string, constraint: string | undefined) {
    super(`SQLSTATE ${sqlstate}${constraint === undefined ? "" : ` (${constraint})`}`);
    this.kind = KINDS[sqlstate] ?? "other";
    this.sqlstate = sqlstate;
    this.constraint = constraint;
  }
}

const KINDS: Readonly<Record<string, SqlErrorKind>> = {
  "23502": "not_null_violation",
  "23503": "foreign_key_violation",
  "23505": "unique_violation",
  "23514": "check_violation",
  "40001": "serialization_failure",
  "40P01": "deadlock_detected",
};

/** SQLSTATE classes that tell of the server rather than of the statement (PostgreSQL, appendix A). */
const UNAVAILABLE_CLASSES = [
  "08", // connection exception
  "28", // invalid authorization
  "3D", // no such database
  "53", // insufficient resources
  "57", // operator intervention: shutdown, cancelled, starting up
  "58", // system error
];
/** `lock_not_available`: others' turns took too long (see `writeOnce`). */
const LOCK_TIMEOUT = "55P03";

/**
 * What a failed query means, looked for under whatever the driver or drizzle wrapped around it; undefined when
 * the error does not come from the database.
 */
export function databaseFailure(error: unknown): DatabaseUnavailable | SqlError | undefined {
  if (error instanceof DatabaseUnavailable || error instanceof SqlError) return error;
  if (error instanceof DrizzleQueryError) return databaseFailure(error.cause);
  if (!isNeonError(error)) return undefined;
  if (error.sourceError !== undefined) {
    return databaseFailure(error.sourceError) ?? new DatabaseUnavailable("lost");
  }
  const sqlstate = error.code;
  // Neon itself, rather than Postgres, answers without a SQLSTATE: the project is suspended or over its quota.
  if (
    sqlstate === undefined ||
    sqlstate === LOCK_TIMEOUT ||
    UNAVAILABLE_CLASSES.includes(sqlstate.slice(0, 2))
  ) {
    return new DatabaseUnavailable("refused");
  }
  return new SqlError(sqlstate, error.constraint);
}

type NeonError = Error & { code?: string; constraint?: string; sourceError?: unknown };

function isNeonError(error: unknown): error is NeonError {
  return error instanceof Error && error.name === "NeonDbError";
}

/** What may be logged of an error: never the SQL, parameters or row values that drizzle and Neon put in messages. */
export function loggableError(error: unknown): Record<string, string | undefined> {
  const failure = databaseFailure(error);
  if (failure !== undefined) return { error: failure.name, message: failure.message };
  if (error instanceof DrizzleQueryError) return loggableError(error.cause);
  if (!(error instanceof Error)) return { error: typeof error };
  return { error: error.name, message: error.message, stack: error.stack };
}

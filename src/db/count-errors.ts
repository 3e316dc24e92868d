import type { Database } from "./client.ts";
import { DatabaseUnavailable, databaseFailure } from "./errors.ts";

/**
 * `database`, which also tells `count` of everything that it throws, by kind: why there was no answer (`timeout`,
 * `lost`, `http_status`, `refused`), why Postgres refused (`unique_violation`, …), or `other`. `orm` is left as it is.
 */
export function countErrors(database: Database, count: (kind: string) => void): Database {
  const counted =
    <Arguments extends unknown[], Result>(ask: (...asked: Arguments) => Promise<Result>) =>
    async (...asked: Arguments): Promise<Result> => {
      try {
        return await ask(...asked);
      } catch (error) {
        count(kindOf(error));
        throw error;
      }
    };
  return {
    queryRows: counted(database.queryRows),
    write: counted(database.write),
    writeBatch: counted(database.writeBatch),
    orm: database.orm,
  };
}

function kindOf(error: unknown): string {
  const failure = databaseFailure(error);
  if (failure === undefined) return "other";
  return failure instanceof DatabaseUnavailable ? failure.reason : failure.kind;
}

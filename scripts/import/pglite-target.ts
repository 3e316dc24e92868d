import type { PGlite } from "@electric-sql/pglite";
import { type CopyInto, copySql, type Target } from "./target.ts";

/** An embedded Postgres, which stays open when the target is closed. */
export function pgliteTarget(db: PGlite): Target {
  return {
    query: async (sql, params = []) => (await db.query<Record<string, unknown>>(sql, [...params])).rows,
    copy: async (copy: CopyInto) => {
      for (const chunk of copy.chunks) {
        await db.query(copySql(copy, "'/dev/blob'"), [], { blob: new Blob([chunk]) });
      }
    },
    // It shares our thread: whenever this is called, no statement is running.
    cancel: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

import { DatabaseSync } from "node:sqlite";
import type { readSums } from "../../src/stats/sums-storage.ts";

/** An object's storage in memory. */
export function openStorage(): Parameters<typeof readSums>[0] {
  const database = new DatabaseSync(":memory:");
  return {
    exec(sql: string, ...values: (string | number)[]) {
      if (sql.includes("CREATE TABLE")) {
        database.exec(sql);
        return { toArray: () => [] };
      }
      const rows = database.prepare(sql).all(...values);
      return { toArray: <Row>() => rows.map((row) => ({ ...row })) as Row[] };
    },
  };
}

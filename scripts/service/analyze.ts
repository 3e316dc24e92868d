import type { LocalNeon } from "../local-neon/local-neon.ts";

const EVERY_MS = 60_000;

/**
 * Tables of half as many pages (of 8 KiB) again as when PostgreSQL last counted them, and ten more; and those of which
 * it knows no more than that, as of a table that was indexed and never analyzed.
 */
const GROWN_TABLES = `
  select format('%I.%I', nspname, relname) as name
  from pg_class join pg_namespace n on n.oid = relnamespace
  where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema')
    and (
      pg_relation_size(pg_class.oid) / 8192 > 1.5 * relpages + 10
      or (relpages > 0 and not exists (select from pg_statistic where starelid = pg_class.oid))
    )
  order by name`;

/** Analyzes grown tables every minute: PGlite has no autovacuum, and without statistics nearby's plan is 20 times as slow. */
export function analyzeEveryMinute(database: LocalNeon): Disposable {
  const timer = setInterval(() => {
    analyzeGrownTables(database).catch((error: unknown) => {
      console.error("Tables were not analyzed:", error instanceof Error ? error.message : error);
    });
  }, EVERY_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** Analyzes the tables that have grown, and returns their names. */
export async function analyzeGrownTables(database: Pick<LocalNeon, "query" | "exec">): Promise<string[]> {
  const names = (await database.query(GROWN_TABLES)).flatMap(({ name }) => name ?? []);
  if (names.length > 0) await database.exec(`analyze ${names.join(", ")}`);
  return names;
}

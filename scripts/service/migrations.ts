import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { ROOT } from "./paths.ts";
import { StartError } from "./start-error.ts";

/** A place to migrate. What `exec` is given it runs as one transaction. */
export type MigrationTarget = {
  query(sql: string): Promise<Readonly<Record<string, unknown>>[]>;
  exec(sql: string): Promise<unknown>;
};

export type Migration = {
  readonly tag: string;
  readonly createdMs: number;
  readonly sql: string;
  readonly sha256: string;
};

const MIGRATIONS_FOLDER = join(ROOT, "drizzle");
/** Held while migrating, so that of several that start at once one migrates and the others find it done. */
const ADVISORY_LOCK = "7216351940125";

/** drizzle-kit's own table, so that its tools agree with us on what has been applied. */
const CREATE_JOURNAL = `
  CREATE SCHEMA IF NOT EXISTS drizzle;
  CREATE TABLE IF NOT EXISTS drizzle.__drizzle_migrations (
    id serial PRIMARY KEY, hash text NOT NULL, created_at bigint
  )`;

/** The migrations that drizzle-kit wrote into the folder, oldest first. */
export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  const journal = JSON.parse(readFileSync(join(folder, "meta", "_journal.json"), "utf8")) as {
    entries: { tag: string; when: number }[];
  };
  return journal.entries.map(({ tag, when }) => {
    const sql = readFileSync(join(folder, `${tag}.sql`), "utf8");
    return { tag, createdMs: when, sql, sha256: createHash("sha256").update(sql).digest("hex") };
  });
}

/**
 * Applies what has not been applied yet, in order, all of it or nothing, and returns the tags of what it applied.
 * The caller sees to it that nobody else migrates the same database meanwhile.
 * @throws {StartError} when a migration fails, or one that was applied has changed since.
 */
export async function applyMigrations(
  target: MigrationTarget,
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  await target.exec(CREATE_JOURNAL);
  const applied = await target.query("SELECT hash FROM drizzle.__drizzle_migrations ORDER BY created_at, id");
  requireSameHistory(
    migrations,
    applied.map(({ hash }) => hash),
  );
  const pending = migrations.slice(applied.length);
  if (pending.length === 0) return [];
  const tags = pending.map(({ tag }) => tag);
  try {
    await target.exec(pending.flatMap(({ sql, ...entry }) => [sql, journalEntrySql(entry)]).join(";\n"));
  } catch (error) {
    throw new StartError(
      `Migrating failed, and nothing of ${tags.join(", ")} was applied: ${messageOf(error)}`,
    );
  }
  return tags;
}

/**
 * Migrates a database over TCP; several may do so at once.
 * @throws {StartError} as `applyMigrations`, or when there is no such database.
 */
export async function migrateDatabase(
  databaseUrl: string,
  migrations: readonly Migration[] = readMigrations(),
): Promise<string[]> {
  requireDirectConnection(databaseUrl);
  const client = new Client({ connectionString: databaseUrl, application_name: "snapact-migrate" });
  // A lost connection also rejects the query in work; without a listener it would end the process as well.
  client.on("error", () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new StartError(`The database of DATABASE_URL does not answer: ${messageOf(error)}`);
  }
  try {
    await client.query(`SELECT pg_advisory_lock(${ADVISORY_LOCK})`);
    const target = {
      query: async (sql: string) => (await client.query(sql)).rows,
      exec: (sql: string) => client.query(sql),
    };
    return await applyMigrations(target, migrations);
  } finally {
    await client.end();
  }
}

/** A database that is ahead of the code is fine: that is a rollback of the code. */
function requireSameHistory(migrations: readonly Migration[], appliedHashes: readonly unknown[]): void {
  const changed = migrations.find(({ sha256 }, i) => i < appliedHashes.length && sha256 !== appliedHashes[i]);
  if (changed !== undefined) {
    throw new StartError(
      `Migration ${changed.tag} is not the one that was applied to this database. Migrations are append-only: ` +
        "restore the file, or start with an empty database (locally: delete .data).",
    );
  }
}

/** A lock that a session holds means nothing through a pool, which lends its sessions to others. */
function requireDirectConnection(databaseUrl: string): void {
  if (!URL.canParse(databaseUrl)) throw new StartError("DATABASE_URL is not a URL.");
  if (new URL(databaseUrl).hostname.split(".")[0]?.endsWith("-pooler")) {
    throw new StartError(
      'DATABASE_URL goes through a connection pool. Migrate over Neon\'s direct connection: the host without "-pooler".',
    );
  }
}

function journalEntrySql({ sha256, createdMs }: Omit<Migration, "sql">): string {
  return `INSERT INTO drizzle.__drizzle_migrations (hash, created_at) VALUES ('${sha256}', ${createdMs})`;
}

/** An AggregateError, as of a host with several addresses, has no message of its own. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

import { randomBytes } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { Client } from "pg";
import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { createDatabase, type Database } from "../../src/db/client.ts";

const MIGRATIONS = new URL("../../drizzle/", import.meta.url);

export type TestDatabase = {
  readonly localNeon: LocalNeon;
  /** The Worker's own client, through the real driver; one for each test file, as the driver has one endpoint. */
  readonly database: Database;
  stop(): Promise<void>;
};

/** A migrated, empty database of this suite's own: PGlite, or one on the server that DATABASE_URL names. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const own = await createOwnDatabase(process.env["DATABASE_URL"]);
  const localNeon = await startLocalNeon({ databaseUrl: own.databaseUrl });
  for (const file of (await readdir(MIGRATIONS)).filter((name) => name.endsWith(".sql")).sort()) {
    await localNeon.exec(await readFile(new URL(file, MIGRATIONS), "utf8"));
  }
  const database = createDatabase({
    databaseUrl: localNeon.connectionString,
    neonSqlEndpoint: localNeon.url,
  });
  const stop = async () => {
    localNeon.clearFaults();
    await localNeon.close();
    await own.drop();
  };
  return { localNeon, database, stop };
}

async function createOwnDatabase(
  serverUrl: string | undefined,
): Promise<{ databaseUrl: string | undefined; drop: () => Promise<void> }> {
  if (serverUrl === undefined) return { databaseUrl: undefined, drop: async () => {} };
  const name = `test_${randomBytes(6).toString("hex")}`;
  const run = async (sql: string) => {
    const client = new Client({ connectionString: serverUrl });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await run(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return { databaseUrl: url.href, drop: () => run(`drop database ${name} with (force)`) };
}

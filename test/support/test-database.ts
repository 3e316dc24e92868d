import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { applyMigrations } from "../../scripts/service/migrations.ts";
import { createDatabase, type Database } from "../../src/db/client.ts";
import { createScratchDatabase } from "./scratch-database.ts";

export type TestDatabase = {
  readonly localNeon: LocalNeon;
  /** The Worker's own client, through the real driver; one for each test file, as the driver has one endpoint. */
  readonly database: Database;
  stop(): Promise<void>;
};

/** A migrated, empty database of this suite's own: PGlite, or one on the server that DATABASE_URL names. */
export async function startTestDatabase(): Promise<TestDatabase> {
  const serverUrl = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];
  const stack = new AsyncDisposableStack();
  const scratch = serverUrl ? stack.use(await createScratchDatabase(serverUrl)) : undefined;
  const localNeon = await startLocalNeon({ databaseUrl: scratch?.url });
  stack.defer(() => localNeon.close());
  stack.defer(() => localNeon.clearFaults());
  await applyMigrations(localNeon);
  const database = createDatabase({
    databaseUrl: localNeon.connectionString,
    neonSqlEndpoint: localNeon.url,
  });
  return { localNeon, database, stop: () => stack.disposeAsync() };
}

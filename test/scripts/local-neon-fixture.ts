import { randomBytes } from "node:crypto";
import { type NeonDbError, neon, neonConfig } from "@neondatabase/serverless";
import { afterAll, beforeAll, expect } from "vitest";
import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";

/** A real Postgres when the environment names one; PGlite otherwise. */
export const DATABASE_URL = process.env["DATABASE_URL"];

/** A PGlite that makes its first database takes seconds of CPU, more when the machine is busy. */
export const START_TIMEOUT_MS = 120_000;

export type Fixture = {
  readonly localNeon: LocalNeon;
  readonly sql: ReturnType<typeof neon<false, false>>;
  /** A schema of this suite's own, dropped with everything in it by `stop`. */
  readonly schema: string;
  stop(): Promise<void>;
};

/** The one local Neon that all suites of this test file share; a start is what costs time. */
export let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
}, START_TIMEOUT_MS);
afterAll(() => fixture.stop());

/** Starts a local Neon and points the real driver at it. */
async function startFixture(): Promise<Fixture> {
  neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;
  const localNeon = await startLocalNeon({ databaseUrl: DATABASE_URL, control: true });
  const schema = `local_neon_${randomBytes(6).toString("hex")}`;
  await localNeon.exec(`CREATE SCHEMA ${schema}`);
  return {
    localNeon,
    sql: neon(localNeon.connectionString),
    schema,
    stop: async () => {
      localNeon.clearFaults();
      await localNeon.exec(`DROP SCHEMA ${schema} CASCADE`);
      await localNeon.close();
    },
  };
}

/** What the work fails with; a test failure when it does not fail. */
export const failure = (work: Promise<unknown>): Promise<NeonDbError> =>
  work.then(
    () => expect.unreachable("it should have failed"),
    (error: NeonDbError) => error,
  );

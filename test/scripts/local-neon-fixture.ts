import { randomBytes } from "node:crypto";
import { neon, neonConfig } from "@neondatabase/serverless";
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

/** Starts a local Neon and points the real driver at it. */
export async function startFixture(): Promise<Fixture> {
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

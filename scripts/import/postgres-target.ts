import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setImmediate } from "node:timers/promises";
import { Client } from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type CopyInto, copySql, type Target } from "./target.ts";

/** A Postgres over TCP. Rejects when it does not answer. */
export async function openPostgresTarget(databaseUrl: string): Promise<Target> {
  const client = await connect(databaseUrl);
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  const pid = rows[0]?.pid;
  return {
    query: async (sql, params = []) => (await client.query(sql, [...params])).rows,
    copy: (copy: CopyInto) =>
      pipeline(Readable.from(unhurried(copy.chunks)), client.query(copyFrom(copySql(copy, "STDIN")))),
    cancel: async () => {
      const canceller = await connect(databaseUrl);
      await canceller.query("SELECT pg_cancel_backend($1)", [pid]).finally(() => canceller.end());
    },
    close: () => client.end(),
  };
}

/** A server that keeps up would leave this thread no time for anything else, such as Ctrl-C. */
async function* unhurried<T>(values: Iterable<T>): AsyncGenerator<T> {
  for (const value of values) {
    yield value;
    await setImmediate();
  }
}

async function connect(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: "snapact-import" });
  // A lost connection also rejects the query in flight; without a listener it would end the process.
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

import { randomBytes } from "node:crypto";
import { Client } from "pg";

/** An empty database of the server that `serverUrl` names, dropped again at the end with whatever uses it. */
export async function createScratchDatabase(serverUrl: string): Promise<{ url: string } & AsyncDisposable> {
  const name = `snapact_test_${randomBytes(6).toString("hex")}`;
  await runOn(serverUrl, `CREATE DATABASE ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => runOn(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function runOn(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

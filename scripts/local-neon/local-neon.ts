import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Backend } from "./backend.ts";
import { type Fault, FaultPlan } from "./faults.ts";
import { openPGliteBackend } from "./pglite-backend.ts";
import { openPostgresBackend } from "./postgres-backend.ts";
import { createNeonServer, type RequestLog } from "./server.ts";

const HOST = "127.0.0.1";

export type LocalNeonOptions = {
  /** Where PGlite keeps its data; in memory when absent. Ignored with `databaseUrl`. */
  readonly dataDir?: string | undefined;
  /** A real Postgres to stand in front of, instead of PGlite. */
  readonly databaseUrl?: string | undefined;
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Opens /control/fault and /control/requests to tests that run in another process. Default false. */
  readonly control?: boolean | undefined;
};

/** A running endpoint that speaks Neon's SQL over HTTP on the loopback interface. */
export type LocalNeon = {
  /** What the driver's `fetchEndpoint` must yield: `http://127.0.0.1:PORT/sql`. */
  readonly url: string;
  /** What the driver is given as its connection string; the user and password in it mean nothing. */
  readonly connectionString: string;
  /** The real Postgres behind it, if there is one. */
  readonly databaseUrl: string | undefined;
  /** SQL requests received so far, whatever became of them. A batch is one request. */
  requestCount(): number;
  /** SQL texts of the latest 100 requests, oldest first; one array for each request. */
  recentRequests(): readonly (readonly string[])[];
  /** Adds a fault; of several that apply to a request the earliest set fires. */
  setFault(fault: Fault): void;
  clearFaults(): void;
  /** Runs several statements in one string, without HTTP and without faults; for migrations. */
  exec(sql: string): Promise<void>;
  /** Runs one statement, without HTTP and without faults; values are Postgres's text output. */
  query(text: string, params?: readonly (string | null)[]): Promise<Record<string, string | null>[]>;
  /** Ends every request, stops listening and closes the database (a real Postgres itself stays up). */
  close(): Promise<void>;
};

/** Starts the endpoint; rejects when the port is taken or the database does not open. */
export async function startLocalNeon(options: LocalNeonOptions = {}): Promise<LocalNeon> {
  const backend = await openBackend(options);
  const faults = new FaultPlan();
  const log: RequestLog = { count: 0, recent: [] };
  const { server, stop } = createNeonServer({ backend, faults, log, control: options.control ?? false });
  try {
    server.listen(options.port ?? 0, HOST);
    await once(server, "listening");
  } catch (error) {
    await backend.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/sql`,
    connectionString: `postgres://local:local@${HOST}:${port}/main`,
    databaseUrl: options.databaseUrl,
    requestCount: () => log.count,
    recentRequests: () => log.recent,
    setFault: (fault) => faults.set(fault),
    clearFaults: () => faults.clear(),
    exec: (sql) => backend.runScript(sql),
    query: (text, params = []) => queryObjects(backend, text, params),
    close: async () => {
      await stop();
      await backend.close();
    },
  };
}

function openBackend({ dataDir, databaseUrl }: LocalNeonOptions): Promise<Backend> {
  return databaseUrl === undefined ? openPGliteBackend(dataDir) : openPostgresBackend(databaseUrl);
}

async function queryObjects(
  backend: Backend,
  text: string,
  params: readonly (string | null)[],
): Promise<Record<string, string | null>[]> {
  const { fields, rows } = await backend.runSingle({ text, params }, new AbortController().signal);
  return rows.map((row) => Object.fromEntries(fields.map(({ name }, i) => [name, row[i] ?? null])));
}

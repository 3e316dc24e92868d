import { Client, DatabaseError, Pool, type PoolClient, type QueryArrayConfig } from "pg";
import {
  type Backend,
  BackendError,
  type BatchOptions,
  type Statement,
  type StatementResult,
  startTransactionSql,
} from "./backend.ts";

/** Statements that run at the same time; further requests queue. */
const MAX_CONNECTIONS = 20;

const RAW_TEXT = { getTypeParser: () => (text: string) => text };

/** A real Postgres, reached by TCP through a pool. Rejects when it does not answer. */
export async function openPostgresBackend(databaseUrl: string): Promise<Backend> {
  const backend = new PostgresBackend(databaseUrl);
  try {
    await backend.runScript("SELECT 1");
  } catch (error) {
    await backend.close();
    throw error;
  }
  return backend;
}

class PostgresBackend implements Backend {
  readonly #databaseUrl: string;
  readonly #pool: Pool;
  readonly #backendPids = new WeakMap<PoolClient, number>();

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
    this.#pool = new Pool({ connectionString: databaseUrl, max: MAX_CONNECTIONS });
    // An idle connection that dies leaves the pool by itself; without a listener it would end the process.
    this.#pool.on("error", () => undefined);
  }

  runSingle(statement: Statement, signal: AbortSignal): Promise<StatementResult> {
    return this.#withClient(signal, (client) => run(client, statement));
  }

  runBatch(
    statements: readonly Statement[],
    options: BatchOptions,
    signal: AbortSignal,
  ): Promise<StatementResult[]> {
    return this.#withClient(signal, async (client) => {
      await client.query(startTransactionSql(options));
      try {
        const results: StatementResult[] = [];
        for (const statement of statements) results.push(await run(client, statement));
        await client.query("COMMIT");
        return results;
      } catch (error) {
        // On a lost connection this fails too, and the server has rolled back by itself.
        await client.query("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  runScript(sql: string): Promise<void> {
    return this.#withClient(undefined, async (client) => {
      await client.query(sql);
    });
  }

  close(): Promise<void> {
    return this.#pool.end();
  }

  /** A connection that is not surely idle and healthy afterwards is closed rather than pooled. */
  async #withClient<T>(
    signal: AbortSignal | undefined,
    work: (client: PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect();
    const ignoreError = (): void => undefined; // the query in flight rejects as well
    client.on("error", ignoreError);
    let termination: Promise<void> | undefined;
    const terminate = (): void => {
      termination = this.#terminate(client);
    };
    signal?.addEventListener("abort", terminate, { once: true });
    let reusable = false;
    try {
      if (signal?.aborted) throw new BackendError("the client went away before its turn", 500);
      const result = await work(client);
      reusable = client.getTransactionStatus() === "I";
      return result;
    } catch (error) {
      // Only an ordinary error of a single statement or of a batch is known to leave the session idle.
      reusable = signal !== undefined && isStatementError(error) && client.getTransactionStatus() === "I";
      throw error instanceof BackendError ? error : toBackendError(error, 400);
    } finally {
      signal?.removeEventListener("abort", terminate);
      await termination;
      client.release(!reusable || termination !== undefined);
      client.off("error", ignoreError);
    }
  }

  async #connect(): Promise<PoolClient> {
    try {
      const client = await this.#pool.connect();
      if (!this.#backendPids.has(client)) await this.#prepare(client);
      return client;
    } catch (error) {
      throw toBackendError(error, 500);
    }
  }

  /** Neon's sessions are in UTC, whatever the time zone of the machine. */
  async #prepare(client: PoolClient): Promise<void> {
    // COPY FROM STDIN swallows the Sync that followed it; pg refuses the copy but would wait for ever.
    client.connection.on("copyInResponse", () => client.connection.sync());
    try {
      const { rows } = await client.query<{ pid: number }>(
        "SELECT pg_backend_pid() AS pid, set_config('TimeZone', 'UTC', false)",
      );
      for (const { pid } of rows) this.#backendPids.set(client, pid);
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  /** Stops what an abandoned request is still running; the pool may be full, so from a connection of its own. */
  async #terminate(client: PoolClient): Promise<void> {
    const killer = new Client({ connectionString: this.#databaseUrl });
    killer.on("error", () => undefined);
    try {
      await killer.connect();
      await killer.query("SELECT pg_terminate_backend($1)", [this.#backendPids.get(client)]);
    } catch {
      // The database is unreachable: then the abandoned statement ends too.
    } finally {
      await killer.end().catch(() => undefined);
    }
  }
}

async function run(client: PoolClient, { text, params }: Statement): Promise<StatementResult> {
  const query: QueryArrayConfig & { queryMode: "extended" } = {
    text,
    values: [...params],
    rowMode: "array",
    types: RAW_TEXT,
    queryMode: "extended",
  };
  const { fields, command, rowCount, rows } = await client.query<(string | null)[]>(query);
  return {
    fields: fields.map(({ name, dataTypeID, tableID, columnID, dataTypeSize, dataTypeModifier }) => ({
      name,
      dataTypeID,
      tableID,
      columnID,
      dataTypeSize,
      dataTypeModifier,
      format: "text",
    })),
    command: command ?? "",
    rowCount,
    rows,
  };
}

function isStatementError(error: unknown): boolean {
  return error instanceof DatabaseError && error.severity === "ERROR";
}

function toBackendError(error: unknown, status: 400 | 500): BackendError {
  const message = error instanceof Error && error.message !== "" ? error.message : String(error);
  return new BackendError(message, status, error instanceof DatabaseError ? error : {});
}

import { neon, neonConfig, types } from "@neondatabase/serverless";
import { drizzle, type NeonHttpDatabase } from "drizzle-orm/neon-http";
import type { Config } from "../config.ts";
import { DatabaseUnavailable, databaseFailure } from "./errors.ts";

/** How long one question to the database may take in all, its retry included. */
const QUERY_TIMEOUT_MS = 5000;
/** With less time left than this, a second attempt would only fail later. */
const MIN_RETRY_MS = 500;
const TIMESTAMPTZ_OID = 1184;

/** A statement's parameters: `null`, booleans, numbers, strings, bigints, Dates, bytes, and arrays of them. */
type SqlValues = readonly unknown[];

export type Statement = { readonly text: string; readonly values: SqlValues };

export type Database = {
  /**
   * The rows of one statement that only reads, each an array in the order of its columns: `timestamptz` as
   * epoch milliseconds, `int8` and `numeric` as strings, other types as JavaScript's. Asked a second time
   * when the connection is lost, so never give it a write.
   * @throws {DatabaseUnavailable} when no answer came within `timeoutMs`.
   * @throws {SqlError} when Postgres refused the statement.
   */
  readonly queryRows: (text: string, values?: SqlValues, timeoutMs?: number) => Promise<unknown[][]>;
  /** The same for one statement that writes: sent once, so that it may have happened when no answer came. */
  readonly write: (text: string, values?: SqlValues, timeoutMs?: number) => Promise<unknown[][]>;
  /**
   * The same for several statements in one round trip and one transaction; the rows of the last. Each sees what was
   * committed before it began.
   */
  readonly writeBatch: (statements: readonly Statement[], timeoutMs?: number) => Promise<unknown[][]>;
  /** For reads and writes; never repeated. Await each query exactly once: each `then` sends it anew. */
  readonly orm: NeonHttpDatabase;
};

/**
 * The Worker's one door to Postgres: the Neon driver over HTTP, with a time-out on every call. The driver keeps
 * its endpoint in a global, so the last database made decides it for all.
 */
export function createDatabase(config: Pick<Config, "databaseUrl" | "neonSqlEndpoint">): Database {
  neonConfig.fetchFunction = fetchSql;
  if (config.neonSqlEndpoint !== undefined) neonConfig.fetchEndpoint = config.neonSqlEndpoint;
  const neonSql = neon(config.databaseUrl);

  const attempt = async (text: string, values: SqlValues, timeoutMs: number): Promise<unknown[][]> => {
    try {
      return await neonSql.query(text, [...values], rowOptions(timeoutMs));
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  };

  const queryRows: Database["queryRows"] = async (text, values = [], timeoutMs = QUERY_TIMEOUT_MS) => {
    const startedMs = Date.now();
    try {
      return await attempt(text, values, timeoutMs);
    } catch (error) {
      const leftMs = timeoutMs - (Date.now() - startedMs);
      const lost = error instanceof DatabaseUnavailable && error.reason === "lost";
      if (!lost || leftMs < MIN_RETRY_MS) throw error;
      return await attempt(text, values, leftMs);
    }
  };

  const write: Database["write"] = (text, values = [], timeoutMs = QUERY_TIMEOUT_MS) =>
    attempt(text, values, timeoutMs);

  const writeBatch: Database["writeBatch"] = async (statements, timeoutMs = QUERY_TIMEOUT_MS) => {
    try {
      const results = await neonSql.transaction(
        statements.map(({ text, values }) => neonSql.query(text, [...values], { types: ROW_TYPES })),
        { ...rowOptions(timeoutMs), isolationLevel: "ReadCommitted" },
      );
      return results.at(-1) ?? [];
    } catch (error) {
      throw databaseFailure(error) ?? error;
    }
  };

  return { queryRows, write, writeBatch, orm: drizzle(neonSql) };
}

function rowOptions(timeoutMs: number) {
  return {
    arrayMode: true,
    types: ROW_TYPES,
    fetchOptions: { signal: AbortSignal.timeout(timeoutMs) },
  } as const;
}

const ROW_TYPES = {
  getTypeParser: (oid: number) => (oid === TIMESTAMPTZ_OID ? epochMs : types.getTypeParser(oid)),
};

/** Made ISO 8601 first: left to itself, `Date.parse` takes the year 0099 of Postgres's text for 1999. */
function epochMs(timestamptz: string): number {
  return Date.parse(timestamptz.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00"));
}

/**
 * The `fetch` of the driver. It reads the body itself, because the driver would report a truncated answer as a
 * JSON syntax error, and gives each call a time-out, because the driver has none.
 */
async function fetchSql(url: string, init: RequestInit): Promise<SqlResponse> {
  const signal = init.signal ?? AbortSignal.timeout(QUERY_TIMEOUT_MS);
  let status: number;
  let body: unknown;
  try {
    const response = await fetch(url, { ...init, signal });
    status = response.status;
    if (status === 200 || status === 400) body = await response.json();
    else await response.body?.cancel();
  } catch {
    throw new DatabaseUnavailable(signal.aborted ? "timeout" : "lost");
  }
  if (body === undefined) throw new DatabaseUnavailable("http_status");
  return { ok: status === 200, status, json: async () => body };
}

/** As much of a `Response` as the driver looks at. */
type SqlResponse = { ok: boolean; status: number; json: () => Promise<unknown> };

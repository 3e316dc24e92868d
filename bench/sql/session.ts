import { Client } from "pg";
import type { Statement } from "../../src/db/client.ts";

/** How statements are planned: once for all values, again for each, or (parsed as well) each time, as over HTTP. */
export const PLANNINGS = ["generic", "custom", "unprepared"] as const;
export type Planning = (typeof PLANNINGS)[number];

export const PLAN_CACHE_MODE: Readonly<Record<Planning, string>> = {
  generic: "force_generic_plan",
  custom: "force_custom_plan",
  unprepared: "auto",
};

const AS_TEXT = { getTypeParser: () => (text: string) => text };

/** One connection that plans in one way. */
export class Session implements AsyncDisposable {
  readonly #client: Client;
  readonly #planning: Planning;
  readonly #names = new Map<string, string>();

  private constructor(client: Client, planning: Planning) {
    this.#client = client;
    this.#planning = planning;
  }

  static async open(databaseUrl: string, planning: Planning): Promise<Session> {
    const client = new Client({ connectionString: databaseUrl, application_name: "snapact-bench" });
    client.on("error", () => undefined);
    await client.connect();
    // The product's migrations turn it off for its database; whoever uses PostGIS would as well.
    await client.query("SET jit = off");
    await client.query(`SET plan_cache_mode = ${PLAN_CACHE_MODE[planning]}`);
    return new Session(client, planning);
  }

  /** The rows of an answer, their values made JavaScript's. */
  async rows(statement: Statement): Promise<unknown[][]> {
    return (await this.#client.query<unknown[]>({ ...this.#query(statement), rowMode: "array" })).rows;
  }

  /** Milliseconds from sending a statement until its last row is here, as text: making values of it is no part of SQL. */
  async timeMs(statement: Statement): Promise<number> {
    const query = { ...this.#query(statement), rowMode: "array" as const, types: AS_TEXT };
    const startedMs = performance.now();
    await this.#client.query(query);
    return performance.now() - startedMs;
  }

  #query({ text, values }: Statement) {
    const prepared = this.#planning === "unprepared" ? {} : { name: this.#nameOf(text) };
    return { ...prepared, text, values: values.map(pgValue) };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#client.end();
  }

  #nameOf(text: string): string {
    const name = this.#names.get(text) ?? `statement_${this.#names.size}`;
    this.#names.set(text, name);
    return name;
  }
}

/** `pg` writes a bigint in an array as JSON, which has none. */
export function pgValue(value: unknown): unknown {
  return Array.isArray(value) ? value.map((one) => (typeof one === "bigint" ? one.toString() : one)) : value;
}

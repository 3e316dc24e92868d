import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { neon } from "@neondatabase/serverless";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { DATABASE_URL, failure, fixture, START_TIMEOUT_MS } from "./local-neon-fixture.ts";
import "./local-neon-faults.ts";
import "./local-neon-transactions.ts";
import "./local-neon-values.ts";

let item: string;
beforeAll(async () => {
  item = `${fixture.schema}.item`;
  await fixture.localNeon.exec(`
    CREATE TABLE ${fixture.schema}.shop (id int4 PRIMARY KEY);
    INSERT INTO ${fixture.schema}.shop VALUES (1);
    CREATE TABLE ${item} (
      id int4 CONSTRAINT item_id_key PRIMARY KEY,
      shop_id int4 NOT NULL CONSTRAINT item_shop_fk REFERENCES ${fixture.schema}.shop,
      quantity int4 CONSTRAINT item_quantity_check CHECK (quantity >= 0));`);
});

describe("errors", () => {
  it.each([
    [
      "a unique violation",
      (t: string) => `INSERT INTO ${t} VALUES (1, 1, 0), (1, 1, 0)`,
      { code: "23505", constraint: "item_id_key", table: "item", detail: "Key (id)=(1) already exists." },
    ],
    [
      "a check violation",
      (t: string) => `INSERT INTO ${t} VALUES (1, 1, -1)`,
      { code: "23514", constraint: "item_quantity_check", table: "item" },
    ],
    [
      "a foreign key violation",
      (t: string) => `INSERT INTO ${t} VALUES (1, 9, 0)`,
      { code: "23503", constraint: "item_shop_fk", table: "item" },
    ],
    [
      "a NOT NULL violation",
      (t: string) => `INSERT INTO ${t} VALUES (1, NULL, 0)`,
      { code: "23502", column: "shop_id", table: "item" },
    ],
    ["a syntax error", () => "SELECT 1 +", { code: "42601", severity: "ERROR", position: "11" }],
    ["an unknown table", () => "SELECT * FROM nowhere_at_all", { code: "42P01", position: "15" }],
    ["a value of the wrong form", () => "SELECT 'x'::int4", { code: "22P02" }],
    ["two statements in one", () => "SELECT 1; SELECT 2", { code: "42601" }],
    ["COPY FROM STDIN", (t: string) => `COPY ${t} FROM STDIN`, { code: "57014" }],
    [
      "an error raised with detail, hint and code",
      () => "DO $$ BEGIN RAISE EXCEPTION 'm' USING DETAIL = 'd', HINT = 'h', ERRCODE = 'ZZ001'; END $$",
      { message: "m", detail: "d", hint: "h", code: "ZZ001", where: expect.stringContaining("PL/pgSQL") },
    ],
  ])(
    "%s reaches the caller with its SQLSTATE and fields, and the session goes on",
    async (_, sqlFor, expected) => {
      const error = await failure(fixture.sql.query(sqlFor(item)));
      expect(error).toMatchObject({ name: "NeonDbError", ...expected });
      expect(await fixture.sql.query(`SELECT count(*)::int4 AS n FROM ${item}`)).toEqual([{ n: 0 }]);
    },
  );

  it("names the schema of a violated constraint", async () => {
    const error = await failure(fixture.sql.query(`INSERT INTO ${item} VALUES (1, 1, -1)`));
    expect(error).toMatchObject({
      schema: fixture.schema,
      routine: expect.any(String),
      line: expect.any(String),
    });
  });

  it("refuses a text with a NUL byte and a wrong number of parameters", async () => {
    expect(await failure(fixture.sql`SELECT ${"a\0b"}::text`)).toMatchObject({ code: "22021" });
    expect(await failure(fixture.sql.query("SELECT $1::text", []))).toMatchObject({ code: "08P01" });
    expect(await fixture.sql`SELECT 1 AS one`).toEqual([{ one: 1 }]);
  });
});

describe("requests that no driver sends", () => {
  const HEADERS = {
    "Neon-Connection-String": "postgres://u:p@h/db",
    "Neon-Raw-Text-Output": "true",
    "Neon-Array-Mode": "true",
  };
  const post = async (body: string, headers: object = {}) => {
    const response = await fetch(fixture.localNeon.url, {
      method: "POST",
      body,
      headers: { ...HEADERS, ...headers },
    });
    return { status: response.status, body: await response.json() };
  };

  it("are refused with a message", async () => {
    const query = '{"query":"SELECT 1"}';
    expect(await post(query)).toMatchObject({ status: 200, body: { rows: [["1"]] } });
    expect(await post("{")).toMatchObject({ status: 400, body: { message: "the body is not JSON" } });
    expect(await post('{"query":1}')).toMatchObject({ status: 400 });
    expect(await post('{"query":"SELECT $1","params":[{}]}')).toMatchObject({ status: 400 });
    expect(await post(query, { "Neon-Connection-String": "mysql://u@h/db" })).toMatchObject({ status: 400 });
    expect(await post(query, { "Neon-Array-Mode": "false" })).toMatchObject({ status: 400 });
    expect(await post('{"queries":[]}', { "Neon-Batch-Isolation-Level": "toString" })).toMatchObject({
      status: 400,
    });
    expect((await fetch(fixture.localNeon.url)).status).toBe(405);
    expect((await fetch(new URL("/", fixture.localNeon.url))).status).toBe(404);
  });
});

describe("starting and closing", () => {
  it(
    "ends hanging requests, keeps the data, frees the port, refuses a taken one, and has no control endpoint unless asked",
    async () => {
      const parent = await mkdtemp(join(tmpdir(), "local-neon-"));
      const dataDir = join(parent, "made/when/missing");
      try {
        const table = DATABASE_URL ? `${fixture.schema}.kept` : "kept";
        const first = await startLocalNeon({ dataDir, databaseUrl: DATABASE_URL });
        expect((await fetch(new URL("/control/requests", first.url))).status).toBe(404);
        await first.exec(`CREATE TABLE ${table} (v text); INSERT INTO ${table} VALUES ('still here')`);
        if (!DATABASE_URL)
          await expect(startLocalNeon({ dataDir })).rejects.toThrow("in use by another process");
        first.setFault({ kind: "hang" });
        const hanging = expect(neon(first.connectionString)`SELECT 1`).rejects.toThrow("fetch failed");
        await vi.waitFor(() => expect(first.recentRequests()).toHaveLength(1), 10_000);
        await first.close();
        await hanging;
        const taken = Number(new URL(fixture.localNeon.url).port);
        const again = startLocalNeon({ dataDir, databaseUrl: DATABASE_URL, port: taken });
        await expect(again).rejects.toThrow("EADDRINUSE");
        const port = Number(new URL(first.url).port);
        const second = await startLocalNeon({ dataDir, databaseUrl: DATABASE_URL, port });
        expect(await second.query(`SELECT v, $1::int AS n FROM ${table}`, [null])).toEqual([
          { v: "still here", n: null },
        ]);
        await second.close();
      } finally {
        await rm(parent, { recursive: true });
      }
    },
    START_TIMEOUT_MS,
  );

  it("fails when the database does not answer", async () => {
    await expect(startLocalNeon({ databaseUrl: "postgres://nobody@127.0.0.1:1/none" })).rejects.toThrow(
      "ECONNREFUSED",
    );
  });
});

import { neon } from "@neondatabase/serverless";
import { sql as drizzleSql, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/neon-http";
import * as pg from "drizzle-orm/pg-core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixture } from "./local-neon-fixture.ts";

const UUID = "0190a4f2-7b1c-7def-8123-456789abcdef";
const AWKWARD = `Ẹ̀bà "q" 'a' \\ {,} $1 NULL 🙂\n\t`;

/** Type, a value as the driver sends it, and Postgres's text for it. */
const SAMPLES: readonly (readonly [type: string, sent: string, text: string])[] = [
  ["uuid", UUID.toUpperCase(), UUID],
  ["text", AWKWARD, AWKWARD],
  ["text", "", ""],
  ["int4", "-2147483648", "-2147483648"],
  ["int8", "9007199254740993", "9007199254740993"],
  ["int8", "-9223372036854775808", "-9223372036854775808"],
  ["float8", "0.1", "0.1"],
  ["float8", "5e-324", "5e-324"],
  ["float8", "1.7976931348623157e308", "1.7976931348623157e+308"],
  ["float8", "-0", "-0"],
  ["float8", "NaN", "NaN"],
  ["float8", "-Infinity", "-Infinity"],
  ["bool", "true", "t"],
  ["bool", "false", "f"],
  ["timestamptz(3)", "2024-02-29T23:59:59.9994Z", "2024-02-29 23:59:59.999+00"],
  ["timestamptz(3)", "2024-07-01T12:00:00+05:30", "2024-07-01 06:30:00+00"],
  ["date", "2024-02-29", "2024-02-29"],
  ["bytea", "\\x00ff10", "\\x00ff10"],
  ["char(5)", "ab", "ab   "],
  ["varchar(3)", "abc", "abc"],
  ["numeric(30,10)", "12345678901234567890.5", "12345678901234567890.5000000000"],
  ["text[]", '{a,NULL,"NULL","q\\"b\\\\c","",Ẹ̀bà}', '{a,NULL,"NULL","q\\"b\\\\c","",Ẹ̀bà}'],
  ["text[]", "{}", "{}"],
  ["uuid[]", `{${UUID},NULL}`, `{${UUID},NULL}`],
  ["int8[]", "{9007199254740993}", "{9007199254740993}"],
  ["float8[]", "{0.1,1e300,-Infinity,NULL}", "{0.1,1e+300,-Infinity,NULL}"],
  [
    "jsonb",
    '{"b":9007199254740993,"a":[null,1.50,"é\\u0041"]}',
    '{"a": [null, 1.50, "éA"], "b": 9007199254740993}',
  ],
  ["json", '{ "b":1 }', '{ "b":1 }'],
];

describe("values through the driver", () => {
  it.each(SAMPLES)("%s %s comes back as Postgres's own text", async (type, sent, text) => {
    const types = { getTypeParser: () => (raw: string) => raw };
    const query = `SELECT $1::${type} AS v, format('%s', $1::${type}) AS t, NULL::${type} AS n`;
    expect(await fixture.sql.query(query, [sent], { types })).toEqual([{ v: text, t: text, n: null }]);
  });

  it("infers the type of an untyped parameter from its place, as Neon does", async () => {
    const { schema, sql } = fixture;
    await fixture.localNeon.exec(`CREATE TABLE ${schema}.inferred (id int8 PRIMARY KEY, at timestamptz(3))`);
    await sql.query(`INSERT INTO ${schema}.inferred VALUES ($1, $2)`, [
      2n ** 60n,
      new Date(1_700_000_000_123),
    ]);
    const rows = await sql.query(
      `SELECT id, (extract(epoch FROM at) * 1000)::int8 AS ms FROM ${schema}.inferred WHERE id > $1 LIMIT $2`,
      [0, 5],
    );
    expect(rows).toEqual([{ id: "1152921504606846976", ms: "1700000000123" }]);
  });

  it("takes what the driver makes of numbers, booleans, bytes, arrays, objects, null and undefined", async () => {
    const [row] =
      await fixture.sql`SELECT ${1.5}::float8 AS f, ${true}::bool AS b, ${Buffer.from([0, 255])} AS y,
      ${["a", null, 'q"', "b\\", "NULL", ""]}::text[] AS a, ${{ k: [1, null] }}::jsonb AS j,
      ${null}::int AS n, ${undefined}::int AS u`;
    expect(row).toMatchObject({
      f: 1.5,
      b: true,
      a: ["a", null, 'q"', "b\\", "NULL", ""],
      j: { k: [1, null] },
    });
    expect(row).toMatchObject({ n: null, u: null });
    expect(row!["y"].toString("hex")).toBe("00ff");
  });

  it("carries every finite double unchanged", async () => {
    const doubles = fc
      .sample(fc.double({ noNaN: true }), { numRuns: 2000, seed: 2 })
      .filter((x) => !Object.is(x, -0));
    const [row] = await fixture.sql`SELECT ${doubles}::float8[] AS doubles`;
    expect(row?.["doubles"]).toEqual(doubles);
  });

  it("carries any text and any bytes unchanged", async () => {
    const texts = fc
      .sample(fc.string({ unit: "grapheme" }), { numRuns: 300, seed: 3 })
      .filter((t) => !t.includes("\0"));
    const [row] = await fixture.sql`SELECT ${texts}::text[] AS texts`;
    expect(row?.["texts"]).toEqual(texts);
    const big = "ẹ".repeat(2_000_000);
    expect(await fixture.sql`SELECT ${big}::text AS big, length(${big}) AS n`).toEqual([
      { big, n: big.length },
    ]);
  });

  it("describes its columns and its command", async () => {
    const { localNeon, schema } = fixture;
    await localNeon.exec(`CREATE TABLE ${schema}.described (id int4 PRIMARY KEY, name varchar(9))`);
    const sql = neon(localNeon.connectionString, { fullResults: true, arrayMode: true });
    const inserted = await sql.query(`INSERT INTO ${schema}.described VALUES (1, 'a'), (2, NULL)`);
    expect(inserted).toMatchObject({ command: "INSERT", rowCount: 2, rows: [], fields: [] });
    const selected = await sql.query(`SELECT name, id, 1 AS one FROM ${schema}.described ORDER BY id`);
    expect(selected).toMatchObject({ command: "SELECT", rowCount: 2, rowAsArray: true });
    expect(selected.rows).toEqual([
      ["a", 1, 1],
      [null, 2, 1],
    ]);
    expect(selected.fields).toMatchObject([
      { name: "name", dataTypeID: 1043, columnID: 2, dataTypeSize: -1, dataTypeModifier: 13, format: "text" },
      { name: "id", dataTypeID: 23, columnID: 1, dataTypeSize: 4, dataTypeModifier: -1, format: "text" },
      { name: "one", tableID: 0, columnID: 0 },
    ]);
    expect(selected.fields[0]?.tableID).toBeGreaterThan(0);
    expect(await sql.query(`CREATE TABLE ${schema}.tag ()`)).toMatchObject({
      command: "CREATE",
      rowCount: null,
    });
    expect(await sql.query("")).toMatchObject({ command: "", rowCount: null, rows: [], fields: [] });
  });
});

describe("drizzle", () => {
  it("writes and reads back every column type we use, and NULLs", async () => {
    const { localNeon, schema } = fixture;
    const pgSchema = pg.pgSchema(schema);
    const method = pgSchema.enum("method", ["shelf_snap", "count"]);
    const things = pgSchema.table("things", {
      id: pg.uuid().primaryKey(),
      title: pg.text(),
      cell: pg.bigint({ mode: "bigint" }),
      quantity: pg.integer(),
      lat: pg.doublePrecision(),
      open: pg.boolean(),
      at: pg.timestamp({ withTimezone: true, precision: 3 }),
      method: method(),
      words: pg.text().array(),
      ids: pg.uuid().array(),
      hours: pg.jsonb(),
      currency: pg.char({ length: 3 }),
      ref: pg.varchar({ length: 128 }),
    });
    await localNeon.exec(`CREATE TYPE ${schema}.method AS ENUM ('shelf_snap', 'count');
      CREATE TABLE ${schema}.things (id uuid PRIMARY KEY, title text, cell int8, quantity int4, lat float8,
        open bool, at timestamptz(3), method ${schema}.method, words text[], ids uuid[], hours jsonb,
        currency char(3), ref varchar(128))`);
    const db = drizzle(neon(localNeon.connectionString));
    const full = {
      id: UUID,
      title: AWKWARD,
      cell: 2n ** 63n - 1n,
      quantity: -7,
      lat: 6.524379300000001,
      open: true,
      at: new Date("2024-02-29T23:59:59.123Z"),
      method: "count" as const,
      words: ["a", 'q"u', "b\\s", "com,ma", "", "NULL", "Ẹ̀bà"],
      ids: [UUID],
      hours: { day: 1, opens: "08:00", notes: [null, "é"] },
      currency: "NGN",
      ref: "SKU-1",
    };
    const { id: _, ...columns } = full;
    const bare = {
      id: UUID.replace(/f$/, "0"),
      ...Object.fromEntries(Object.keys(columns).map((key) => [key, null])),
    };
    expect(await db.insert(things).values([full, bare]).returning()).toEqual([full, bare]);
    const [read, counted] = await db.batch([
      db
        .select()
        .from(things)
        .where(eq(things.cell, 2n ** 63n - 1n)),
      db.select({ n: drizzleSql<string>`count(*)` }).from(things),
    ]);
    expect(read).toEqual([full]);
    expect(counted).toEqual([{ n: "2" }]);
  });
});

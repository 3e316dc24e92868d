import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { analyzeGrownTables } from "../../scripts/service/analyze.ts";

describe("the embedded database's statistics", () => {
  let database: LocalNeon;
  beforeAll(async () => {
    database = await startLocalNeon();
    await database.exec(`create table small (n int); create table "Large one" (n int, text text)`);
  });
  afterAll(() => database.close());

  const insert = (rows: number) =>
    database.exec(`insert into "Large one" select i, md5(i::text) from generate_series(1, ${rows}) i`);
  const known = async () =>
    (await database.query(`select reltuples::int8 as rows from pg_class where relname = 'Large one'`))[0];

  it("are made of a table that was indexed, and so counted, before", async () => {
    await database.exec(`create table indexed (n int);
      insert into indexed select generate_series(1, 5000); create index on indexed (n)`);
    expect(await analyzeGrownTables(database)).toEqual(["public.indexed"]);
    expect(await analyzeGrownTables(database)).toEqual([]);
  });

  it("are made of tables that have grown, and of no others", async () => {
    await database.exec("insert into small values (1)");
    await insert(5000);
    expect(await analyzeGrownTables(database)).toEqual(['public."Large one"']);
    expect(await known()).toEqual({ rows: "5000" });
    expect(await database.query("select attname from pg_stats where tablename = 'Large one'")).toHaveLength(
      2,
    );

    expect(await analyzeGrownTables(database)).toEqual([]);
    await insert(1000);
    expect(await analyzeGrownTables(database)).toEqual([]);
    await insert(4000);
    expect(await analyzeGrownTables(database)).toEqual(['public."Large one"']);
    expect(await known()).toEqual({ rows: "10000" });
  });
});

import { neon } from "@neondatabase/serverless";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { DATABASE_URL, failure, fixture } from "./local-neon-fixture.ts";

let shop: string;
let item: string;
beforeAll(async () => {
  shop = `${fixture.schema}.visited_shop`;
  item = `${fixture.schema}.counted_item`;
  await fixture.localNeon.exec(`
    CREATE TABLE ${shop} (id int4 PRIMARY KEY, visits int4 NOT NULL DEFAULT 0);
    CREATE TABLE ${item} (
      id int4 CONSTRAINT counted_item_key PRIMARY KEY,
      shop_id int4 NOT NULL CONSTRAINT counted_item_shop_fk REFERENCES ${shop} DEFERRABLE,
      quantity int4 CONSTRAINT counted_item_check CHECK (quantity >= 0));`);
});
beforeEach(async () => {
  await fixture.localNeon.exec(`TRUNCATE ${item}, ${shop}; INSERT INTO ${shop} VALUES (1)`);
});

const countItems = async (): Promise<unknown> =>
  (await fixture.sql.query(`SELECT count(*)::int4 AS n FROM ${item}`))[0];

describe("a batch", () => {
  it("is one transaction and one request, with a result for each statement", async () => {
    const before = fixture.localNeon.requestCount();
    const results = await fixture.sql.transaction((tx) => [
      tx.query(`INSERT INTO ${item} VALUES (1, 1, 5) RETURNING id`),
      tx.query(`SELECT quantity, pg_current_xact_id()::text = $1 AS other FROM ${item}`, ["0"]),
    ]);
    expect(results).toEqual([[{ id: 1 }], [{ quantity: 5, other: false }]]);
    expect(fixture.localNeon.requestCount()).toBe(before + 1);
  });

  it("that fails in the middle leaves nothing behind", async () => {
    const error = await failure(
      fixture.sql.transaction((tx) => [
        tx.query(`INSERT INTO ${item} VALUES (1, 1, 5)`),
        tx.query(`INSERT INTO ${item} VALUES (1, 1, 5)`),
        tx.query(`INSERT INTO ${item} VALUES (2, 1, 5)`),
      ]),
    );
    expect(error).toMatchObject({ code: "23505", constraint: "counted_item_key" });
    expect(await countItems()).toEqual({ n: 0 });
  });

  it("that fails at its COMMIT leaves nothing behind", async () => {
    const error = await failure(
      fixture.sql.transaction((tx) => [
        tx.query("SET CONSTRAINTS ALL DEFERRED"),
        tx.query(`INSERT INTO ${item} VALUES (1, 9, 5)`),
      ]),
    );
    expect(error).toMatchObject({ code: "23503", constraint: "counted_item_shop_fk" });
    expect(await countItems()).toEqual({ n: 0 });
  });

  it("runs at the isolation level, access mode and deferrability asked for", async () => {
    const modes = (options: object) =>
      fixture.sql.transaction(
        (tx) => [
          tx`SELECT current_setting('transaction_isolation') AS isolation,
          current_setting('transaction_read_only') AS read_only, current_setting('transaction_deferrable') AS deferrable`,
        ],
        options,
      );
    for (const [isolationLevel, isolation] of [
      ["ReadUncommitted", "read uncommitted"],
      ["ReadCommitted", "read committed"],
      ["RepeatableRead", "repeatable read"],
      ["Serializable", "serializable"],
    ]) {
      expect(await modes({ isolationLevel })).toEqual([[{ isolation, read_only: "off", deferrable: "off" }]]);
    }
    expect(await modes({ isolationLevel: "Serializable", readOnly: true, deferrable: true })).toEqual([
      [{ isolation: "serializable", read_only: "on", deferrable: "on" }],
    ]);
    expect(await modes({})).toEqual([[{ isolation: "read committed", read_only: "off", deferrable: "off" }]]);
  });

  it("that is read-only refuses a write with 25006", async () => {
    const write = fixture.sql.transaction((tx) => [tx.query(`INSERT INTO ${item} VALUES (1, 1, 1)`)], {
      readOnly: true,
    });
    expect(await failure(write)).toMatchObject({ code: "25006" });
    expect(await fixture.sql.query(`INSERT INTO ${item} VALUES (1, 1, 1) RETURNING id`)).toEqual([{ id: 1 }]);
  });

  it("may be empty", async () => {
    expect(await fixture.sql.transaction([])).toEqual([]);
  });
});

describe("many callers", () => {
  it("never see inside one another's batches, 50 at a time", async () => {
    const visit = async () => {
      const [, , rows] = await fixture.sql.transaction((tx) => [
        tx.query(`UPDATE ${shop} SET visits = visits + 1 WHERE id = 1`),
        tx`SELECT 1`,
        tx.query(`SELECT visits FROM ${shop} WHERE id = 1`),
      ]);
      return rows?.[0]?.["visits"];
    };
    const visits = await Promise.all(Array.from({ length: 50 }, visit));
    expect(visits.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it("are not held up by a caller that leaves a transaction open", async () => {
    await fixture.sql.query("BEGIN");
    await fixture.sql.query("SET LOCAL work_mem = '77kB'");
    const settings = () =>
      fixture.sql`SELECT current_setting('work_mem') = '77kB' AS in_the_open_transaction`;
    const answers = await Promise.all(Array.from({ length: 50 }, settings));
    expect(answers).toEqual(Array.from({ length: 50 }, () => [{ in_the_open_transaction: false }]));
  });

  it("are not held up by a script that fails in the middle", async () => {
    expect(
      await failure(fixture.localNeon.exec(`BEGIN; INSERT INTO ${item} VALUES (1, 1, 1); SELECT 1/0`)),
    ).toMatchObject({ fields: { code: "22012" } });
    expect(await countItems()).toEqual({ n: 0 });
  });

  it.runIf(DATABASE_URL)("run at the same time on a real Postgres", async () => {
    const CALLERS = 20;
    const arrivals = `${fixture.schema}.arrivals`;
    await fixture.localNeon.exec(`CREATE SEQUENCE ${arrivals}`);
    const meet = `DO $$ BEGIN
      PERFORM nextval('${arrivals}');
      FOR attempt IN 1..2000 LOOP
        IF (SELECT last_value FROM ${arrivals}) >= ${CALLERS} THEN RETURN; END IF;
        PERFORM pg_sleep(0.005);
      END LOOP;
      RAISE EXCEPTION 'the others never came';
    END $$`;
    await Promise.all(Array.from({ length: CALLERS }, () => fixture.sql.query(meet)));
  });
});

describe("a lost connection", () => {
  it.runIf(DATABASE_URL)("is an error for the one who had it, and for nobody else", async () => {
    const suicide = fixture.sql.transaction((tx) => [
      tx.query(`INSERT INTO ${item} VALUES (1, 1, 1)`),
      tx`SELECT pg_terminate_backend(pg_backend_pid())`,
    ]);
    const suicides = Array.from({ length: 20 }, () =>
      failure(fixture.sql`SELECT pg_terminate_backend(pg_backend_pid())`),
    );
    for (const error of await Promise.all([failure(suicide), ...suicides]))
      expect(error).toMatchObject({ code: "57P01" });
    const others = await Promise.all(Array.from({ length: 50 }, () => countItems()));
    expect(others).toEqual(Array.from({ length: 50 }, () => ({ n: 0 })));
  });

  it.skipIf(DATABASE_URL)("cannot happen to PGlite: it refuses to kill its only session", async () => {
    expect(await fixture.sql`SELECT pg_terminate_backend(pg_backend_pid()) AS killed`).toEqual([
      { killed: false },
    ]);
    expect(await countItems()).toEqual({ n: 0 });
  });

  it.runIf(DATABASE_URL)("on the caller's side stops what was running, 20 times over", async () => {
    const gone = new AbortController();
    const marker = `/* ${fixture.schema} */`;
    const sleepers = Array.from({ length: 20 }, () =>
      failure(
        neon(fixture.localNeon.connectionString).query(`SELECT pg_sleep(600) ${marker}`, [], {
          fetchOptions: { signal: gone.signal },
        }),
      ),
    );
    await vi.waitFor(
      () =>
        expect(fixture.localNeon.recentRequests().filter(([sql]) => sql?.includes(marker))).toHaveLength(20),
      10_000,
    );
    gone.abort();
    await Promise.all(sleepers);
    expect(await countItems()).toEqual({ n: 0 });
    const running = () =>
      fixture.sql.query("SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query = $1", [
        `SELECT pg_sleep(600) ${marker}`,
      ]);
    await vi.waitFor(async () => expect(await running()).toEqual([]), 10_000);
  });
});

import { Client } from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { DatabaseUnavailable, SqlError } from "../../src/db/errors.ts";
import { sweepWriteKeys, type Write, type WriteKey, writeOnce } from "../../src/db/write-once.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const ON_A_REAL_SERVER = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
  await db.localNeon.exec("CREATE TABLE notes (note text NOT NULL CHECK (note <> 'forbidden'))");
});
afterAll(() => db.stop());

let made = 0;
const newKey = (overrides: Partial<WriteKey> = {}): WriteKey => ({
  scope: "test",
  route: "POST /notes",
  key: `key-${++made}`,
  bodySha256: "ab".repeat(32),
  ...overrides,
});
/** Adds a note, unless it is to be refused, and says what the note's number is. */
const note =
  (text: string, refusal: string | null = null): Write =>
  (bind) => [
    `added AS (
      INSERT INTO notes SELECT ${bind(text, "text")} FROM permit WHERE ${bind(refusal, "text")} IS NULL RETURNING note)`,
    `result AS (
      SELECT CASE WHEN ${bind(refusal, "text")} IS NULL
          THEN json_build_object('note', ${bind(text, "text")}, 'number', (SELECT count(*) FROM notes) + 1) END AS outcome,
        ${bind(refusal, "text")} AS refusal FROM permit)`,
  ];
const notes = async (text: string) =>
  (await db.database.queryRows("SELECT FROM notes WHERE note = $1", [text])).length;

/** Adds a note with the number of those that it sees. */
const countNotes =
  (text: string): Write =>
  (bind) => [
    `seen AS (SELECT count(*) AS count FROM notes WHERE note LIKE ${bind(text, "text")} || '%')`,
    `added AS (INSERT INTO notes SELECT ${bind(text, "text")} || seen.count FROM permit, seen)`,
    "result AS (SELECT to_json(count) AS outcome, NULL::text AS refusal FROM permit, seen)",
  ];

describe("writes of one turn", () => {
  it("see all that those before them did, with a key or without", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        writeOnce(db.database, countNotes("turn "), i % 2 === 0 ? newKey() : undefined, "turn of notes"),
      ),
    );
    const seen = outcomes.map((result) => (result.kind === "done" ? Number(result.outcome) : -1));
    expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, i) => i));
  });

  it("happen once for each key, in one request to the database", async () => {
    const key = newKey();
    const before = db.localNeon.requestCount();
    const first = await writeOnce(db.database, countNotes("once in turn "), key, "turn of notes");
    expect(db.localNeon.requestCount() - before).toBe(1);
    expect(first).toEqual({ kind: "done", outcome: 0, replayed: false });
    const again = await writeOnce(db.database, countNotes("once in turn "), key, "turn of notes");
    expect(again).toEqual({ ...first, replayed: true });
    const results = await Promise.all(
      Array.from({ length: 8 }, () =>
        writeOnce(db.database, countNotes("race in turn "), newKey({ key: "race" }), "turn of notes"),
      ),
    );
    for (const { kind } of results) expect(["done", "in_use"]).toContain(kind);
    expect(results.filter((result) => result.kind === "done" && !result.replayed)).toHaveLength(1);
    expect(await notes("race in turn 0")).toBe(1);
    expect(await notes("race in turn 1")).toBe(0);
  });

  it("leave a refusal unkept", async () => {
    const key = newKey();
    const refused = await writeOnce(db.database, note("refused in turn", "no"), key, "turn of notes");
    expect(refused).toEqual({ kind: "refused", refusal: "no" });
    expect(await writeOnce(db.database, note("refused in turn"), key, "turn of notes")).toMatchObject({
      kind: "done",
      replayed: false,
    });
  });

  it.skipIf(!ON_A_REAL_SERVER)("give up when others' turns last too long, and nothing is done", async () => {
    const holder = new Client({ connectionString: db.localNeon.databaseUrl });
    await holder.connect();
    await holder.query("SELECT pg_advisory_lock(hashtextextended('a long turn', 0))");
    try {
      const waiting = writeOnce(db.database, note("too late"), newKey(), "a long turn");
      await expect(waiting).rejects.toMatchObject({ name: "DatabaseUnavailable", reason: "refused" });
      expect(await notes("too late")).toBe(0);
      expect(await writeOnce(db.database, note("meanwhile"), newKey(), "another turn")).toMatchObject({
        kind: "done",
      });
    } finally {
      await holder.end();
    }
  });
});

describe("a write", () => {
  it("without a key is done each time", async () => {
    for (let i = 1; i <= 3; i++) {
      const result = await writeOnce(db.database, note("keyless"), undefined);
      expect(result).toMatchObject({ kind: "done", replayed: false, outcome: { note: "keyless" } });
      expect(await notes("keyless")).toBe(i);
    }
  });

  it("with a key is done once, in one request to the database, and gives what it gave", async () => {
    const key = newKey();
    const before = db.localNeon.requestCount();
    const first = await writeOnce(db.database, note("once"), key);
    expect(db.localNeon.requestCount() - before).toBe(1);
    expect(await writeOnce(db.database, note("once"), key)).toEqual({ ...first, replayed: true });
    expect(await notes("once")).toBe(1);
  });

  it("under another scope, route or key is another write", async () => {
    const key = newKey();
    for (const other of [key, { ...key, scope: "x" }, { ...key, route: "x" }, { ...key, key: "x" }]) {
      expect(await writeOnce(db.database, note("other"), other)).toMatchObject({
        kind: "done",
        replayed: false,
      });
    }
    // Joined to one text these would be the same.
    expect(await writeOnce(db.database, note("other"), { ...key, scope: "a b", route: "c" })).toMatchObject({
      replayed: false,
    });
    expect(await writeOnce(db.database, note("other"), { ...key, scope: "a", route: "b c" })).toMatchObject({
      replayed: false,
    });
  });

  it("with the key of another body does nothing", async () => {
    const key = newKey();
    await writeOnce(db.database, note("first body"), key);
    const reused = { ...key, bodySha256: "cd".repeat(32) };
    expect(await writeOnce(db.database, note("second body"), reused)).toEqual({ kind: "reused" });
    expect(await notes("second body")).toBe(0);
  });

  it("that is refused leaves nothing, not even its key", async () => {
    const key = newKey();
    for (const used of [key, undefined]) {
      const result = await writeOnce(db.database, note("refused", "not_today"), used);
      expect(result).toEqual({ kind: "refused", refusal: "not_today" });
    }
    expect(await writeOnce(db.database, note("refused"), key)).toMatchObject({
      kind: "done",
      replayed: false,
    });
    expect(await notes("refused")).toBe(1);
  });

  it("that PostgreSQL refuses leaves nothing either, and is not tried again", async () => {
    const key = newKey();
    const before = db.localNeon.requestCount();
    await expect(writeOnce(db.database, note("forbidden"), key)).rejects.toThrow(SqlError);
    expect(db.localNeon.requestCount() - before).toBe(1);
    expect(await writeOnce(db.database, note("allowed"), key)).toMatchObject({ replayed: false });
  });
});

describe.skipIf(!ON_A_REAL_SERVER)("a write that is not alone", () => {
  /** Another of the database's clients. */
  let other: Client;
  beforeAll(async () => {
    other = new Client({ connectionString: db.localNeon.databaseUrl });
    await other.connect();
  });
  afterAll(() => other.end());
  afterEach(async () => {
    db.localNeon.clearFaults();
    await other.query("SELECT pg_advisory_unlock_all()");
  });

  const holdKey = ({ scope, route, key }: WriteKey) =>
    other.query(
      "SELECT pg_advisory_lock(hashtextextended(jsonb_build_array($1::text, $2::text, $3::text)::text, 0))",
      [scope, route, key],
    );
  const keepRecord = ({ scope, route, key, bodySha256 }: WriteKey) =>
    other.query(
      `INSERT INTO idempotency_records (scope, route, key, body_sha256, write_id, outcome)
       VALUES ($1, $2, $3, decode($4, 'hex'), gen_random_uuid(), '{"note":"of another"}')`,
      [scope, route, key, bodySha256],
    );

  const PAUSE = 4711;
  /** A write that stops in its middle for as long as `other` holds PAUSE. */
  const paused =
    (text: string, refusal: string | null): Write =>
    (bind) => [
      `paused AS MATERIALIZED (SELECT pg_advisory_xact_lock(${PAUSE}) FROM permit)`,
      ...note(text, refusal)(bind).map((cte) => cte.replace("FROM permit", "FROM permit, paused")),
    ];
  const untilPaused = () =>
    vi.waitFor(async () => {
      const { rowCount } = await other.query(
        "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
      );
      expect(rowCount).toBe(1);
    }, 10_000);

  it("waits for nobody: while another holds the key it is in use, and nothing is done", async () => {
    const key = newKey();
    await holdKey(key);
    expect(await writeOnce(db.database, note("held"), key)).toEqual({ kind: "in_use" });
    expect(await notes("held")).toBe(0);
    await other.query("SELECT pg_advisory_unlock_all()");
    expect(await writeOnce(db.database, note("held"), key)).toMatchObject({ kind: "done", replayed: false });
  });

  it.each([
    ["done", null],
    ["refused", "too_late"],
  ])(
    "gives what another did with the key since it began, though it would have been %s",
    async (_, refusal) => {
      const [key, text] = [newKey(), `overtaken ${refusal}`];
      await other.query(`SELECT pg_advisory_lock(${PAUSE})`);
      const overtaken = writeOnce(db.database, paused(text, refusal), key);
      await untilPaused();
      await keepRecord(key);
      await other.query(`SELECT pg_advisory_unlock(${PAUSE})`);
      expect(await overtaken).toEqual({ kind: "done", outcome: { note: "of another" }, replayed: true });
      expect(await notes(text)).toBe(0);
    },
  );

  it("is unavailable, not in use, when its own first attempt may still be running", async () => {
    const key = newKey();
    await holdKey(key);
    db.localNeon.setFault({ kind: "commit_then_drop", times: 1 });
    await expect(writeOnce(db.database, note("lost"), key)).rejects.toThrow(DatabaseUnavailable);
  });
});

describe("sweeping", () => {
  it("forgets keys of more than 24 hours ago, however many, and no others", async () => {
    await db.localNeon.exec(`
      DELETE FROM idempotency_records;
      INSERT INTO idempotency_records
      SELECT 'sweep', 'POST /notes', i::text, decode(repeat('ab', 32), 'hex'), gen_random_uuid(), '{}',
        now() - interval '24 hours' - make_interval(secs => i) FROM generate_series(1, 12000) i;
      INSERT INTO idempotency_records
      SELECT 'sweep', 'POST /notes', 'young ' || i, decode(repeat('ab', 32), 'hex'), gen_random_uuid(), '{}',
        now() - interval '24 hours' + make_interval(mins => i) FROM generate_series(1, 10) i`);
    expect(await sweepWriteKeys(db.database)).toBe(12_000);
    expect(await sweepWriteKeys(db.database)).toBe(0);
    const left = await db.database.queryRows("SELECT key FROM idempotency_records");
    expect(left).toHaveLength(10);
  });
});

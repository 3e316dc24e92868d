import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import {
  applyMigrations,
  type Migration,
  migrateDatabase,
  readMigrations,
} from "../../scripts/service/migrations.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { createScratchDatabase } from "../support/scratch-database.ts";

const SERVER_URL = process.env["TEST_DATABASE_URL"] || process.env["DATABASE_URL"];

const FIRST = migration(
  "0000_first",
  1,
  "CREATE TABLE first (id int PRIMARY KEY);--> statement-breakpoint\nCREATE TABLE more (id int)",
);
const SECOND = migration(
  "0001_second",
  2,
  "ALTER TABLE first ADD COLUMN name text;\nINSERT INTO first VALUES (1, 'one')",
);
const FAILING = migration("0002_failing", 3, "CREATE TABLE third (id int);\nINSERT INTO nowhere VALUES (1)");

function migration(tag: string, createdMs: number, sql: string): Migration {
  return { tag, createdMs, sql, sha256: createHash("sha256").update(sql).digest("hex") };
}

describe("applying migrations to the embedded database", () => {
  let database: LocalNeon;
  beforeEach(async () => {
    database = await startLocalNeon();
  });
  afterEach(() => database.close());

  const tables = async (): Promise<unknown[]> => {
    const rows = await database.query(
      "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1",
    );
    return rows.map((row) => row["table_name"]);
  };

  it("applies them in order, and each of them once", async () => {
    expect(await applyMigrations(database, [FIRST])).toEqual(["0000_first"]);
    expect(await applyMigrations(database, [FIRST, SECOND])).toEqual(["0001_second"]);
    expect(await applyMigrations(database, [FIRST, SECOND])).toEqual([]);
    expect(await database.query("SELECT * FROM first")).toEqual([{ id: "1", name: "one" }]);
  });

  it("leaves nothing behind when one fails, not even those before it", async () => {
    await applyMigrations(database, [FIRST]);
    await expect(applyMigrations(database, [FIRST, SECOND, FAILING])).rejects.toThrow(
      'nothing of 0001_second, 0002_failing was applied: relation "nowhere" does not exist',
    );
    expect(await tables()).toEqual(["first", "more"]);
    expect(await applyMigrations(database, [FIRST, SECOND])).toEqual(["0001_second"]);
  });

  it("refuses a migration that was changed after it was applied", async () => {
    await applyMigrations(database, [FIRST, SECOND]);
    const changed = migration(FIRST.tag, FIRST.createdMs, `${FIRST.sql};`);
    await expect(applyMigrations(database, [changed, SECOND])).rejects.toThrow("0000_first is not the one");
  });

  it("leaves a database alone that is ahead, as after a rollback of the code", async () => {
    await applyMigrations(database, [FIRST, SECOND]);
    expect(await applyMigrations(database, [FIRST])).toEqual([]);
  });

  it("finds those that drizzle-kit wrote, in the order of its journal", () => {
    const journal = JSON.parse(readFileSync(join(ROOT, "drizzle/meta/_journal.json"), "utf8"));
    const migrations = readMigrations();
    expect(migrations.map(({ tag }) => tag)).toEqual(journal.entries.map(({ tag }: { tag: string }) => tag));
    expect(migrations.length).toBeGreaterThan(0);
  });
});

describe("migrating over TCP", () => {
  it("refuses Neon's connection pool, where a lock means nothing", async () => {
    const url = "postgresql://user:secret@ep-example-pooler.eu-central-1.aws.neon.tech/connect";
    await expect(migrateDatabase(url)).rejects.toThrow("direct connection");
  });

  it("says so when the database does not answer", async () => {
    await expect(migrateDatabase("postgresql://user:secret@127.0.0.1:1/connect")).rejects.toThrow(
      "does not answer",
    );
  });
});

describe.skipIf(SERVER_URL === undefined)("migrating a real Postgres", () => {
  it("lets one of ten that start at once migrate, and the others find it done", async () => {
    await using scratch = await createScratchDatabase(SERVER_URL ?? "");
    const racing = Array.from({ length: 10 }, () => migrateDatabase(scratch.url, [FIRST, SECOND]));
    const applied = await Promise.all(racing);
    expect(applied.filter((tags) => tags.length > 0)).toEqual([["0000_first", "0001_second"]]);
  });

  it("leaves nothing behind when a migration fails, and does not keep others out", async () => {
    await using scratch = await createScratchDatabase(SERVER_URL ?? "");
    await expect(migrateDatabase(scratch.url, [FIRST, FAILING])).rejects.toThrow("nothing of");
    expect(await migrateDatabase(scratch.url, [FIRST, SECOND])).toEqual(["0000_first", "0001_second"]);
  });

  it("applies what is in drizzle/", async () => {
    await using scratch = await createScratchDatabase(SERVER_URL ?? "");
    expect(await migrateDatabase(scratch.url)).toEqual(readMigrations().map(({ tag }) => tag));
    expect(await migrateDatabase(scratch.url)).toEqual([]);
  });
});

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../src/db/client.ts";
import { countErrors } from "../../src/db/count-errors.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

let db: TestDatabase;
let counted: Database;
let kinds: string[];

beforeAll(async () => {
  db = await startTestDatabase();
  kinds = [];
  counted = countErrors(db.database, (kind) => kinds.push(kind));
});
afterEach(() => {
  db.localNeon.clearFaults();
  kinds.length = 0;
});
afterAll(() => db.stop());

const insert = "insert into partners (partner_id, name, contact_email) values ($1, 'Shop', 'a@shop.example')";
const ID = "0193f3a0-0000-7000-8000-000000000001";

describe("a database whose errors are counted", () => {
  it("answers as it did, and counts nothing while all is well", async () => {
    expect(await counted.queryRows("select $1::int4", [7])).toEqual([[7]]);
    await counted.write(insert, [ID]);
    expect(await counted.writeBatch([{ text: "select 1", values: [] }])).toEqual([[1]]);
    expect(kinds).toEqual([]);
  });

  it("counts what Postgres refuses, by kind, and throws it", async () => {
    await expect(counted.write(insert, [ID])).rejects.toMatchObject({ kind: "unique_violation" });
    await expect(counted.queryRows("select 1/0")).rejects.toMatchObject({ sqlstate: "22012" });
    await expect(counted.writeBatch([{ text: "select nonsense", values: [] }])).rejects.toMatchObject({
      sqlstate: "42703",
    });
    expect(kinds).toEqual(["unique_violation", "other", "other"]);
  });

  it("counts answers that do not come, once for each question", async () => {
    db.localNeon.setFault({ kind: "error500" });
    await expect(counted.queryRows("select 1")).rejects.toMatchObject({ reason: "http_status" });
    db.localNeon.clearFaults();
    db.localNeon.setFault({ kind: "truncate" });
    await expect(counted.queryRows("select 1")).rejects.toMatchObject({ reason: "lost" });
    db.localNeon.clearFaults();
    db.localNeon.setFault({ kind: "hang" });
    await expect(counted.queryRows("select 1", [], 200)).rejects.toMatchObject({ reason: "timeout" });
    expect(kinds).toEqual(["http_status", "lost", "timeout"]);
  });
});

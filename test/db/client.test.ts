import { randomBytes, randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { DatabaseUnavailable, databaseFailure, loggableError, SqlError } from "../../src/db/errors.ts";
import { apiKeys, partners } from "../../src/db/schema.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

let db: TestDatabase;

beforeAll(async () => {
  db = await startTestDatabase();
});
afterEach(() => db.localNeon.clearFaults());
afterAll(() => db.stop());

const newPartner = () => ({
  partnerId: randomUUID(),
  name: "Ọjà",
  contactEmail: "shop@example.com",
  createdAt: new Date("2026-06-01T12:00:00.123Z"),
});

async function failureOf(work: Promise<unknown>): Promise<ReturnType<typeof databaseFailure>> {
  try {
    await work;
  } catch (error) {
    return databaseFailure(error);
  }
  throw new Error("the query was expected to fail");
}

describe("writeBatch", () => {
  it("returns the rows of the last statement, timestamps as epoch milliseconds", async () => {
    const statement = { text: "select $1::timestamptz, 1::int8", values: ["2026-06-01T14:00:00.123+02"] };
    const row = [Date.parse("2026-06-01T12:00:00.123Z"), "1"];
    expect(await db.database.writeBatch([{ text: "select 1", values: [] }, statement])).toEqual([row]);
  });
});

describe("queryRows", () => {
  it("returns rows as arrays, timestamps as epoch milliseconds", async () => {
    const rows = await db.database.queryRows(
      `select $1::text, 1::int4, 1.5::float8, 9007199254740993::int8, true, null, array['a', 'b'],
         '{"a":1}'::jsonb, '2026-06-01T14:00:00.123+02'::timestamptz, '0099-01-01T00:00:00Z'::timestamptz
       union all select null, 2, null, null, null, null, null, null, null, null`,
      ["Ọjà"],
    );
    expect(rows).toEqual([
      [
        "Ọjà",
        1,
        1.5,
        "9007199254740993",
        true,
        null,
        ["a", "b"],
        { a: 1 },
        Date.parse("2026-06-01T12:00:00.123Z"),
        Date.parse("0099-01-01T00:00:00Z"),
      ],
      [null, 2, null, null, null, null, null, null, null, null],
    ]);
  });

  it.each(["refuse", "truncate", "commit_then_drop"] as const)(
    "asks a second time, and no third, when the connection is lost: %s",
    async (kind) => {
      db.localNeon.setFault({ kind, times: 1 });
      expect(await db.database.queryRows("select 1")).toEqual([[1]]);
      db.localNeon.setFault({ kind, times: 3, sqlIncludes: "select 2" });
      const before = db.localNeon.requestCount();
      expect(await failureOf(db.database.queryRows("select 2"))).toMatchObject({ reason: "lost" });
      expect(db.localNeon.requestCount() - before).toBe(2);
    },
  );

  it("gives up when its time is over, without asking again", async () => {
    db.localNeon.setFault({ kind: "hang" });
    const before = db.localNeon.requestCount();
    const failure = await failureOf(db.database.queryRows("select 1", [], 50));
    expect(failure).toMatchObject({ name: "DatabaseUnavailable", reason: "timeout" });
    expect(db.localNeon.requestCount() - before).toBe(1);
  });

  it("reports a server error as the database being away, without asking again", async () => {
    db.localNeon.setFault({ kind: "error500" });
    const before = db.localNeon.requestCount();
    expect(await failureOf(db.database.queryRows("select 1"))).toMatchObject({ reason: "http_status" });
    expect(db.localNeon.requestCount() - before).toBe(1);
  });

  it("reports what Postgres refuses by its SQLSTATE alone", async () => {
    await expect(db.database.queryRows("select 's3cret'::int")).rejects.toEqual(
      new SqlError("22P02", undefined),
    );
    await expect(db.database.queryRows("select 's3cret'::int")).rejects.not.toThrow("s3cret");
  });
});

describe("orm", () => {
  it("writes and reads the types of the schema", async () => {
    const partner = newPartner();
    await db.database.orm.insert(partners).values(partner);
    const key = {
      keyId: randomUUID(),
      partnerId: partner.partnerId,
      label: "till",
      prefix: "snap_test_abcd",
      sha256: new Uint8Array(randomBytes(32)),
      scopes: ["inventory:read", "metrics:read"],
      expiresAt: new Date("2027-01-01T00:00:00.001Z"),
    };
    await db.database.orm.insert(apiKeys).values(key);
    const [found] = await db.database.orm.select().from(apiKeys).where(eq(apiKeys.keyId, key.keyId));
    expect(found).toMatchObject({ ...key, sha256: expect.anything() });
    expect(Buffer.from(found!.sha256).equals(Buffer.from(key.sha256))).toBe(true);
    const [row] = await db.database.orm
      .select()
      .from(partners)
      .where(eq(partners.partnerId, partner.partnerId));
    expect(row).toEqual({
      ...partner,
      status: "pending",
      approvedAt: null,
      suspendedAt: null,
      catalogVersion: 1,
    });
  });

  it("names the constraint that a write violates, and logs no value of it", async () => {
    const partner = newPartner();
    await db.database.orm.insert(partners).values(partner);
    const again = db.database.orm.insert(partners).values(partner).execute();
    const error = await again.catch((reason: unknown) => reason);
    expect(databaseFailure(error)).toMatchObject({
      kind: "unique_violation",
      sqlstate: "23505",
      constraint: "partners_pkey",
    });
    expect(JSON.stringify(loggableError(error))).not.toContain(partner.partnerId);
  });

  it("never repeats a write whose answer was lost", async () => {
    const partner = newPartner();
    db.localNeon.setFault({ kind: "commit_then_drop", times: 1 });
    const before = db.localNeon.requestCount();
    const failure = await failureOf(db.database.orm.insert(partners).values(partner).execute());
    expect(failure).toBeInstanceOf(DatabaseUnavailable);
    expect(db.localNeon.requestCount() - before).toBe(1);
    const rows = await db.database.queryRows("select name from partners where partner_id = $1", [
      partner.partnerId,
    ]);
    expect(rows).toEqual([[partner.name]]);
  });

  it("leaves nothing behind of a batch that fails", async () => {
    const partner = newPartner();
    const batch = db.database.orm.batch([
      db.database.orm.insert(partners).values(partner),
      db.database.orm.insert(partners).values(partner),
    ]);
    expect(await failureOf(batch)).toMatchObject({ kind: "unique_violation" });
    expect(
      await db.database.queryRows("select 1 from partners where partner_id = $1", [partner.partnerId]),
    ).toEqual([]);
  });
});

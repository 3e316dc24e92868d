import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createOverrideLookup } from "../../src/limits/override-lookup.ts";
import { createKey } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const NOW_MS = Date.parse("2026-06-01T12:00:00Z");

describe("a partner's overrides", () => {
  let db: TestDatabase;
  let partnerId: string;
  beforeAll(async () => {
    db = await startTestDatabase();
    ({ partnerId } = await createKey(db.localNeon));
    await db.localNeon.query(
      "insert into limit_overrides (partner_id, policy, permits) values ($1, 'nearby', 5)",
      [partnerId],
    );
  });
  afterEach(() => db.localNeon.clearFaults());
  afterAll(() => db.stop());

  function fresh() {
    const behind: Promise<unknown>[] = [];
    const before = db.localNeon.requestCount();
    return {
      find: createOverrideLookup(db.database.queryRows, (work) => behind.push(work)),
      behind,
      requests: () => db.localNeon.requestCount() - before,
    };
  }

  it("are looked up once for many who ask at once, also when the database is slow", async () => {
    const { find, requests } = fresh();
    db.localNeon.setFault({ kind: "delay", delayMs: 100 });
    const answers = await Promise.all(Array.from({ length: 50 }, () => find(partnerId, NOW_MS)));
    expect(answers).toEqual(Array(50).fill({ nearby: 5 }));
    expect(requests()).toBe(1);
  });

  it("are none for a partner that has none", async () => {
    expect(await fresh().find("00000000-0000-7000-8000-000000000000", NOW_MS)).toEqual({});
  });

  it("are looked up behind the answer after half a minute, and anew after 55 seconds", async () => {
    const { find, behind, requests } = fresh();
    for (const laterMs of [0, 30_000]) await find(partnerId, NOW_MS + laterMs);
    expect(requests()).toBe(1);
    await find(partnerId, NOW_MS + 30_001);
    await Promise.all(behind);
    expect(requests()).toBe(2);
    db.localNeon.setFault({ kind: "error500" });
    expect(await find(partnerId, NOW_MS + 85_001)).toEqual({ nearby: 5 });
    await Promise.all(behind);
    await expect(find(partnerId, NOW_MS + 85_002)).rejects.toMatchObject({ name: "DatabaseUnavailable" });
  });
});

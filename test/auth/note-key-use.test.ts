import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKeyLookup } from "../../src/auth/api-key-lookup.ts";
import { noteKeyUse } from "../../src/auth/note-key-use.ts";
import { createKey } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const NOON_MS = Date.parse("2026-06-01T12:00:00Z");

describe("noting that a key is used", () => {
  let db: TestDatabase;
  beforeAll(async () => {
    db = await startTestDatabase();
  });
  afterAll(() => db.stop());

  /** A Worker, and what it left to be done behind its answers. */
  function worker() {
    const behind: Promise<unknown>[] = [];
    const waitUntil = (work: Promise<unknown>) => behind.push(work);
    const { queryRows, write } = db.database;
    return { findKey: noteKeyUse(createKeyLookup(queryRows, waitUntil), write, waitUntil), behind };
  }
  async function lastUsedMs(keyId: string): Promise<unknown> {
    const [row] = await db.database.queryRows("select last_used_at from api_keys where key_id = $1", [keyId]);
    return row?.[0];
  }

  it("is done behind the answer, at most once a minute", async () => {
    const { key, keyId, partnerId } = await createKey(db.localNeon);
    const { findKey, behind } = worker();
    const writes: number[] = [];
    for (const secondsLater of [0, 1, 59, 60, 61, 119, 120]) {
      behind.length = 0;
      const before = db.localNeon.recentRequests().filter(([sql]) => sql?.includes("update api_keys")).length;
      expect(await findKey(key, NOON_MS + secondsLater * 1000)).toMatchObject({ keyId, partnerId });
      await Promise.all(behind);
      const after = db.localNeon.recentRequests().filter(([sql]) => sql?.includes("update api_keys")).length;
      writes.push(after - before);
    }
    expect(writes).toEqual([1, 0, 0, 1, 0, 0, 1]);
    expect(await lastUsedMs(keyId)).toBe(NOON_MS + 120_000);
  });

  it("is done as often for a key that is known all along, without a promise", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    const { findKey, behind } = worker();
    await findKey(key, NOON_MS);
    const noted: unknown[] = [];
    for (let seconds = 3; seconds <= 120; seconds += 3) {
      expect(findKey.known(key, NOON_MS + seconds * 1000)).toMatchObject({ keyId });
      await Promise.all(behind.splice(0));
      noted.push(await lastUsedMs(keyId));
    }
    expect([...new Set(noted)]).toEqual([NOON_MS, NOON_MS + 60_000, NOON_MS + 120_000]);
  });

  it("never goes back, when another Worker has noted a later use", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    for (const atMs of [NOON_MS + 60_000, NOON_MS]) {
      const { findKey, behind } = worker();
      await findKey(key, atMs);
      await Promise.all(behind);
    }
    expect(await lastUsedMs(keyId)).toBe(NOON_MS + 60_000);
  });

  it("costs nobody an answer when the database fails", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    const { findKey, behind } = worker();
    db.localNeon.setFault({ kind: "error500", sqlIncludes: "update api_keys" });
    expect(await findKey(key, NOON_MS)).toMatchObject({ keyId });
    await expect(Promise.all(behind)).resolves.toBeDefined();
    db.localNeon.clearFaults();
    expect(await lastUsedMs(keyId)).toBeNull();
  });

  it("is not done for keys that open nothing", async () => {
    const { key, keyId } = await createKey(db.localNeon, { revokedAt: new Date(NOON_MS) });
    const { findKey, behind } = worker();
    expect(await findKey(key, NOON_MS)).toBeUndefined();
    await Promise.all(behind);
    expect(await lastUsedMs(keyId)).toBeNull();
  });
});

import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { apiKeySha256, formatApiKey } from "../../src/auth/api-key.ts";
import { type BeforeLookUp, createKeyLookup, type FindKey } from "../../src/auth/api-key-lookup.ts";
import { createKey } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const NOW_MS = Date.parse("2026-06-01T12:00:00Z");

/** A request finds a key first without a promise, if it can. */
type Find = (key: string, nowMs: number, beforeLookUp?: BeforeLookUp) => ReturnType<FindKey>;
const WAYS: readonly { readonly name: string; readonly by: (findKey: FindKey) => Find }[] = [
  { name: "with a promise each time", by: (findKey) => findKey },
  {
    name: "as requests do, without one for a known key",
    by: (findKey) => async (key, nowMs, beforeLookUp) =>
      findKey.known(key, nowMs) ?? (await findKey(key, nowMs, beforeLookUp)),
  },
];

describe.each(WAYS)("looking up a Connect key $name", ({ by }) => {
  let db: TestDatabase;

  beforeAll(async () => {
    db = await startTestDatabase();
  });
  afterEach(() => db.localNeon.clearFaults());
  afterAll(() => db.stop());

  /** A lookup with an empty memory, and what it left to be done behind its answers. */
  function fresh(): { findKey: Find; behind: () => Promise<unknown>; requests: () => number } {
    const work: Promise<unknown>[] = [];
    const before = db.localNeon.requestCount();
    return {
      findKey: by(createKeyLookup(db.database.queryRows, (promise) => work.push(promise))),
      behind: () => Promise.all(work),
      requests: () => db.localNeon.requestCount() - before,
    };
  }
  const revoke = (keyId: string) =>
    db.localNeon.query("update api_keys set revoked_at = now() where key_id = $1", [keyId]);

  it("finds its partner and the scopes that we know", async () => {
    const { key, keyId, partnerId } = await createKey(db.localNeon, {
      scopes: ["metrics:read", "inventory:read", "moon:landing"],
    });
    expect(await fresh().findKey(key, NOW_MS)).toEqual({
      kind: "key",
      keyId,
      partnerId,
      scopes: ["inventory:read", "metrics:read"],
      limits: {},
    });
  });

  it("finds nothing when the key is unknown, revoked or expired, or the partner not approved", async () => {
    const { findKey } = fresh();
    expect(await findKey(formatApiKey("development", randomBytes(32)), NOW_MS)).toBeUndefined();
    for (const state of [
      { revokedAt: new Date(NOW_MS + 1) },
      { expiresAt: new Date(NOW_MS) },
      { partnerStatus: "pending" },
      { partnerStatus: "suspended" },
    ] as const) {
      const { key } = await createKey(db.localNeon, state);
      expect(await findKey(key, NOW_MS)).toBeUndefined();
    }
  });

  it("notices to the millisecond that a remembered key expires", async () => {
    const { findKey, requests } = fresh();
    const { key } = await createKey(db.localNeon, { expiresAt: new Date(NOW_MS + 100) });
    expect(await findKey(key, NOW_MS)).toBeDefined();
    expect(await findKey(key, NOW_MS + 99)).toBeDefined();
    expect(await findKey(key, NOW_MS + 100)).toBeUndefined();
    expect(requests()).toBe(1);
  });

  it("asks once, believes the answer for five seconds, then asks again", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    const { findKey, requests } = fresh();
    expect(await findKey(key, NOW_MS)).toBeDefined();
    await revoke(keyId);
    expect(await findKey(key, NOW_MS + 2500)).toBeDefined();
    expect(requests()).toBe(1);
    expect(await findKey(key, NOW_MS + 5001)).toBeUndefined();
    expect(requests()).toBe(2);
  });

  it("remembers for as long that a key is unknown", async () => {
    const key = formatApiKey("development", randomBytes(32));
    const { findKey, requests } = fresh();
    for (const ms of [0, 1000, 2000]) expect(await findKey(key, NOW_MS + ms)).toBeUndefined();
    expect(requests()).toBe(1);
  });

  it("asks again behind an answer when half of the time is over, once for many callers", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    const { findKey, behind, requests } = fresh();
    await findKey(key, NOW_MS);
    await revoke(keyId);
    const answers = await Promise.all([1, 2, 3].map(() => findKey(key, NOW_MS + 3000)));
    expect(answers.every((answer) => answer !== undefined)).toBe(true);
    await behind();
    expect(requests()).toBe(2);
    expect(await findKey(key, NOW_MS + 3001)).toBeUndefined();
  });

  it("keeps the known answer when asking behind fails, until its five seconds are over; then it says so", async () => {
    const { key } = await createKey(db.localNeon);
    const { findKey, behind } = fresh();
    await findKey(key, NOW_MS);
    db.localNeon.setFault({ kind: "error500" });
    expect(await findKey(key, NOW_MS + 3000)).toBeDefined();
    await behind();
    expect(await findKey(key, NOW_MS + 5000)).toBeDefined();
    await behind();
    await expect(findKey(key, NOW_MS + 5001)).rejects.toMatchObject({ name: "DatabaseUnavailable" });
    db.localNeon.clearFaults();
    expect(await findKey(key, NOW_MS + 5002)).toBeDefined();
  });

  it("asks once for many callers who come at once, having asked whether it may", async () => {
    const { key } = await createKey(db.localNeon);
    const { findKey, requests } = fresh();
    let allowed = 0;
    const beforeLookUp = async () => {
      allowed++;
      return undefined;
    };
    const answers = await Promise.all(Array.from({ length: 50 }, () => findKey(key, NOW_MS, beforeLookUp)));
    expect(answers.every((answer) => answer !== undefined)).toBe(true);
    expect([requests(), allowed]).toEqual([1, 1]);
    await findKey(key, NOW_MS + 1, beforeLookUp);
    expect(allowed).toBe(1);
  });

  describe("with a slow database", () => {
    /** Counts permits taken and given back. */
    function permits() {
      const counted = { taken: 0, givenBack: 0 };
      const beforeLookUp = async () => {
        counted.taken++;
        return () => {
          counted.givenBack++;
        };
      };
      return { counted, beforeLookUp };
    }

    it("asks once all the same, for callers who come at once and later on", async () => {
      const { key } = await createKey(db.localNeon);
      const { findKey, requests } = fresh();
      const { counted, beforeLookUp } = permits();
      db.localNeon.setFault({ kind: "delay", delayMs: 700 });
      const answers = await Promise.all(
        Array.from({ length: 100 }, (_, i) => findKey(key, NOW_MS + 4 * i, beforeLookUp)),
      );
      expect(answers.every((answer) => answer !== undefined)).toBe(true);
      expect([requests(), counted]).toEqual([1, { taken: 1, givenBack: 1 }]);
    });

    it("goes on for those who wait, and gives the permit back, when the first caller is gone", async () => {
      const { key } = await createKey(db.localNeon);
      const { findKey, behind, requests } = fresh();
      const { counted, beforeLookUp } = permits();
      db.localNeon.setFault({ kind: "delay", delayMs: 50 });
      void findKey(key, NOW_MS, beforeLookUp);
      expect(await findKey(key, NOW_MS, beforeLookUp)).toBeDefined();
      await behind();
      expect([requests(), counted]).toEqual([1, { taken: 1, givenBack: 1 }]);
    });

    it("tells all who wait when it fails, and asks again for the next", async () => {
      const { key } = await createKey(db.localNeon);
      const { findKey, requests } = fresh();
      const { counted, beforeLookUp } = permits();
      db.localNeon.setFault({ kind: "error500" });
      const first = Promise.withResolvers<undefined>();
      const { result } = await begun(
        (ask) => findKey(key, NOW_MS, async () => (await ask()) ?? (await beforeLookUp())),
        first.promise,
      );
      const others = Array.from({ length: 50 }, () => findKey(key, NOW_MS, beforeLookUp));
      await apiKeySha256(key);
      first.resolve(undefined);
      const outcomes = await Promise.allSettled([result, ...others]);
      expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
      expect(counted).toEqual({ taken: 1, givenBack: 1 });
      db.localNeon.clearFaults();
      const before = requests();
      expect(await findKey(key, NOW_MS, beforeLookUp)).toBeDefined();
      expect(requests() - before).toBe(1);
    });

    it("keeps the permit of a key that opens nothing", async () => {
      const { counted, beforeLookUp } = permits();
      await fresh().findKey(formatApiKey("development", randomBytes(32)), NOW_MS, beforeLookUp);
      expect(counted).toEqual({ taken: 1, givenBack: 0 });
    });
  });

  /** A look-up that has begun, and waits for its permit. */
  async function begun(find: (beforeLookUp: BeforeLookUp) => Promise<unknown>, permit: Promise<undefined>) {
    const asked = Promise.withResolvers<void>();
    const result = find(() => {
      asked.resolve();
      return permit;
    });
    await asked.promise;
    return { result };
  }

  it("asks for the others when the first may not", async () => {
    const { key } = await createKey(db.localNeon);
    const { findKey, requests } = fresh();
    const first = Promise.withResolvers<undefined>();
    const refused = await begun((beforeLookUp) => findKey(key, NOW_MS, beforeLookUp), first.promise);
    const others = Promise.all([1, 2, 3].map(() => findKey(key, NOW_MS)));
    first.reject(new Error("not now"));
    await expect(refused.result).rejects.toThrow("not now");
    expect((await others).every((answer) => answer !== undefined)).toBe(true);
    expect(requests()).toBe(1);
  });

  it("takes over a look-up that is no more, once for all who wait", async () => {
    const { key } = await createKey(db.localNeon);
    const { findKey, requests } = fresh();
    await begun((beforeLookUp) => findKey(key, NOW_MS, beforeLookUp), new Promise(() => undefined));
    expect(await Promise.all([1, 2, 3].map(() => findKey(key, NOW_MS + 8001)))).toHaveLength(3);
    expect(requests()).toBe(1);
  });

  it("does not ask when it may not, and says why", async () => {
    const { key } = await createKey(db.localNeon);
    const { findKey, requests } = fresh();
    const refused = () => Promise.reject(new Error("not now"));
    await expect(findKey(key, NOW_MS, refused)).rejects.toThrow("not now");
    expect(requests()).toBe(0);
    expect(await findKey(key, NOW_MS)).toBeDefined();
  });

  it("brings the partner's own limits along", async () => {
    const { key, partnerId } = await createKey(db.localNeon);
    await db.localNeon.query(
      "insert into limit_overrides (partner_id, policy, permits) values ($1, 'nearby', 1000), ($1, 'events', 5)",
      [partnerId],
    );
    expect(await fresh().findKey(key, NOW_MS)).toMatchObject({ limits: { nearby: 1000, events: 5 } });
  });

  it("does not trust what it knows when the clock is set back", async () => {
    const { key, keyId } = await createKey(db.localNeon);
    const { findKey } = fresh();
    await findKey(key, NOW_MS);
    await revoke(keyId);
    expect(await findKey(key, NOW_MS - 60_000)).toBeUndefined();
  });
});

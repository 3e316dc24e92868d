import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { formatApiKey } from "../../src/auth/api-key.ts";
import { wireId } from "../../src/ids.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type LimitedApp, startLimitedApp } from "./limited-app.ts";

/** Answered 400 without asking the database. */
const NEARBY = "/inventory/nearby?lat=north";
const WINDOW_MS = 300_000;

let db: TestDatabase;
let app: LimitedApp;
let known: KeyFixture;
let operator: string;

beforeAll(async () => {
  db = await startTestDatabase();
  operator = await mintDevToken("operator");
});
beforeEach(async () => {
  app = startLimitedApp({ database: db.database, ...db.localNeon });
  known = await createKey(db.localNeon, { scopes: ["inventory:read", "catalog:write"] });
});
afterAll(() => db.stop());

const withKey = (key: string) => ({ headers: { "X-SnapAct-API-Key": key } });
const withToken = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });
const from = (address: string, key?: string) => ({
  headers: { "CF-Connecting-IP": address, ...(key !== undefined && { "X-SnapAct-API-Key": key }) },
});
const newKey = () => formatApiKey("development", randomBytes(32));

async function statuses(requests: number, ask: (i: number) => Promise<Response>): Promise<number[]> {
  const all: number[] = [];
  for (let i = 0; i < requests; i++) all.push((await ask(i)).status);
  return all;
}

describe("every route", () => {
  it("is under a limit, and says so", async () => {
    const { routes } = app.router;
    expect(routes.length).toBeGreaterThan(20);
    for (const { method, path } of routes) {
      const url = path.replaceAll(/:\w+/g, "some");
      const response = await app.ask(url, { method, ...withKey(known.key) });
      const policy = response.headers.get("RateLimit-Policy");
      expect([method, path, policy]).toEqual([
        method,
        path,
        expect.stringMatching(/^"[a-z-]+";q=\d+;w=300$/),
      ]);
      expect(policy).not.toContain("failed-authentication");
      expect(response.headers.get("RateLimit")).toMatch(/^"[a-z-]+";r=\d+;t=\d+$/);
    }
  });

  it("that changes what a partner sees counts reads and writes apart", async () => {
    const token = withToken(await mintDevToken("partner", wireId("ptr", known.partnerId)));
    const policyOf = async (method: string) =>
      (await app.ask("/partners/me/connect/keys", { method, ...token })).headers.get("RateLimit-Policy");
    expect(await policyOf("GET")).toBe('"dashboard-reads";q=60;w=300');
    expect(await policyOf("POST")).toBe('"dashboard-writes";q=40;w=300');
  });
});

describe("a caller", () => {
  it("is told how its limit stands, and refused with the moment at which a request passes", async () => {
    const first = await app.ask(NEARBY, withKey(known.key));
    expect(first.headers.get("RateLimit")).toBe('"nearby";r=299;t=300');
    expect(await statuses(299, () => app.ask(NEARBY, withKey(known.key)))).toEqual(Array(299).fill(400));
    await app.settle();
    const refused = await app.ask(NEARBY, withKey(known.key));
    expect(refused.status).toBe(429);
    expect(refused.headers.get("RateLimit-Policy")).toBe('"nearby";q=300;w=300');
    expect(refused.headers.get("RateLimit")).toBe('"nearby";r=0;t=300');
    const retryS = Number(refused.headers.get("Retry-After"));
    expect(await refused.json()).toMatchObject({
      code: "rate_limited",
      detail: `The limit nearby allows 300 requests in any 300 seconds. The next one passes in ${retryS} s.`,
    });
    app.nowMs += 1000 * (retryS - 1);
    expect((await app.ask(NEARBY, withKey(known.key))).status).toBe(429);
    app.nowMs += 1000;
    expect((await app.ask(NEARBY, withKey(known.key))).status).toBe(400);
  });

  it("has limits of its own, whatever others and its other routes do", async () => {
    const other = await createKey(db.localNeon);
    await statuses(301, () => app.ask(NEARBY, withKey(known.key)));
    expect((await app.ask(NEARBY, withKey(known.key))).status).toBe(429);
    expect((await app.ask(NEARBY, withKey(other.key))).status).toBe(400);
    expect((await app.ask("/connect/v1/locations?limit=x", withKey(known.key))).status).toBe(400);
  });

  it("is one at each address for applications", async () => {
    const apply = (address: string) =>
      app.ask("/partners/applications", { method: "POST", ...from(address), body: "{}" });
    expect(await statuses(11, () => apply("2001:db8:0:1::1"))).toEqual([...Array(10).fill(415), 429]);
    expect((await apply("2001:db8:0:1:ffff::2")).status).toBe(429);
    expect((await apply("2001:db8:0:2::1")).status).toBe(415);
  });
});

describe("badly authenticated requests", () => {
  it("cost the guesser, and not the database", async () => {
    const guess = () => app.ask(NEARBY, from("203.0.113.1", newKey()));
    expect(await statuses(30, guess)).toEqual(Array(30).fill(401));
    const before = app.statements;
    const refused = await guess();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("RateLimit-Policy")).toBe('"failed-authentication";q=30;w=300');
    expect(await statuses(50, guess)).toEqual(Array(50).fill(429));
    expect(app.statements).toBe(before);
    expect((await app.ask(NEARBY, from("203.0.113.2", newKey()))).status).toBe(401);
  });

  it("are told how often they may try again", async () => {
    const response = await app.ask(NEARBY, from("203.0.113.1"));
    expect([response.status, response.headers.get("RateLimit")]).toEqual([
      401,
      '"failed-authentication";r=29;t=300',
    ]);
  });

  it.each([
    ["no credentials", () => undefined],
    ["a key that is not whole", () => "snap_test_x"],
    ["one unknown key, again and again", () => UNKNOWN],
  ])("count when they have %s", async (_what, key) => {
    expect(await statuses(31, () => app.ask(NEARBY, from("203.0.113.1", key())))).toEqual([
      ...Array(30).fill(401),
      429,
    ]);
  });
  const UNKNOWN = newKey();

  it("do not keep out a key that is known to be good", async () => {
    expect((await app.ask(NEARBY, from("203.0.113.1", known.key))).status).toBe(400);
    await statuses(40, () => app.ask(NEARBY, from("203.0.113.1", newKey())));
    expect((await app.ask(NEARBY, from("203.0.113.1", known.key))).status).toBe(400);
  });

  it("are not those of good keys, however often they are looked up", async () => {
    const keys = await Promise.all(Array.from({ length: 40 }, () => createKey(db.localNeon)));
    for (const { key } of keys) {
      expect((await app.ask(NEARBY, from("203.0.113.1", key))).status).toBe(400);
      await app.settle();
    }
  });

  it("are not those with one good key that come at once while the database is slow", async () => {
    db.localNeon.setFault({ kind: "delay", delayMs: 700 });
    const ask = () => app.ask(NEARBY, from("203.0.113.1", known.key));
    const answers = await Promise.all(Array.from({ length: 100 }, ask));
    db.localNeon.clearFaults();
    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(400));
  });

  it("are not those that the database cannot judge", async () => {
    db.localNeon.setFault({ kind: "error500" });
    const during = await statuses(35, async () => {
      const response = await app.ask(NEARBY, from("203.0.113.1", known.key));
      await app.settle();
      return response;
    });
    db.localNeon.clearFaults();
    expect(during).toEqual(Array(35).fill(503));
    expect((await app.ask(NEARBY, from("203.0.113.1", known.key))).status).toBe(400);
  });
});

describe("when the limiter does not answer", () => {
  it("five reads a minute pass, counted and logged; the rest and all writes are to come back", async () => {
    await app.ask(NEARBY, withKey(known.key));
    app.isReachable = false;
    app.nowMs += 3000;
    const read = () => app.ask(NEARBY, withKey(known.key));
    expect(await statuses(7, read)).toEqual([400, 400, 400, 400, 400, 503, 503]);
    const counted = app.log.filter(({ code }) => code === "limit_not_counted");
    expect(counted.map(({ policy, passed }) => [policy, passed])).toEqual(
      [1, 2, 3, 4, 5].map((passed) => ["nearby", passed]),
    );
    const path = "/connect/v1/locations/shop";
    const write = await app.ask(path, { method: "PUT", ...withKey(known.key) });
    expect([write.status, write.headers.get("Retry-After")]).toEqual([503, "2"]);
    expect(await write.json()).toMatchObject({ code: "unavailable" });
    app.nowMs += 60_000;
    expect(await statuses(6, read)).toEqual([400, 400, 400, 400, 400, 503]);
    app.isReachable = true;
    app.nowMs += 3000;
    expect(await statuses(3, read)).toEqual([400, 400, 400]);
  });

  it("its health is told all the same, and costs no other read its place", async () => {
    await app.ask(NEARBY, withKey(known.key));
    app.isReachable = false;
    app.nowMs += 3000;
    expect(await statuses(20, () => app.ask("/healthz"))).toEqual(Array(20).fill(200));
    expect(await statuses(6, () => app.ask(NEARBY, withKey(known.key)))).toEqual([
      400, 400, 400, 400, 400, 503,
    ]);
  });

  it("a request passes once, also when it is under two limits", async () => {
    app.isReachable = false;
    const keys = await Promise.all(Array.from({ length: 6 }, () => createKey(db.localNeon)));
    expect(await statuses(6, (i) => app.ask(NEARBY, withKey(keys[i]!.key)))).toEqual([
      400, 400, 400, 400, 400, 503,
    ]);
  });
});

describe("a partner's own limit", () => {
  const limitsOf = (partnerId: string) => `/admin/partners/${wireId("ptr", partnerId)}/limits`;
  const set = (partnerId: string, policy: string, limit: number) =>
    app.ask(`${limitsOf(partnerId)}/${policy}`, {
      method: "PUT",
      headers: { ...withToken(operator).headers, "Content-Type": "application/json" },
      body: JSON.stringify({ limit }),
    });
  const remove = (partnerId: string, policy: string) =>
    app.ask(`${limitsOf(partnerId)}/${policy}`, { method: "DELETE", ...withToken(operator) });
  const standing = async (key: string) =>
    (await app.ask(NEARBY, withKey(key))).headers.get("RateLimit-Policy");

  it("is effective for its keys within 60 seconds, and so is its end; both are recorded once", async () => {
    expect(await standing(known.key)).toBe('"nearby";q=300;w=300');
    const answer = await set(known.partnerId, "nearby", 1000);
    const usual = { policy: "nearby", default_limit: 300, window_s: 300 };
    expect(await answer.json()).toEqual({ ...usual, limit: 1000 });
    await set(known.partnerId, "nearby", 1000);
    app.nowMs += 60_000;
    expect(await standing(known.key)).toBe('"nearby";q=1000;w=300');
    expect(await (await remove(known.partnerId, "nearby")).json()).toEqual({ ...usual, limit: 300 });
    await remove(known.partnerId, "nearby");
    app.nowMs += 60_000;
    expect(await standing(known.key)).toBe('"nearby";q=300;w=300');
    const audit = await db.localNeon.query(
      "select action, details->>'policy' as policy, details->>'limit' as limit, actor_kind from audit_records where partner_id = $1 order by audit_id",
      [known.partnerId],
    );
    expect(audit).toEqual([
      { action: "limit.set", policy: "nearby", limit: "1000", actor_kind: "operator" },
      { action: "limit.removed", policy: "nearby", limit: null, actor_kind: "operator" },
    ]);
  });

  it("lets as many pass, and unblocks who was refused", async () => {
    await set(known.partnerId, "nearby", 2);
    app.nowMs += 6000;
    expect(await statuses(3, () => app.ask(NEARBY, withKey(known.key)))).toEqual([400, 400, 429]);
    await set(known.partnerId, "nearby", 4);
    app.nowMs += 6000;
    expect(await statuses(3, () => app.ask(NEARBY, withKey(known.key)))).toEqual([400, 400, 429]);
    app.nowMs += WINDOW_MS + 3000;
    expect(await statuses(5, () => app.ask(NEARBY, withKey(known.key)))).toEqual([400, 400, 400, 400, 429]);
  });

  it("is effective for its people within 60 seconds", async () => {
    const token = withToken(await mintDevToken("partner", wireId("ptr", known.partnerId)));
    const policyOf = async () => (await app.ask("/partners/me", token)).headers.get("RateLimit-Policy");
    expect(await policyOf()).toBe('"dashboard-reads";q=60;w=300');
    await set(known.partnerId, "dashboard-reads", 600);
    app.nowMs += 60_000;
    expect(await policyOf()).toBe('"dashboard-reads";q=600;w=300');
  });

  it("is listed among the usual ones", async () => {
    await set(known.partnerId, "catalog", 5000);
    const { items } = (await (await app.ask(limitsOf(known.partnerId), withToken(operator))).json()) as {
      items: { policy: string; limit: number }[];
    };
    expect(items.map(({ policy, limit }) => [policy, limit])).toEqual([
      ["nearby", 300],
      ["metrics", 180],
      ["catalog", 5000],
      ["events", 300],
      ["orders", 300],
      ["dashboard-reads", 60],
      ["dashboard-writes", 40],
    ]);
  });

  it.each([
    ["nobody's", () => limitsOf("00000000-0000-7000-8000-000000000000"), { limit: 5 }, 404],
    ["of a limit that nobody has", () => `${limitsOf(known.partnerId)}/nothing`, { limit: 5 }, 404],
    ["of a limit that is the same for all", () => `${limitsOf(known.partnerId)}/admin`, { limit: 5 }, 404],
    ["of nothing", () => `${limitsOf(known.partnerId)}/nearby`, { limit: 0 }, 400],
    ["of too much", () => `${limitsOf(known.partnerId)}/nearby`, { limit: 10_000_001 }, 400],
    ["of a part", () => `${limitsOf(known.partnerId)}/nearby`, { limit: 1.5 }, 400],
  ])("cannot be %s", async (what, path, body, status) => {
    const response = await app.ask(what === "nobody's" ? `${path()}/nearby` : path(), {
      method: "PUT",
      headers: { ...withToken(operator).headers, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(status);
  });

  it("is set by operators only", async () => {
    const token = withToken(await mintDevToken("partner", wireId("ptr", known.partnerId)));
    const path = `${limitsOf(known.partnerId)}/nearby`;
    expect((await app.ask(path, { method: "DELETE", ...token })).status).toBe(403);
    expect((await app.ask(path, { method: "DELETE", ...withKey(known.key) })).status).toBe(403);
  });
});

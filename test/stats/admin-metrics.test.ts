import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { wireId } from "../../src/ids.ts";
import type { AdminMetrics, CounterFigures } from "../../src/stats/metrics.ts";
import { type LimitedApp, startLimitedApp } from "../limits/limited-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";
import { assertConforms } from "../support/conforms.ts";
import { readExposition } from "../support/exposition.ts";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { createMemoryStats, type MemoryStats } from "./memory-stats.ts";

const PATH = "/admin/metrics";

let db: TestDatabase;
let app: LimitedApp;
let stats: MemoryStats;
let known: KeyFixture;
let operator: Record<string, string>;

beforeAll(async () => {
  db = await startTestDatabase();
  stats = createMemoryStats();
  app = startLimitedApp({ database: db.database, ...db.localNeon, statsStore: stats, tileMaxAgeS: 5 });
  known = await createKey(db.localNeon, { scopes: ["inventory:read", "catalog:write", "metrics:read"] });
  operator = bearer(await mintDevToken("operator"));
});
afterEach(() => {
  stats.isAway = false;
  db.localNeon.clearFaults();
});
afterAll(() => db.stop());

type Asked = {
  readonly route: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
};

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const withKey = () => ({ "X-SnapAct-API-Key": known.key });

async function read(): Promise<AdminMetrics> {
  const response = await app.ask(PATH, { headers: operator });
  expect(response.status).toBe(200);
  const body = await response.text();
  assertConforms({
    method: "GET",
    path: PATH,
    status: 200,
    contentType: response.headers.get("Content-Type"),
    body,
  });
  return JSON.parse(body) as AdminMetrics;
}

async function readCounters(): Promise<CounterFigures> {
  const { counters } = await read();
  if (counters === null) throw new Error("nothing was summed");
  return counters;
}

/** How often each thing was counted, by all that tells it from others. */
function tally(counters: CounterFigures): Record<string, number> {
  const { requests, nearby_answers, limit_refusals, database_errors, durations } = counters;
  return Object.fromEntries([
    ...requests.map(({ count, ...labels }) => [JSON.stringify(labels), count]),
    ...nearby_answers.map(({ count, ...labels }) => [JSON.stringify(labels), count]),
    ...limit_refusals.map(({ count, ...labels }) => [JSON.stringify(labels), count]),
    ...database_errors.map(({ count, ...labels }) => [JSON.stringify(labels), count]),
    ...durations.map(({ route, count }) => [`durations ${route}`, count]),
  ]);
}

function difference(after: Record<string, number>, before: Record<string, number>): Record<string, number> {
  const grown = Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)] as const);
  return Object.fromEntries(grown.filter(([, count]) => count !== 0));
}

describe("GET /admin/metrics", () => {
  it("is for operators alone", async () => {
    const tokens = {
      buyer: bearer(await mintDevToken("buyer")),
      marketplace: bearer(await mintDevToken("marketplace")),
      partner: bearer(await mintDevToken("partner", wireId("ptr", known.partnerId))),
      key: withKey(),
    };
    for (const headers of Object.values(tokens)) {
      const response = await app.ask(PATH, { headers });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: "forbidden" });
    }
    expect((await app.ask(PATH)).status).toBe(401);
    expect((await app.ask(PATH, { headers: operator })).status).toBe(200);
  });

  it("refuses parameters and formats that it does not know", async () => {
    for (const query of ["?format=xml", "?formt=json", "?format=", "?partner_id=x"]) {
      expect((await app.ask(PATH + query, { headers: operator })).status).toBe(400);
    }
  });

  it("counts every request by the pattern of its path, as it was answered", async () => {
    const { key } = known;
    const asKey = { "X-SnapAct-API-Key": key };
    const noCache = { ...asKey, "Cache-Control": "no-cache" };
    const requests = fc.constantFrom<Asked>(
      { route: "/inventory/nearby", path: "/inventory/nearby?lat=6.4&lng=3.4", headers: asKey },
      { route: "/inventory/nearby", path: "/inventory/nearby?lat=6.4&lng=3.4", headers: noCache },
      { route: "/inventory/nearby", path: "/inventory/nearby?lat=north", headers: asKey },
      { route: "/inventory/nearby", path: "/inventory/nearby" },
      { route: "/inventory/nearby", path: "/inventory/nearby", method: "OPTIONS" },
      { route: "/inventory/nearby", path: "/inventory/nearby", method: "PROPFIND" },
      { route: "/healthz", path: "/healthz" },
      { route: "/healthz", path: "/healthz", method: "HEAD" },
      {
        route: "/connect/v1/locations/:location_ref",
        path: "/connect/v1/locations/a%2Fb",
        headers: asKey,
      },
      { route: "/partners/applications", path: "/partners/applications", method: "POST" },
      { route: "/admin/partners/:partner_id/approve", path: "/admin/partners/x/approve", method: "POST" },
      { route: "(none)", path: "/nowhere/at?all=1" },
      { route: "(none)", path: "/inventory/nearby/" },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { minLength: 20, maxLength: 40 }), async (all) => {
        const before = tally(await readCounters());
        const expected: Record<string, number> = {};
        const expectOne = (key: string) => {
          expected[key] = (expected[key] ?? 0) + 1;
        };
        // The question before.
        expectOne(JSON.stringify({ route: PATH, method: "GET", status: 200 }));
        expectOne(`durations ${PATH}`);
        for (const { route, path, method = "GET", headers = {} } of all) {
          const { status, headers: answered } = await app.ask(path, { method, headers });
          expectOne(JSON.stringify({ route, method: method === "PROPFIND" ? "OTHER" : method, status }));
          expectOne(`durations ${route}`);
          const timing = /^(hot|cold);dur=\d+(?:;desc="(\w+)")?/.exec(answered.get("Server-Timing") ?? "");
          if (timing !== null) expectOne(JSON.stringify({ path: timing[1], reason: timing[2] ?? null }));
          const policy = answered.get("RateLimit-Policy")?.split('"')[1];
          if (status === 429) expectOne(JSON.stringify({ policy }));
        }
        expect(difference(tally(await readCounters()), before)).toEqual(expected);
      }),
      { seed: 20261122, numRuns: 20 },
    );
    const { limit_refusals, nearby_answers } = await readCounters();
    expect(limit_refusals.map(({ policy }) => policy)).toEqual(["applications", "failed-authentication"]);
    expect(nearby_answers.length).toBeGreaterThan(1);
  });

  it("counts what the database did not answer", async () => {
    const before = tally(await readCounters());
    db.localNeon.setFault({ kind: "error500" });
    for (let i = 0; i < 3; i++) expect((await app.ask("/healthz")).status).toBe(503);
    db.localNeon.clearFaults();
    expect(difference(tally(await readCounters()), before)).toMatchObject({
      [JSON.stringify({ kind: "http_status" })]: 3,
      [JSON.stringify({ route: "/healthz", method: "GET", status: 503 })]: 3,
    });
  });

  it("says for how long the oldest event has waited", async () => {
    expect((await read()).outbox).toEqual({ oldest_undelivered_age_s: 0 });
    await db.localNeon.query(
      `insert into outbox_events (event_id, partner_id, type, payload, created_at)
       values ('0193f3a0-0001-7000-8000-000000000001', $1, 'order.paid', '{}', $2)`,
      [known.partnerId, new Date(app.nowMs - 90_500).toISOString()],
    );
    expect((await read()).outbox).toEqual({ oldest_undelivered_age_s: 90.5 });
    await db.localNeon.exec("delete from outbox_events");
  });

  it("asks for the market once a minute", async () => {
    app.nowMs += 61_000;
    const first = await read();
    app.nowMs += 59_000;
    expect((await read()).market).toEqual(first.market);
    app.nowMs += 2000;
    expect((await read()).market?.as_of).toBe(new Date(app.nowMs).toISOString());
  });
});

describe("the metrics for Prometheus", () => {
  const scrape = async (headers: Record<string, string>, query = "") => {
    const response = await app.ask(PATH + query, { headers: { ...operator, ...headers } });
    return { type: response.headers.get("Content-Type"), text: await response.text() };
  };

  it("are had by Accept, and by format, which wins", async () => {
    const text = "text/plain; version=0.0.4; charset=utf-8";
    expect((await scrape({ Accept: "text/plain" })).type).toBe(text);
    expect((await scrape({ Accept: "application/json" }, "?format=prometheus")).type).toBe(text);
    expect((await scrape({ Accept: "text/plain" }, "?format=json")).type).toMatch(/^application\/json/);
    expect((await app.ask(PATH, { headers: operator })).headers.get("Vary")).toContain("Accept");
  });

  it("are what JSON says", async () => {
    const json = await readCounters();
    const { samples } = readExposition((await scrape({}, "?format=prometheus")).text);
    const requests = samples.filter(({ name }) => name === "snapact_http_requests_total");
    const elsewhere = ({ route }: { readonly route?: string }) => route !== PATH;
    expect(requests.filter(({ labels }) => elsewhere(labels))).toEqual(
      json.requests.filter(elsewhere).map(({ route, method, status, count }) => ({
        name: "snapact_http_requests_total",
        labels: { route, method, status: `${status}`.replace(/..$/, "xx"), code: `${status}` },
        value: count,
      })),
    );
  });

  it.skipIf(!hasPromtool)("are as promtool wants them", async () => {
    expect(promtool(["check", "metrics"], (await scrape({}, "?format=prometheus")).text)).toBe("");
  });
});

describe("when something is away", () => {
  it("the stats object: the rest is told, and nothing that is counted meanwhile is lost", async () => {
    const before = tally(await readCounters());
    stats.isAway = true;
    for (let i = 0; i < 5; i++) await app.ask("/docs");
    const metrics = await read();
    expect(metrics.counters).toBeNull();
    expect(metrics.market).not.toBeNull();
    const response = await app.ask(`${PATH}?format=prometheus`, { headers: operator });
    expect(await response.text()).toContain('snapact_metrics_part_up{part="counters"} 0');
    stats.isAway = false;
    expect(difference(tally(await readCounters()), before)).toMatchObject({
      [JSON.stringify({ route: "/docs", method: "GET", status: 200 })]: 5,
      [JSON.stringify({ route: PATH, method: "GET", status: 200 })]: 3,
    });
  });

  it("the database: the service's own figures are told, which then matter most", async () => {
    app.nowMs += 61_000;
    db.localNeon.setFault({ kind: "error500" });
    const { counters, outbox, market } = await read();
    expect([outbox, market]).toEqual([null, null]);
    expect(counters).not.toBeNull();
    const parts = app.log.filter(({ code }) => code === "metrics_part_missing").map(({ part }) => part);
    expect(parts).toEqual(expect.arrayContaining(["counters", "outbox", "market"]));
  });
});

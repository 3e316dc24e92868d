import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { type Timing, timingOf } from "../inventory/tiles/server-timings.ts";
import { createKey } from "../support/api-keys.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { personToken } from "../support/tokens.ts";
import { startWorkerCopies, type WorkerCopies } from "../support/worker-copies.ts";

const MAX_AGE_MS = 2000;
const SHOPS_EACH = 4;

type Place = { readonly lat: number; readonly lng: number };

let stateFolder: string;
let db: TestDatabase;
let copies: WorkerCopies;
let headers: Record<string, string>;
let places = 0;

beforeAll(async () => {
  db = await startTestDatabase();
  headers = { Authorization: `Bearer ${await personToken("buyer")}` };
});
beforeEach(async () => {
  stateFolder = mkdtempSync(join(tmpdir(), "tiles-"));
  const { connectionString, url } = db.localNeon;
  const variables = {
    ...inject("workerVariables"),
    DATABASE_URL: connectionString,
    NEON_SQL_ENDPOINT: url,
    TILE_MAX_AGE_S: String(MAX_AGE_MS / 1000),
  };
  copies = await startWorkerCopies(await buildWorker(), { copies: 2, variables, stateFolder });
});
afterEach(async () => {
  db.localNeon.clearFaults();
  await copies[Symbol.asyncDispose]();
  rmSync(stateFolder, { recursive: true });
});
afterAll(() => db.stop());

/** A place of its own with some shops, far from all others. */
async function newPlace(): Promise<Place> {
  const place = { lat: -60 + 3 * (places % 40), lng: -170 + 3 * Math.floor(places++ / 40) };
  const partner = await makePartner();
  const items = [await makeItem(partner), await makeItem(partner)];
  for (let i = 0; i < SHOPS_EACH; i++) {
    const shop = await makeLocation(partner, { lat: place.lat + i / 100, lng: place.lng });
    for (const item of items) await makeStock(shop, item);
  }
  return place;
}

const pathTo = ({ lat, lng }: Place): string => `/inventory/nearby?lat=${lat}&lng=${lng}&radius_m=10000`;

type Told = { readonly text: string; readonly timing: Timing };

async function ask(copy: number, place: Place, more: Record<string, string> = {}): Promise<Told> {
  const response = await fetch(copies.addresses[copy] + pathTo(place), { headers: { ...headers, ...more } });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status} ${text}`);
  return { text, timing: timingOf(response) };
}

const isHot = async (copy: number, place: Place): Promise<boolean> =>
  (await ask(copy, place)).timing.path === "hot";

/** Sooner than whoever hung up would be taken for gone. */
const expectSoonHot = (copy: number, place: Place) =>
  expect.poll(() => isHot(copy, place), { timeout: 4000, interval: 20 }).toBe(true);

/** Asks, and returns the connection for the client to hang up. */
function askAndHold(copy: number, place: Place): Socket {
  const url = new URL(copies.addresses[copy]!);
  const client = connect(Number(url.port), url.hostname);
  const lines = Object.entries({ Host: "service.example", ...headers }).map(
    ([name, value]) => `${name}: ${value}`,
  );
  client.on("error", () => {});
  client.write([`GET ${pathTo(place)} HTTP/1.1`, ...lines, "", ""].join("\r\n"));
  return client;
}

const FILL = "'too_large'";
const CHECK = "known_version";
const PAGE = "nearby_anything";

describe("the built Worker in workerd", () => {
  it("answers from tiles what the database answers", async () => {
    const place = await newPlace();
    await expectSoonHot(0, place);
    // Ages and times of delivery move on with the clock between the two.
    const timeless = (text: string) => text.replace(/"(as_of|earliest_at)":"[^"]*"|"age_s":\d+/g, "");
    const [hot, cold] = [await ask(0, place), await ask(0, place, { "Cache-Control": "no-cache" })];
    expect(cold.timing).toMatchObject({ path: "cold", reason: "asked" });
    expect(timeless(hot.text)).toBe(timeless(cold.text));
    expect(JSON.parse(hot.text).items).toHaveLength(2 * SHOPS_EACH);
  });

  it("takes from the colo's cache what another isolate has filled", async () => {
    const place = await newPlace();
    await expectSoonHot(0, place);
    // The first puts what it has read into the cache behind its answer.
    db.localNeon.setFault({ kind: "error500", sqlIncludes: FILL });
    await expectSoonHot(1, place);
  });

  it("answers up to the age of its tiles while the database is away, then 503, and recovers by itself", {
    timeout: 30_000,
  }, async () => {
    const place = await newPlace();
    await expectSoonHot(0, place);
    db.localNeon.setFault({ kind: "refuse" });
    const statuses: number[] = [];
    const startedMs = Date.now();
    while (statuses.at(-1) !== 503 && Date.now() - startedMs < 10_000) {
      const response = await fetch(copies.addresses[0] + pathTo(place), { headers });
      await response.body?.cancel();
      statuses.push(response.status);
      if (response.status === 503) expect(response.headers.get("Retry-After")).toMatch(/^\d+$/);
    }
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    db.localNeon.clearFaults();
    await ask(0, place);
    await expectSoonHot(0, place);
  });

  it("shows every change two seconds after it was acknowledged, in each of its isolates", {
    timeout: 60_000,
  }, async () => {
    const { key } = await createKey(db.localNeon, { scopes: ["catalog:write"] });
    const place = { lat: 48.2, lng: 16.37 };
    const write = async (method: string, path: string, body: object): Promise<void> => {
      const init = { method, headers: { "X-SnapAct-API-Key": key, "Content-Type": "application/json" } };
      const response = await fetch(copies.addresses[0] + path, { ...init, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`${path} → ${response.status} ${await response.text()}`);
    };
    await write("PUT", "/connect/v1/locations/yard", { name: "Yard", ...place, timezone: "Europe/Vienna" });
    const acknowledged: { quantity: number; atMs: number }[] = [];
    let isOver = false;
    const writer = async (): Promise<void> => {
      for (let quantity = 1000; quantity < 1300; quantity++) {
        await write("POST", "/connect/v1/catalog/items", {
          external_ref: "count",
          title: "Count",
          price: { amount: 1, currency: "EUR" },
          stock: { quantity },
        });
        acknowledged.push({ quantity, atMs: Date.now() });
      }
      isOver = true;
    };
    const met = { hot: 0, cold: 0, behind: 0 };
    const reader = async (copy: number): Promise<void> => {
      while (!isOver) {
        const askedMs = Date.now();
        const newest = acknowledged.at(-1)?.quantity ?? 0;
        const due = acknowledged.findLast(({ atMs }) => atMs < askedMs - MAX_AGE_MS)?.quantity ?? 0;
        const { text, timing } = await ask(copy, place);
        const body = JSON.parse(text) as { as_of: string; items: { stock: { quantity: number } }[] };
        const shown = body.items[0]?.stock.quantity ?? 0;
        const asOfMs = Date.parse(body.as_of);
        const honest = acknowledged.findLast(({ atMs }) => atMs < asOfMs)?.quantity ?? 0;
        if (shown < due || shown < honest) {
          throw new Error(`${shown} of ${due}, ${honest} and ${newest}: ${JSON.stringify(timing)}`);
        }
        met[timing.path]++;
        if (shown < newest) met.behind++;
      }
    };
    await Promise.all([writer(), reader(0), reader(1)]);
    console.info(met);
    expect(met.hot).toBeGreaterThan(met.cold);
    expect(met.behind).toBeGreaterThan(10);
  });

  it("answers 500 who miss the same tiles at once, with hardly a request to the database beside their own", {
    timeout: 60_000,
  }, async () => {
    const place = await newPlace();
    const before = db.localNeon.requestCount();
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => ask(i % 2, place)));
    const cold = answers.filter(({ timing }) => timing.path === "cold").length;
    await expectSoonHot(0, place);
    await expectSoonHot(1, place);
    expect(db.localNeon.requestCount() - before - cold).toBeLessThanOrEqual(60);
  });
});

describe("a client that hangs up", () => {
  it.each([
    ["while its answer is looked for", PAGE],
    ["while tiles are checked behind its answer", CHECK],
    ["while tiles are filled behind its answer", FILL],
  ])("%s harms nobody", { timeout: 60_000 }, async (_, sqlIncludes) => {
    const other = await newPlace();
    await expectSoonHot(0, other);
    for (let round = 0; round < 8; round++) {
      const place = await newPlace();
      db.localNeon.setFault({ kind: "delay", delayMs: 300, sqlIncludes });
      const before = db.localNeon.requestCount();
      const client = askAndHold(0, place);
      const latest = () => {
        const requests = db.localNeon.requestCount() - before;
        return requests === 0 ? [] : db.localNeon.recentRequests().slice(-requests).flat();
      };
      await expect.poll(() => latest().some((text) => text.includes(sqlIncludes))).toBe(true);
      const others = [ask(0, other), ask(0, place), ask(1, place)];
      client.resetAndDestroy();
      await Promise.all(others);
      db.localNeon.clearFaults();
      await expectSoonHot(0, place);
    }
  });

  it("with many others at once, at any moment, harms nobody", { timeout: 120_000 }, async () => {
    const there = [await newPlace(), await newPlace(), await newPlace()];
    db.localNeon.setFault({ kind: "delay", delayMs: 30 });
    for (let round = 0; round < 15; round++) {
      const place = there[round % there.length]!;
      const clients = Array.from({ length: 20 }, () => askAndHold(0, place));
      const staying = [ask(0, place), ask(0, there[0]!), ask(1, place)];
      for (const [i, client] of clients.entries()) {
        // Some at once, some when others are answered.
        if (i % 4 === 0) await staying[i % 3];
        client.resetAndDestroy();
      }
      await Promise.all(staying);
    }
    db.localNeon.clearFaults();
    for (const place of there) await expectSoonHot(0, place);
    const fresh = await newPlace();
    await expectSoonHot(0, fresh);
  });
});

import { eq } from "drizzle-orm";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import type { Fault } from "../../scripts/local-neon/faults.ts";
import { locations } from "../../src/db/schema.ts";
import { locationPosition } from "../../src/geo/location-position.ts";
import { wireId } from "../../src/ids.ts";
import { findNearby } from "../../src/inventory/find-nearby.ts";
import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import { makeApiKey, makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "./nearby-app.ts";

/** Lagos; the database is this suite's own. */
const POINT = { lat: 6.43, lng: 3.42 };
const NEARBY = `/inventory/nearby?lat=${POINT.lat}&lng=${POINT.lng}`;

let db: TestDatabase;
let app: NearbyApp;

beforeAll(async () => {
  // From here on the driver, and with it the factories, speak to this suite's own database.
  db = await startTestDatabase();
  app = await startNearbyApp(db.localNeon);
  const partner = await makePartner();
  const shop = await makeLocation(partner, POINT);
  const farShop = await makeLocation(partner, { lat: POINT.lat + 0.1, lng: POINT.lng });
  for (let i = 0; i < 5; i++) {
    const item = await makeItem(partner, { title: "Brown bread" });
    await makeStock(shop, item);
    await makeStock(farShop, item);
  }
});
afterEach(async () => {
  db.localNeon.clearFaults();
  await Promise.allSettled(app.behind);
  app.behind = [];
  app.log = [];
});
afterAll(() => db.stop());

const ask = (query = "", headers?: Record<string, string>) => app.ask(`${NEARBY}${query}`, headers);

/** How many HTTP requests the database gets while `work` is done. */
async function requestsOf(work: () => Promise<Response>): Promise<number> {
  const before = db.localNeon.requestCount();
  expect((await work()).status).toBe(200);
  await Promise.all(app.behind);
  return db.localNeon.requestCount() - before;
}

describe("a page costs the database", () => {
  it.each([
    "",
    "&sort=price",
    "&sort=freshness",
    "&explain=true",
    "&explain=true&product=nothing&radius_m=50000",
    "&product=bread&category=grocery&currency=NGN&max_price=200000&proof=any&min_qty=2&radius_m=50000&limit=100",
  ])("one request: %s", async (query) => {
    expect(await requestsOf(() => ask(query))).toBe(1);
  });

  it.each([
    "&open_now=true",
    "&deliverable=true",
    "&sort=delivery",
    "&open_now=true&deliverable=true&sort=delivery&explain=true",
  ])("at most three where pure code decides: %s", async (query) => {
    const requests = await requestsOf(() => ask(query));
    expect(requests).toBeGreaterThanOrEqual(1);
    expect(requests).toBeLessThanOrEqual(3);
  });

  it("one request for the page after it", async () => {
    for (const sort of ["distance", "price", "freshness"]) {
      const first = (await (await ask(`&sort=${sort}&limit=2`)).json()) as { next_cursor: string };
      expect(await requestsOf(() => ask(`&sort=${sort}&limit=2&cursor=${first.next_cursor}`))).toBe(1);
    }
  });

  it("one more for a key, when it was looked up more than five seconds ago", async () => {
    const { key } = await makeApiKey(await makePartner());
    const byKey = () => ask("", { "X-SnapAct-API-Key": key });
    const requests: number[] = [];
    for (const laterMs of [0, 1000, 1000, 5001]) {
      app.nowMs += laterMs;
      requests.push(await requestsOf(byKey));
    }
    // The first use is also noted, behind the answer.
    expect(requests).toEqual([3, 1, 1, 2]);
  });

  it("nothing when the question or whoever asks it is not right", async () => {
    const before = db.localNeon.requestCount();
    const answers = await Promise.all([
      ask("&limit=0"),
      ask("&cursor=abc"),
      ask("", {}),
      ask("", { Authorization: `Bearer ${await mintDevToken("operator")}` }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([400, 400, 401, 403]);
    expect(db.localNeon.requestCount()).toBe(before);
  });
});

describe("a location that changes between the two statements of an answer", () => {
  const FAR_AWAY = { lat: 7.5, lng: 4.5 };
  const closed = [{ day: "mon", opens: "09:00", closes: "09:01" }];
  it.each([
    ["closes", { open_now: "true" }, { openingHours: closed }],
    ["delivers no longer", { deliverable: "true" }, { deliveryRadiusM: 1 }],
    ["moves away", { sort: "delivery" }, { ...FAR_AWAY, ...locationPosition(FAR_AWAY) }],
  ])("%s: its items are not shown as what was asked for", async (_, asked, change) => {
    const place = { lat: 6.9, lng: 3.9 };
    const partner = await makePartner();
    const shop = await makeLocation(partner, { ...place, lat: place.lat + 0.001 });
    const staying = await makeLocation(partner, place);
    const item = await makeItem(partner);
    await makeStock(shop, item);
    await makeStock(staying, item);
    const parsed = parseNearby(
      String(
        new URLSearchParams({
          lat: "6.9",
          lng: "3.9",
          partner_id: wireId("ptr", partner.partnerId),
          ...asked,
        }),
      ),
    );
    if (!parsed.ok) throw new Error("the question was expected to be right");
    let statements = 0;
    const database = {
      ...db.database,
      queryRows: async (...call: Parameters<typeof db.database.queryRows>) => {
        if (++statements === 2) {
          await db.database.orm
            .update(locations)
            .set(change)
            .where(eq(locations.locationId, shop.locationId));
        }
        return await db.database.queryRows(...call);
      },
    };
    // A Wednesday at noon.
    const now = () => Date.parse("2026-11-18T12:00:00Z");
    const query = { ...parsed.query, maxAgeS: 315_360_000 };
    const result = await findNearby({ database, tiles: undefined, now }, query, 0);
    expect(statements).toBe(2);
    if (!result.ok) throw new Error(result.reason);
    const { items } = JSON.parse(result.json) as NearbyAnswer;
    expect(items.map(({ location }) => location.name)).toEqual([staying.name]);
  });
});

describe("when the database fails", () => {
  async function expectHonesty(response: Response): Promise<void> {
    const text = await response.text();
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
    expect(response.headers.get("Content-Type")).toBe("application/problem+json");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(JSON.parse(text)).toMatchObject({
      status: 503,
      code: "unavailable",
      instance: response.headers.get("X-Request-Id"),
    });
    for (const said of [text, JSON.stringify(app.log)]) {
      expect(said).not.toMatch(/select|from locations|127\.0\.0\.1|localhost|postgres:|injected/i);
    }
  }

  it.each<Fault>([
    { kind: "refuse" },
    { kind: "error500" },
    { kind: "truncate" },
    { kind: "commit_then_drop" },
    { kind: "hang" },
  ])("by $kind, the caller is told to come back, within bounds", async (fault) => {
    const { key } = await makeApiKey(await makePartner());
    db.localNeon.setFault(fault);
    const answers = await Promise.all([
      ask(),
      ask("&explain=true&sort=price"),
      ask("&open_now=true"),
      ask("", { "X-SnapAct-API-Key": key }),
    ]);
    for (const answer of answers) await expectHonesty(answer);
    db.localNeon.clearFaults();
    expect((await ask()).status).toBe(200);
    expect((await ask("", { "X-SnapAct-API-Key": key })).status).toBe(200);
  });

  it("between two statements of one answer, the caller is told the same", async () => {
    db.localNeon.setFault({ kind: "error500", nth: 2, times: 1 });
    await expectHonesty(await ask("&open_now=true"));
  });

  it.each<Fault["kind"]>(["refuse", "truncate", "commit_then_drop"])(
    "once, and only by losing the answer (%s), it is asked again and nobody notices",
    async (kind) => {
      db.localNeon.setFault({ kind, times: 1 } as Fault);
      const response = await ask();
      expect(response.status).toBe(200);
      expect(((await response.json()) as { items: object[] }).items).toHaveLength(5);
    },
  );

  it("by refusing the statement itself, that is our fault, and says nothing of it", async () => {
    await db.localNeon.exec("ALTER TABLE stock_rows RENAME TO stock_rows_away");
    try {
      const response = await ask();
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(JSON.parse(text)).toMatchObject({ code: "internal_error" });
      expect(`${text} ${JSON.stringify(app.log)}`).not.toMatch(/stock_rows|select|relation/i);
    } finally {
      await db.localNeon.exec("ALTER TABLE stock_rows_away RENAME TO stock_rows");
    }
  });
});

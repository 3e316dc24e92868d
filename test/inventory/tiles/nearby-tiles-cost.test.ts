import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { type Timing, timingOf } from "./server-timings.ts";

const LAGOS = { lat: 6.45, lng: 3.39 };
/** Beside each other, yet in several tiles of the disc of 50 km. */
const TOWNS = [LAGOS, { lat: 6.6, lng: 3.6 }, { lat: 6.7, lng: 3.2 }, { lat: 6.35, lng: 3.75 }];
const MAX_AGE_MS = 5000;

let db: TestDatabase;
let app: NearbyApp;
let partner: Awaited<ReturnType<typeof makePartner>>;
let shops: readonly Awaited<ReturnType<typeof makeLocation>>[];

beforeAll(async () => {
  db = await startTestDatabase();
  partner = await makePartner();
  shops = await Promise.all(TOWNS.map((town) => makeLocation(partner, town)));
  for (let i = 0; i < 5; i++) {
    const item = await makeItem(partner, { title: `Brown bread ${i}` });
    for (const shop of shops) await makeStock(shop, item);
  }
  // One more, that is not shown before it is counted.
  await makeItem(partner, { externalRef: "late", title: "Late bread" });
});
afterEach(async () => {
  db.localNeon.clearFaults();
  await app?.settle();
});
afterAll(() => db.stop());

const start = async (options: Parameters<typeof startNearbyApp>[1] = {}): Promise<NearbyApp> => {
  app = await startNearbyApp(db.localNeon, { tileMaxAgeS: MAX_AGE_MS / 1000, ...options });
  return app;
};

const pathOf = (point = LAGOS, query = "&radius_m=50000&limit=100") =>
  `/inventory/nearby?lat=${point.lat}&lng=${point.lng}${query}`;

/** What a request to the database is for. */
function purposeOf(texts: readonly string[]): "page" | "check" | "fill" {
  const [text = ""] = texts;
  if (text.includes("known_version")) return "check";
  return text.includes("'too_large'") ? "fill" : "page";
}

type Cost = { readonly timing: Timing; readonly atOnce: string[]; readonly behind: string[] };

/** What a question costs the database: before the answer, and behind it. */
async function costOf(path: string, cacheControl?: string): Promise<Cost> {
  const before = db.localNeon.requestCount();
  const response = await (cacheControl === undefined ? app.ask(path) : app.askControlled(path, cacheControl));
  expect(response.status).toBe(200);
  const answered = db.localNeon.requestCount();
  // What goes on behind may have begun.
  await app.settle();
  const all = db.localNeon.recentRequests().slice(before - db.localNeon.requestCount() || Number.NaN);
  const purposes = before === db.localNeon.requestCount() ? [] : all.map(purposeOf);
  const pages = purposes.filter((purpose) => purpose === "page");
  expect(answered - before).toBeGreaterThanOrEqual(pages.length);
  return {
    timing: timingOf(response),
    atOnce: pages,
    behind: purposes.filter((purpose) => purpose !== "page"),
  };
}

/** An isolate that has what the path asks for. */
async function startHot(path = pathOf()): Promise<void> {
  await start();
  for (let i = 0; i < 5; i++) await costOf(path);
  expect(await costOf(path)).toMatchObject({ timing: { path: "hot" }, atOnce: [], behind: [] });
}

describe("what a nearby question costs the database", () => {
  it("is one statement for the first answer, and a check and a fill behind it", async () => {
    await start();
    const first = await costOf(pathOf());
    expect(first).toMatchObject({ timing: { path: "cold", reason: "unknown" }, atOnce: ["page"] });
    expect(first.behind).toEqual(["check", "fill"]);
    expect(await costOf(pathOf())).toMatchObject({ timing: { path: "hot" }, atOnce: [], behind: [] });
  });

  it("is nothing from tiles up to half their age, then one check behind the answer for all of them", async () => {
    await startHot();
    app.nowMs += MAX_AGE_MS / 2;
    const young = await costOf(pathOf());
    expect(young).toMatchObject({ timing: { path: "hot", ageMs: MAX_AGE_MS / 2 }, atOnce: [], behind: [] });
    expect(young.timing.tiles).toBeGreaterThan(3);
    app.nowMs += 1;
    const used = await costOf(pathOf());
    expect(used).toMatchObject({ timing: { path: "hot" }, atOnce: [], behind: ["check"] });
    const refreshed = await costOf(pathOf());
    expect(refreshed).toMatchObject({ timing: { path: "hot", ageMs: 0 }, atOnce: [], behind: [] });
    expect(refreshed.timing.tiles).toBe(used.timing.tiles);
  });

  it("is one statement when tiles are too old by a millisecond, and one check behind it", async () => {
    await startHot();
    app.nowMs += MAX_AGE_MS;
    const path = pathOf(LAGOS, "&radius_m=50&product=none");
    expect((await costOf(path)).timing).toMatchObject({ path: "hot", ageMs: MAX_AGE_MS });
    app.nowMs += MAX_AGE_MS + 1;
    expect(await costOf(pathOf())).toMatchObject({
      timing: { path: "cold", reason: "old" },
      atOnce: ["page"],
      behind: ["check"],
    });
    expect((await costOf(pathOf())).timing).toMatchObject({ path: "hot", ageMs: 0 });
  });

  it("is a check and one fill, however much has changed", async () => {
    await startHot();
    await db.localNeon.exec("UPDATE stock_rows SET quantity = quantity + 1");
    app.nowMs += MAX_AGE_MS / 2 + 1;
    expect(await costOf(pathOf())).toMatchObject({ timing: { path: "hot" }, behind: ["check", "fill"] });
    const answer = await app.answer(pathOf());
    expect(new Set(answer.items.map(({ stock }) => stock.quantity))).toEqual(new Set([13]));
    await db.localNeon.exec("UPDATE stock_rows SET quantity = 12");
  });

  it("is one fill for a hundred who miss the same place at once", async () => {
    await start();
    const before = db.localNeon.requestCount();
    const answers = await Promise.all(Array.from({ length: 100 }, () => app.ask(pathOf())));
    await app.settle();
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    const behind = db.localNeon.requestCount() - before - 100;
    expect(behind).toBeLessThanOrEqual(4);
    expect(
      db.localNeon
        .recentRequests()
        .map(purposeOf)
        .filter((purpose) => purpose === "fill"),
    ).toHaveLength(1);
    expect((await costOf(pathOf())).timing).toMatchObject({ path: "hot" });
  });

  it("is one check for a hundred who use the same old tiles at once", async () => {
    await startHot();
    app.nowMs += MAX_AGE_MS / 2 + 1;
    const before = db.localNeon.requestCount();
    await Promise.all(Array.from({ length: 100 }, () => app.ask(pathOf())));
    await app.settle();
    expect(db.localNeon.requestCount() - before).toBe(1);
  });

  it("is no more than the tiles that a full page needs", async () => {
    await startHot();
    const whole = (await costOf(pathOf())).timing.tiles;
    await start();
    const near = pathOf(LAGOS, "&radius_m=50000&limit=4");
    await costOf(near);
    const { timing } = await costOf(near);
    expect(timing).toMatchObject({ path: "hot" });
    expect(timing.tiles).toBeLessThan((whole ?? 0) / 2);
  });

  it("is one statement each time where nothing is found and why is asked", async () => {
    await startHot();
    const path = pathOf(LAGOS, "&radius_m=20000&product=nothing&explain=true");
    for (let i = 0; i < 2; i++) {
      expect(await costOf(path)).toMatchObject({
        timing: { path: "cold", reason: "explain" },
        atOnce: ["page"],
        behind: [],
      });
    }
  });
});

describe("who asks for younger answers", () => {
  it.each(["no-cache", "no-store", "max-age=0", "No-Cache", "private, no-cache"])(
    "is answered by the database: %s",
    async (cacheControl) => {
      await startHot();
      app.nowMs += 100;
      const asked = await costOf(pathOf(), cacheControl);
      expect(asked).toMatchObject({
        timing: { path: "cold", reason: "asked" },
        atOnce: ["page"],
        behind: [],
      });
    },
  );

  it("gets tiles that are young enough, and else the database's answer", async () => {
    await startHot();
    app.nowMs += 2000;
    expect((await costOf(pathOf(), "max-age=2")).timing).toMatchObject({ path: "hot", ageMs: 2000 });
    app.nowMs += 1;
    expect((await costOf(pathOf(), "max-age=2")).timing).toMatchObject({ path: "cold", reason: "old" });
    expect((await costOf(pathOf())).timing).toMatchObject({ path: "hot" });
    // Nobody gets older ones by asking.
    app.nowMs += 2 * MAX_AGE_MS;
    expect((await costOf(pathOf(), "max-age=3600")).timing).toMatchObject({ path: "cold", reason: "old" });
  });
});

describe("without tiles", () => {
  it("every question asks the database, and nothing goes on behind it", async () => {
    await start({ tileMaxAgeS: 0 });
    for (let i = 0; i < 3; i++) {
      const asked = await costOf(pathOf());
      expect(asked).toMatchObject({
        timing: { path: "cold", reason: "off", heldBytes: 0 },
        atOnce: ["page"],
      });
      expect(asked.behind).toEqual([]);
    }
  });

  it("for want of memory, it is the same", async () => {
    await start({ tileMaxBytes: 0 });
    for (let i = 0; i < 3; i++) {
      const asked = await costOf(pathOf());
      expect(asked).toMatchObject({ timing: { path: "cold", heldBytes: 0 }, atOnce: ["page"] });
    }
  });
});

describe("a place that is too dense", () => {
  const DENSE = { lat: 9.06, lng: 7.49 };
  const around = pathOf(DENSE, "&radius_m=10&limit=3");
  const beside = pathOf({ lat: DENSE.lat + 0.02, lng: DENSE.lng }, "&radius_m=50&limit=3");

  beforeAll(async () => {
    const { partnerId } = await makePartner();
    const shop = await makeLocation({ ...partner, partnerId }, DENSE);
    await makeLocation({ ...partner, partnerId }, { lat: DENSE.lat + 0.02, lng: DENSE.lng });
    await db.localNeon.query(
      `WITH made AS (
         INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
         SELECT gen_random_uuid(), $1, 'SKU ' || n, 'Title', '{}' FROM generate_series(1, 10001) AS n RETURNING item_id)
       INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
       SELECT $2, item_id, $1, now(), 1, 'in_stock', 'count', 1, 'NGN' FROM made`,
      [partnerId, shop.locationId],
    );
  }, 60_000);

  it("is asked of the database, says so, and is not looked at again for a while", async () => {
    await start();
    const first = await costOf(around);
    expect(first).toMatchObject({ timing: { path: "cold" }, atOnce: ["page"] });
    // From the coarsest tile down to the finest.
    expect(first.behind.filter((purpose) => purpose === "check").length).toBeLessThanOrEqual(8);
    expect(first.behind.filter((purpose) => purpose === "fill").length).toBeLessThanOrEqual(1);
    for (let i = 0; i < 3; i++) {
      expect(await costOf(around)).toMatchObject({
        timing: { path: "cold", reason: "too_dense" },
        atOnce: ["page"],
        behind: [],
      });
    }
  });

  it("does no harm to what lies beside it", async () => {
    await start();
    for (let i = 0; i < 3; i++) await costOf(beside);
    expect((await costOf(beside)).timing).toMatchObject({ path: "hot" });
  });

  it("is held again when it has become less", async () => {
    await start();
    for (let i = 0; i < 2; i++) await costOf(around);
    await db.localNeon.exec(
      "DELETE FROM stock_rows r USING items i WHERE i.item_id = r.item_id AND i.external_ref = 'SKU 7'",
    );
    app.nowMs += 60_001;
    for (let i = 0; i < 8; i++) await costOf(around);
    expect((await costOf(around)).timing).toMatchObject({ path: "hot" });
  });
});

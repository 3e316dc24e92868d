import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMigrations } from "../../scripts/service/migrations.ts";
import { locationsAround } from "../../src/inventory/nearby-locations.ts";
import { pageStatement } from "../../src/inventory/nearby-statement.ts";
import { createPageFunction, pageFunctions, planned } from "../../src/inventory/page-functions.ts";
import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "./nearby-app.ts";

const POINT = { lat: 6.43, lng: 3.42 };
const ITEMS = 7;
const ASKED_MOST = [
  ["anything", ""],
  ["anything", "&radius_m=50000&limit=100&availability=in_stock,on_request&min_qty=0"],
  ["category", "&category=grocery"],
  ["word", "&product=braed"],
  ["two_words", "&product=brown+bread&radius_m=100"],
  ["two_words", "&product=brown+nothing"],
  ["three_words", "&product=sliced+brown+bread"],
] as const;

let db: TestDatabase;
let app: NearbyApp;

beforeAll(async () => {
  db = await startTestDatabase();
  app = await startNearbyApp(db.localNeon);
  const partner = await makePartner();
  for (const lat of [POINT.lat, POINT.lat + 0.01, POINT.lat + 0.2]) {
    const shop = await makeLocation(partner, { lat, lng: POINT.lng });
    for (let i = 0; i < ITEMS; i++)
      await makeStock(shop, await makeItem(partner, { title: `Sliced brown bread ${i}` }));
  }
});
afterAll(() => db.stop());

const pathOf = (query: string) => `/inventory/nearby?lat=${POINT.lat}&lng=${POINT.lng}${query}`;
const lastSql = () => db.localNeon.recentRequests().at(-1)?.[0] ?? "";

describe("a statement that is planned once in a session", () => {
  it("is made by a migration, word for word", () => {
    const migrations = readMigrations().map(({ sql }) => sql);
    const missing = pageFunctions().filter(
      (one) => !migrations.some((sql) => sql.includes(createPageFunction(one))),
    );
    expect(missing, "node scripts/page-functions.ts prints what a new migration has to make").toEqual([]);
  });

  it.each(ASKED_MOST)("answers what is asked most: %s (%s), and every further page", async (what, query) => {
    let cursor: string | null = null;
    do {
      const further: string = cursor === null ? "" : `&cursor=${cursor}`;
      const limit = query.includes("limit=") ? "" : "&limit=3";
      cursor = (await app.answer(pathOf(`${query}${limit}${further}`))).next_cursor;
      expect(lastSql()).toMatch(new RegExp(`^SELECT nearby_${what}_[0-9a-f]{16}\\(`));
    } while (cursor !== null);
  });

  it.each(ASKED_MOST)("has the same rows as when it is sent: %s (%s)", async (_what, asked) => {
    const parsed = parseNearby(pathOf(asked).split("nearby")[1] ?? "");
    if (!parsed.ok) throw new Error("a question of this test is well-formed");
    const { query } = parsed;
    const statement = pageStatement({
      query,
      nowMs: Date.now(),
      after: undefined,
      rows: query.limit + 1,
      locations: (bind) => locationsAround(query, query.radiusM, 0, bind),
      explain: undefined,
    });
    const called = planned(statement);
    expect(called.text).not.toBe(statement.text);
    const sent = await db.database.queryRows(statement.text, statement.values);
    expect(await db.database.queryRows(called.text, called.values)).toEqual(sent);
  });

  it.each(["&sort=price", "&explain=true", "&currency=NGN", "&product=a+b+c+d", "&gtin=05449000000996"])(
    "is not one that is asked seldom: %s",
    async (query) => {
      await app.answer(pathOf(query));
      expect(lastSql()).toMatch(/^WITH RECURSIVE/);
    },
  );

  it.each(ASKED_MOST)(
    "is sent whole where no migration has made its function, or a later one removed it: %s (%s)",
    async (_what, query) => {
      const path = pathOf(query);
      const { items } = await app.answer(path);
      const drops = pageFunctions().map(({ name }) => `drop function ${name}`);
      await db.localNeon.exec(drops.join(";"));
      try {
        expect((await app.answer(path)).items).toEqual(items);
        expect(lastSql()).toMatch(/^WITH RECURSIVE/);
      } finally {
        await db.localNeon.exec(pageFunctions().map(createPageFunction).join("\n"));
      }
    },
  );
});

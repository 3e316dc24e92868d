import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { demoApiKey } from "../../scripts/dev-secrets.ts";
import type { Target } from "../../scripts/import/target.ts";
import { demoPartnerId, demoPoint, refreshDemo, seedDemo } from "../../scripts/seed/seed.ts";
import { DEMO_PARTNERS, SHOPS } from "../../scripts/seed/shops.ts";
import { DISTRICTS, PRODUCTS } from "../../scripts/seed/tables.ts";
import { demoTown } from "../../scripts/seed/town.ts";
import { apiKeySha256 } from "../../src/auth/api-key.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import { gtin14 } from "../../src/gtin.ts";
import { parseWireId } from "../../src/ids.ts";
import { count, dumpTables, openOwnDatabase } from "./own-database.ts";

const NOW_MS = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;
const TABLES = ["partners", "items", "locations", "proofs", "stock_rows", "api_keys"];

describe("the demo town", () => {
  it("has about 150 shops of 25 to 40 partners, each in one of Lagos's districts", () => {
    expect(SHOPS).toHaveLength(150);
    expect(DEMO_PARTNERS.length).toBeGreaterThanOrEqual(25);
    expect(DEMO_PARTNERS.length).toBeLessThanOrEqual(40);
    for (const district of DISTRICTS) {
      const shops = SHOPS.filter(({ name }) => name.endsWith(`, ${district.name}`));
      expect(shops).toHaveLength(district.shopCount);
      for (const shop of shops) {
        expect(geodesicDistanceM(shop, district)).toBeLessThan(district.radiusM * 1.01 + 2);
        expect(shop.address).toContain(district.name);
      }
    }
  });

  it("keeps the branches of a partner in different districts", () => {
    for (const { partnerId, branchCount } of DEMO_PARTNERS) {
      const refs = SHOPS.filter(({ partner }) => partner.partnerId === partnerId).map(({ ref }) =>
        ref.slice(0, -4),
      );
      expect(new Set(refs).size).toBe(branchCount);
    }
  });

  it("has shops that are always open, closed on Sundays, open past midnight, and closed all week", () => {
    const hours = SHOPS.map(({ openingHours }) => openingHours);
    expect(hours).toContain(null);
    expect(hours.filter((week) => week?.length === 0)).toHaveLength(1);
    expect(hours.some((week) => week?.length && week.every(({ day }) => day !== "sun"))).toBe(true);
    expect(hours.some((week) => week?.some(({ opens, closes }) => closes < opens))).toBe(true);
    expect(SHOPS.some(({ delivery }) => delivery === null)).toBe(true);
  });

  it("gives packaged goods, and only these, a GTIN with a valid check digit", () => {
    const gtins = demoTown(NOW_MS).items.map(({ gtin }) => gtin);
    const given = gtins.filter((gtin) => gtin !== null).map(String);
    expect(given.length).toBeGreaterThan(500);
    expect(given.filter((gtin) => gtin14(gtin) !== gtin)).toEqual([]);
    expect(new Set(given).size).toBe(PRODUCTS.filter(({ isPackaged }) => isPackaged).length);
  });

  it("shows 20 to 40 items in each shop, some gone, on request, scheduled, aging and stale", () => {
    const rows = demoTown(NOW_MS).stock_rows;
    const perShop = Map.groupBy(rows, (row) => row["location_id"]);
    expect(perShop.size).toBe(SHOPS.length);
    for (const shelves of perShop.values()) {
      expect(shelves.length).toBeGreaterThanOrEqual(20);
      expect(shelves.length).toBeLessThanOrEqual(40);
    }
    const availabilities = Map.groupBy(rows, (row) => row["availability"]);
    expect([...availabilities.keys()].sort()).toEqual(
      ["in_stock", "low_stock", "on_request", "out_of_stock", "scheduled_only"].sort(),
    );
    const ages = rows.map((row) => NOW_MS - Date.parse(String(row["verified_at"])));
    expect(Math.min(...ages)).toBeGreaterThan(0);
    const shareOf = (isSo: (ageMs: number) => boolean) => ages.filter(isSo).length / ages.length;
    expect(shareOf((ageMs) => ageMs < DAY_MS)).toBeGreaterThan(0.6);
    expect(shareOf((ageMs) => ageMs >= 2 * DAY_MS)).toBeGreaterThan(0.05);
    expect(shareOf((ageMs) => ageMs >= DAY_MS && ageMs < 2 * DAY_MS)).toBeGreaterThan(0.05);
  });

  it("links only to addresses that are nobody else's", () => {
    const town = demoTown(NOW_MS);
    const urls = [...town.items, ...town.proofs].flatMap((row) => [
      row["image_url"],
      row["buy_url"],
      row["media_url"],
    ]);
    for (const url of urls.filter((url) => typeof url === "string")) {
      expect(new URL(url).protocol).toBe("https:");
      expect(new URL(url).hostname).toMatch(/\.(example|example\.com)$/);
    }
  });

  it("is the same each time, but for its instants", () => {
    expect(demoTown(NOW_MS)).toEqual(demoTown(NOW_MS));
    const withoutInstants = (nowMs: number) =>
      JSON.parse(JSON.stringify(demoTown(nowMs)), (name, value) =>
        name.endsWith("_at") ? undefined : value,
      );
    expect(withoutInstants(NOW_MS)).toEqual(withoutInstants(NOW_MS + 12_345));
  });

  it("has shops within reach of the demo point", () => {
    expect(SHOPS.filter((shop) => geodesicDistanceM(shop, demoPoint) < 5000).length).toBeGreaterThan(30);
  });
});

describe("the demo seed", () => {
  let own: Awaited<ReturnType<typeof openOwnDatabase>>;
  let target: Target;
  const dumpAll = () => dumpTables(target, TABLES);
  const agesS = (nowMs: number) =>
    target.query(
      `SELECT extract(epoch FROM $1::timestamptz - s.verified_at)::float8 AS stock_age,
         extract(epoch FROM $1::timestamptz - s.stock_observed_at)::float8 AS observed_age,
         extract(epoch FROM $1::timestamptz - s.counted_observed_at)::float8 AS counted_age,
         extract(epoch FROM $1::timestamptz - p.captured_at)::float8 AS proof_age,
         extract(epoch FROM $1::timestamptz - p.received_at)::float8 AS received_age
       FROM stock_rows s LEFT JOIN proofs p USING (proof_id) ORDER BY s.location_id, s.item_id`,
      [new Date(nowMs).toISOString()],
    );

  beforeAll(async () => {
    own = await openOwnDatabase();
    target = own.target;
    await seedDemo(target.query, NOW_MS);
  });
  afterAll(() => own[Symbol.asyncDispose]());

  it("fills every table", async () => {
    const town = demoTown(NOW_MS);
    for (const [table, rows] of Object.entries(town)) expect(await count(target, table)).toBe(rows.length);
  });

  it("lists every row as observed once, when it was verified, of an item that is known", async () => {
    const odd = `stock_rows s JOIN items i USING (partner_id, item_id)
      WHERE NOT (s.listed AND s.version = 1 AND s.verified_at = ALL (ARRAY[s.price_observed_at, s.stock_observed_at,
          s.counted_observed_at, s.updated_at]) AND i.details_observed_at <= '${new Date(NOW_MS).toISOString()}'
          AND s.availability_stated = (s.availability IN ('on_request', 'scheduled_only'))) IS TRUE`;
    expect(await count(target, odd)).toBe(0);
  });

  it("gives the demo partner a key with every scope, of which only the hash is kept", async () => {
    const keys = await target.query(
      "SELECT partner_id, encode(sha256, 'hex') AS sha256, scopes, prefix, revoked_at FROM api_keys",
    );
    expect(keys).toEqual([
      {
        partner_id: parseWireId("ptr", demoPartnerId),
        sha256: Buffer.from(await apiKeySha256(demoApiKey())).toString("hex"),
        scopes: ["inventory:read", "catalog:write", "events:write", "orders:write", "metrics:read"],
        prefix: demoApiKey().slice(0, 14),
        revoked_at: null,
      },
    ]);
  });

  it("does nothing the second time, and completes a seed that was cut short", async () => {
    const before = await dumpAll();
    await seedDemo(target.query, NOW_MS + DAY_MS);
    expect(await dumpAll()).toEqual(before);
    await target.query("DELETE FROM api_keys");
    await target.query("DELETE FROM stock_rows WHERE quantity > 20");
    await seedDemo(target.query, NOW_MS);
    expect(await dumpAll()).toEqual(before);
  });

  it("looks a week later as it did on its first day, and moves nothing within the same minute", async () => {
    const before = await agesS(NOW_MS);
    await refreshDemo(target.query, NOW_MS + 7 * DAY_MS);
    expect(await agesS(NOW_MS + 7 * DAY_MS)).toEqual(before);
    const refreshed = await dumpAll();
    await refreshDemo(target.query, NOW_MS + 7 * DAY_MS + 30_000);
    await refreshDemo(target.query, NOW_MS);
    expect(await dumpAll()).toEqual(refreshed);
  });

  it("does not refresh what was verified since, nor what others own", async () => {
    const nowMs = NOW_MS + 30 * DAY_MS;
    const ownPartner = "01990000-0000-7000-8000-000000000001";
    const verifiedSince = new Date(nowMs - DAY_MS);
    await target.query(
      "INSERT INTO partners (partner_id, name, contact_email) VALUES ($1, 'x', 'x@example.com')",
      [ownPartner],
    );
    await target.query(
      `INSERT INTO items (item_id, partner_id, external_ref, title, search_keys) SELECT $1, partner_id, 'mine', 'Mine', '{}' FROM api_keys`,
      [ownPartner],
    );
    await target.query(
      `INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
       SELECT location_id, $1::uuid, partner_id, '2020-01-01', 1, 'in_stock', 'count', 7, 'NGN' FROM locations NATURAL JOIN api_keys`,
      [ownPartner],
    );
    await target.query("UPDATE stock_rows SET verified_at = $1 WHERE quantity = 11", [
      verifiedSince.toISOString(),
    ]);
    await target.query("UPDATE stock_rows SET stock_observed_at = $1 WHERE quantity = 12", [
      verifiedSince.toISOString(),
    ]);
    const untouched = async () => [
      await count(
        target,
        `stock_rows WHERE quantity = 11 AND verified_at = '${verifiedSince.toISOString()}'`,
      ),
      await count(
        target,
        `stock_rows WHERE quantity = 12 AND stock_observed_at = '${verifiedSince.toISOString()}'`,
      ),
      await count(target, "stock_rows WHERE verified_at = '2020-01-01'"),
    ];
    const before = await untouched();
    expect(before.every((rows) => rows > 0)).toBe(true);
    await refreshDemo(target.query, nowMs);
    expect(await untouched()).toEqual(before);
    expect(await count(target, `stock_rows WHERE verified_at > '${new Date(nowMs).toISOString()}'`)).toBe(0);
  });
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { locationPosition } from "../../../src/geo/location-position.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../../support/factories.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { type NearbyApp, startNearbyApp } from "../nearby-app.ts";
import { timingOf } from "./server-timings.ts";

/** In two tiles, far enough from the rims of both. */
const LAGOS = { lat: 6.45, lng: 3.39 };
const IJEBU = { lat: 6.82, lng: 3.92 };
const MIDDLE = { lat: 6.63, lng: 3.65 };
type Place = typeof LAGOS;

let db: TestDatabase;
let app: NearbyApp;
beforeAll(async () => {
  db = await startTestDatabase();
});
beforeEach(async () => {
  app = await startNearbyApp(db.localNeon, { tileMaxAgeS: 5 });
});
afterEach(async () => {
  db.localNeon.clearFaults();
  await app.settle();
  await db.localNeon.exec("TRUNCATE partners CASCADE");
});
afterAll(() => db.stop());

const pathOf = ({ lat, lng }: Place, query = "&radius_m=50000&limit=100") =>
  `/inventory/nearby?lat=${lat}&lng=${lng}${query}`;

async function heat(path: string): Promise<void> {
  for (let i = 0; i < 12; i++) {
    if (timingOf(await app.ask(path)).path === "hot") return;
    await app.settle();
  }
  throw new Error(`${path} stays cold`);
}

const withoutAsOf = (text: string): string => text.replace(/"as_of":"[^"]*"/, "");

async function expectDatabasesAnswer(path: string): Promise<"hot" | "cold"> {
  const [answer, fromDatabase] = [await app.ask(path), await app.askControlled(path, "no-cache")];
  expect(withoutAsOf(await answer.text())).toBe(withoutAsOf(await fromDatabase.text()));
  return timingOf(answer).path;
}

describe("a tile", () => {
  it("is as old as the clock was before its check was sent", async () => {
    const partner = await makePartner();
    await makeStock(await makeLocation(partner, LAGOS), await makeItem(partner));
    await heat(pathOf(LAGOS));
    app.nowMs += 2501;
    db.localNeon.setFault({ kind: "delay", delayMs: 100, sqlIncludes: "known_version" });
    await app.ask(pathOf(LAGOS));
    app.nowMs += 700;
    await app.settle();
    expect(timingOf(await app.ask(pathOf(LAGOS)))).toMatchObject({ path: "hot", ageMs: 700 });
  });

  it("is as old as that also when what has changed is read later", async () => {
    const partner = await makePartner();
    const shop = await makeLocation(partner, LAGOS);
    await makeStock(shop, await makeItem(partner));
    await heat(pathOf(LAGOS));
    await db.localNeon.exec("UPDATE stock_rows SET quantity = 7");
    app.nowMs += 2501;
    db.localNeon.setFault({ kind: "delay", delayMs: 100, sqlIncludes: "'too_large'" });
    const before = db.localNeon.requestCount();
    await app.ask(pathOf(LAGOS));
    await expect.poll(() => db.localNeon.requestCount() - before).toBe(2);
    app.nowMs += 900;
    await app.settle();
    expect(timingOf(await app.ask(pathOf(LAGOS)))).toMatchObject({ path: "hot", ageMs: 900 });
    expect(await expectDatabasesAnswer(pathOf(LAGOS))).toBe("hot");
  });

  it("is whole or is none: a disc that is more than one fill comes bit by bit, and never shows a part", {
    timeout: 60_000,
  }, async () => {
    const partner = await makePartner();
    await db.localNeon.query(
      `INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
       SELECT gen_random_uuid(), $1, 'SKU ' || n, 'Title', '{}' FROM generate_series(1, 100) AS n`,
      [partner.partnerId],
    );
    for (let i = 0; i < 60; i++) {
      const place = i % 2 === 0 ? LAGOS : IJEBU;
      await makeLocation(partner, { lat: place.lat + i / 10_000, lng: place.lng });
    }
    await db.localNeon.query(
      `INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
       SELECT l.location_id, i.item_id, $1, now() - interval '1 minute', abs(hashtext(l.location_id || '' || i.item_id)) % 1000000, 'in_stock', 'count', 1, 'NGN' FROM locations l, items i WHERE l.partner_id = $1 AND i.partner_id = $1`,
      [partner.partnerId],
    );
    // The first asks for all of it at once.
    const paths = [
      pathOf(MIDDLE, "&radius_m=50000&sort=price&limit=100"),
      pathOf(LAGOS, "&radius_m=20000&sort=price&limit=100"),
      pathOf(LAGOS, "&radius_m=50000&explain=true&limit=2&currency=NGN&max_price=500000"),
    ];
    for (let round = 0; round < 2; round++) {
      const ways: string[] = [];
      for (let i = 0; i < 10; i++) {
        const before = db.localNeon.requestCount();
        for (const path of paths) ways.push(await expectDatabasesAnswer(path));
        await app.settle();
        const requests = db.localNeon.recentRequests().slice(before - db.localNeon.requestCount());
        const fills = requests.flat().filter((text) => text.includes("'too_large'"));
        expect(fills.length).toBeLessThanOrEqual(paths.length);
      }
      expect(ways.slice(-3)).toEqual(["hot", "hot", "hot"]);
      // All of it is to be read again.
      await db.localNeon.exec("UPDATE stock_rows SET quantity = quantity + 1");
      app.nowMs += 5001;
    }
  });
});

describe("a location that moves from one tile to another", () => {
  async function move(locationId: string, place: Place): Promise<void> {
    const { h3Cell, xM, yM, zM } = locationPosition(place);
    await db.localNeon.query(
      "UPDATE locations SET lat = $2, lng = $3, h3_cell = $4, x_m = $5, y_m = $6, z_m = $7 WHERE location_id = $1",
      [locationId, ...[place.lat, place.lng, h3Cell, xM, yM, zM].map(String)],
    );
  }

  it.each(["distance", "price", "freshness", "delivery"])(
    "is not shown in both places while only the newer tile knows, by %s",
    async (sort) => {
      const partner = await makePartner();
      const [staying, moving, other] = [
        await makeLocation(partner, LAGOS),
        await makeLocation(partner, { lat: LAGOS.lat + 0.01, lng: LAGOS.lng }),
        await makeLocation(partner, IJEBU),
      ];
      for (let i = 0; i < 4; i++) {
        const item = await makeItem(partner);
        for (const shop of [staying, moving, other]) await makeStock(shop, item);
      }
      const wide = pathOf(MIDDLE, `&radius_m=50000&limit=100&explain=true&sort=${sort}`);
      await heat(wide);
      expect(timingOf(await app.ask(wide)).tiles).toBeGreaterThan(1);

      app.nowMs += 2600;
      await move(moving.locationId, { lat: IJEBU.lat + 0.01, lng: IJEBU.lng });
      // Whoever asks near the new place has that tile alone checked.
      expect(timingOf(await app.ask(pathOf(IJEBU, "&radius_m=300"))).path).toBe("hot");
      await app.settle();
      expect(await expectDatabasesAnswer(wide)).toBe("hot");
      expect(await expectDatabasesAnswer(wide.replace("&explain=true", ""))).toBe("hot");
    },
  );

  it("is shown where it is within the age of tiles, though the tile that it left was read first", async () => {
    const partner = await makePartner();
    const moving = await makeLocation(partner, LAGOS);
    await makeStock(moving, await makeItem(partner));
    await makeStock(await makeLocation(partner, IJEBU), await makeItem(partner));
    const wide = pathOf(MIDDLE);
    await heat(wide);
    app.nowMs += 2600;
    await move(moving.locationId, IJEBU);
    await app.ask(pathOf(LAGOS, "&radius_m=300"));
    await app.settle();
    app.nowMs += 2401;
    expect(await expectDatabasesAnswer(wide)).toBe("cold");
    await app.settle();
    expect(await expectDatabasesAnswer(wide)).toBe("hot");
  });
});

import fc from "fast-check";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { wireId } from "../../src/ids.ts";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import "../support/context.ts";
import { makeItem, makeLocation, makePartner, makeStock } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { type NearbyApp, startNearbyApp } from "./nearby-app.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** A Saturday, noon in Lagos. */
const NOON_MS = Date.parse("2026-11-21T11:00:00.000Z");

let app: NearbyApp;
let lat: number;
let lng: number;
let partnerId: string;
let locationId: string;

beforeAll(async () => {
  const region = await claimRegion("nearby cursors");
  ({ lat, lng } = region);
  app = await startNearbyApp(inject("localNeon"));
  const partner = await makePartner();
  const untilHalfPast = [{ day: "sat", opens: "08:00", closes: "12:30" }];
  const shop = await makeLocation(partner, { ...region.at(300, 0), openingHours: untilHalfPast });
  for (let i = 0; i < 6; i++) {
    const item = await makeItem(partner, { title: "Brown bread", gtin: "05449000000996" });
    // The oldest is an hour old to the millisecond, the next is 1 ms younger, and so on.
    await makeStock(shop, item, { verifiedAt: new Date(NOON_MS - HOUR_MS + i), priceAmount: 100 });
  }
  partnerId = wireId("ptr", partner.partnerId);
  locationId = wireId("loc", shop.locationId);
});

const path = (parameters: Record<string, string | number> = {}) =>
  `/inventory/nearby?${new URLSearchParams({ lat: `${lat}`, lng: `${lng}`, limit: "2", ...toTexts(parameters) })}`;
const toTexts = (parameters: Record<string, string | number>) =>
  Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, `${value}`]));

/** The cursor to the second page of a question first asked at noon. */
async function cursorOf(parameters: Record<string, string | number> = {}): Promise<string> {
  app.nowMs = NOON_MS;
  const { next_cursor } = await app.answer(path(parameters));
  expect(next_cursor).not.toBeNull();
  return next_cursor!;
}

async function expectForeign(response: Response): Promise<void> {
  const body = await response.text();
  expect(response.status, body).toBe(400);
  expect(JSON.parse(body)).toMatchObject({ code: "invalid_parameter", errors: [{ parameter: "cursor" }] });
}

describe("while time passes between pages", () => {
  async function pagesEvery(
    stepMs: number,
    parameters: Record<string, string | number>,
  ): Promise<NearbyAnswer[]> {
    const pages: NearbyAnswer[] = [];
    let cursor: string | null = await cursorOf(parameters);
    app.nowMs = NOON_MS;
    pages.push(await app.answer(path(parameters)));
    while (cursor !== null) {
      app.nowMs += stepMs;
      const page: NearbyAnswer = await app.answer(path({ ...parameters, cursor }));
      pages.push(page);
      cursor = page.next_cursor;
    }
    return pages;
  }

  it.each(["distance", "delivery", "price", "freshness"])(
    "what was young enough at the first page is shown to the last, by %s, with its age as of then",
    async (sort) => {
      const pages = await pagesEvery(10 * MINUTE_MS, { sort, max_age_s: 3600, explain: "true" });
      expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 2]);
      expect(new Set(pages.flatMap(({ items }) => items.map((item) => item.item_id))).size).toBe(6);
      expect(pages.map(({ as_of }) => Date.parse(as_of) - NOON_MS)).toEqual([0, 600_000, 1_200_000]);
      for (const { items, as_of, excluded } of pages) {
        for (const { verification } of items) {
          const ageMs = Date.parse(as_of) - Date.parse(verification.verified_at);
          expect(verification.age_s).toBe(Math.floor(ageMs / 1000));
        }
        expect(excluded?.stale).toBe(0);
      }
      app.nowMs = NOON_MS + 10 * MINUTE_MS;
      expect((await app.answer(path({ max_age_s: 3600 }))).items).toEqual([]);
    },
  );

  it("a shop that was open at the first page is shown after it has closed, as closed", async () => {
    const pages = await pagesEvery(20 * MINUTE_MS, { open_now: "true" });
    expect(pages.map(({ items }) => items.map(({ location }) => location.open_now))).toEqual([
      [true, true],
      [true, true],
      [false, false],
    ]);
  });

  it("a cursor is good for a day, also on a clock that is a little behind", async () => {
    const cursor = await cursorOf();
    for (const [laterMs, status] of [
      [DAY_MS, 200],
      [-30_000, 200],
      [DAY_MS + 1, 400],
    ] as const) {
      app.nowMs = NOON_MS + laterMs;
      expect((await app.ask(path({ cursor }))).status).toBe(status);
    }
    await expectForeign(await app.ask(path({ cursor })));
  });
});

describe("a cursor", () => {
  const asked = {
    product: "bread",
    category: "grocery",
    gtin: "5449000000996",
    currency: "NGN",
    max_price: 500,
    radius_m: 6000,
  };

  it("belongs to its question: with any other parameter changed, added or left out it is refused", async () => {
    const all = { ...asked, partner_id: partnerId, location_id: locationId };
    const cursor = await cursorOf(all);
    const changes: Record<string, string | number>[] = [
      { lat: lat + 0.000001 },
      { lng: lng + 0.000001 },
      { radius_m: 6000.5 },
      { product: "breads" },
      { product: "Bread" },
      { category: "Grocery" },
      { gtin: "96385074" },
      { partner_id: locationId.replace("loc", "ptr") },
      { location_id: partnerId.replace("ptr", "loc") },
      { availability: "in_stock" },
      { min_qty: 2 },
      { max_age_s: 86_401 },
      { proof: "required" },
      { max_price: 501 },
      { currency: "USD" },
      { open_now: "true" },
      { deliverable: "true" },
      { sort: "price" },
      { sort: "delivery" },
      { limit: 3 },
      { explain: "true" },
    ];
    for (const change of changes) await expectForeign(await app.ask(path({ ...all, ...change, cursor })));
    for (const left of Object.keys(all).filter((name) => name !== "currency")) {
      const { [left]: _, ...rest } = all as Record<string, string | number>;
      await expectForeign(await app.ask(path({ ...rest, cursor })));
    }
    expect((await app.ask(path({ ...all, cursor }))).status).toBe(200);
  });

  it("does not mind how the question is written", async () => {
    const cursor = await cursorOf(asked);
    const other = [
      "availability=low_stock,in_stock",
      "explain=false",
      "max_price=0500",
      "currency=NGN",
      "gtin=05449000000996",
      "category=%67rocery",
      "product=bread",
      "sort=distance",
      "radius_m=6000.0",
      "limit=02",
      `lng=${lng}.0`,
      `lat=${lat}.000`,
      `cursor=${cursor}`,
    ];
    const [page, same] = [
      await app.answer(path({ ...asked, cursor })),
      await app.answer(`/inventory/nearby?${other.join("&")}`),
    ];
    expect(same).toEqual(page);
  });

  it("is refused when nobody gave it out", async () => {
    app.nowMs = NOON_MS;
    const cursor = await cursorOf();
    for (const garbage of [
      "a",
      "abc",
      "_",
      "-",
      "p",
      "_".repeat(5),
      cursor.slice(0, -8),
      `${cursor}A`,
      `${cursor}_`,
      cursor.toUpperCase(),
      "A".repeat(2048),
    ]) {
      await expectForeign(await app.ask(path({ cursor: garbage })));
    }
    for (const unfit of ["", "ä", "a b", "a=", "a+b", "a.b", "A".repeat(2049)]) {
      await expectForeign(await app.ask(path({ cursor: unfit })));
    }
  });

  it("is refused with any one letter changed, left out or added", async () => {
    app.nowMs = NOON_MS;
    for (const sort of ["distance", "price"]) {
      const cursor = await cursorOf({ sort });
      for (let at = 0; at < cursor.length; at++) {
        const [before, letter, after] = [cursor.slice(0, at), cursor[at]!, cursor.slice(at + 1)];
        const other = letter === "1" ? "2" : "1";
        for (const changed of [before + other + after, before + after, before + letter + other + after]) {
          if (changed !== cursor) await expectForeign(await app.ask(path({ sort, cursor: changed })));
        }
      }
    }
  });

  it("is refused when somebody tampers with it", async () => {
    const changed = fc.oneof(
      fc.double().map(String),
      fc.maxSafeInteger().map(String),
      fc.uuid(),
      fc.stringMatching(/^[\w-]{0,40}$/),
      fc.constantFrom("", "NGN", "0", "-0", "-1", "-1.5", "1e9", "9".repeat(16), "NaN", "Infinity", "5e-324"),
      fc.constantFrom("0x10", "1.0", "1.7e308", "1_2", `${NOON_MS}`, `${NOON_MS}.5`, "__proto__"),
    );
    const written = (part: string) => part.replaceAll(".", "p").replaceAll("+", "");
    for (const sort of ["distance", "price", "freshness", "delivery"]) {
      const whole = await cursorOf({ sort });
      const parts = whole.split("_");
      await fc.assert(
        fc.asyncProperty(
          fc.nat({ max: parts.length }),
          changed,
          fc.nat({ max: 1 }),
          async (place, part, cut) => {
            const cursor = parts.toSpliced(place, cut, written(part)).join("_");
            const response = await app.ask(path({ sort, cursor }));
            if (response.status !== 200) await expectForeign(response);
          },
        ),
        { numRuns: 150, seed: 5 },
      );
    }
  });
});

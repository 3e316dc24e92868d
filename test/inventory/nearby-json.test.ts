import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toEcef } from "../../src/geo/ecef.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import type { Point } from "../../src/geo/point.ts";
import { estimateDelivery } from "../../src/inventory/delivery-estimate.ts";
import { REASONS } from "../../src/inventory/nearby-explain.ts";
import {
  answerJson,
  itemJson,
  locationMembersJson,
  pageRowsJson,
  placeJson,
  proofJson,
  rowJson,
  rowKind,
  viewpointAt,
} from "../../src/inventory/nearby-json.ts";
import { deliveryTerms, type PageRow } from "../../src/inventory/page-columns.ts";
import { azimuthDeg } from "../geo/places.ts";
import { vincentyDirect } from "../geo/vincenty.ts";
import { nearbyItem } from "./nearby-item.ts";
import { instants, maybe, NOW_MS, pages } from "./page-arbitraries.ts";

const obvious = (page: readonly PageRow[], point: Point) => page.map((row) => nearbyItem(row, point, NOW_MS));

describe("an answer", () => {
  it("has every row of the database as JSON.stringify would write it", () => {
    fc.assert(
      fc.property(pages, ({ point, page }) => {
        const expected = obvious(page, point).map((item) => JSON.stringify(item));
        expect(pageRowsJson(page, point, NOW_MS)).toEqual(expected);
      }),
      { seed: 41, numRuns: 2000 },
    );
  });

  it("has the same rows when they are put together from what a tile keeps", () => {
    fc.assert(
      fc.property(pages, ({ point, page }) => {
        for (const row of page) {
          const { lat, lng, timeZone, openingHours } = row;
          const json = locationMembersJson(row);
          const place = {
            lat,
            lng,
            ...toEcef(row),
            timeZone,
            openingHours,
            delivery: deliveryTerms(row),
            json,
          };
          const kept = {
            item: itemJson(row),
            kind: rowKind({
              currency: row.priceCurrency,
              availability: row.availability,
              method: row.verificationMethod,
            }),
            proof: proofJson(row),
            amount: Number(row.priceAmount),
            quantity: row.quantity,
            verifiedAtMs: row.verifiedAtMs,
          };
          const text = rowJson(kept, placeJson(place, viewpointAt(point), NOW_MS), NOW_MS);
          expect([text]).toEqual(pageRowsJson([row], point, NOW_MS));
        }
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it("is one text, as JSON.stringify would write the whole", () => {
    const counts = fc
      .tuple(...REASONS.map(() => fc.nat()))
      .map((all) => Object.fromEntries(REASONS.map((reason, i) => [reason, all[i]!])));
    const outside = maybe(
      fc.record({ distanceM: fc.double({ min: 0, max: 5e4, noNaN: true }), count: fc.nat() }),
    );
    const explanations = fc.option(fc.tuple(counts, outside), { nil: undefined });
    const cursors = maybe(fc.stringMatching(/^[\w-]{1,200}$/));
    const radiiM = fc.oneof(
      fc.constantFrom(1, 5000, 50_000),
      fc.double({ min: 1, max: 50_000, noNaN: true }),
    );
    fc.assert(
      fc.property(
        pages,
        cursors,
        radiiM,
        explanations,
        instants,
        (page, nextCursor, radiusM, why, asOfMs) => {
          const query = { lat: page.point.lat, lng: page.point.lng, radius_m: radiusM };
          const [excluded, nearest] = why ?? [];
          const text = answerJson({
            items: pageRowsJson(page.page, page.point, NOW_MS).join(),
            nextCursor,
            query,
            asOfMs,
            excluded: excluded as Parameters<typeof answerJson>[0]["excluded"],
            nearestOutside: nearest,
          });
          const nearest_outside = nearest && {
            distance_m: Math.round(nearest.distanceM),
            count: nearest.count,
          };
          expect(text).toBe(
            JSON.stringify({
              items: obvious(page.page, page.point),
              next_cursor: nextCursor,
              query,
              as_of: new Date(asOfMs).toISOString(),
              ...(excluded && { excluded, nearest_outside }),
            }),
          );
        },
      ),
      { seed: 43, numRuns: 1000 },
    );
  });

  it("rounds the way to the nearest metre, by the geodesic", () => {
    const shop = { lat: 6.43, lng: 3.42 };
    const place = {
      ...shop,
      ...toEcef(shop),
      timeZone: "UTC",
      openingHours: null,
      delivery: null,
      json: "",
    };
    fc.assert(
      fc.property(
        azimuthDeg,
        fc.nat({ max: 50_000 }),
        fc.constantFrom(-1e-6, -1e-7, 0, 1e-7, 1e-6),
        (azimuth, wholeM, offM) => {
          const point = vincentyDirect(shop, azimuth, wholeM + 0.5 + offM);
          const metres = Math.round(geodesicDistanceM(point, shop));
          expect(placeJson(place, viewpointAt(point), NOW_MS)).toContain(`"distance_m":${metres},`);
        },
      ),
      { seed: 44, numRuns: 2000 },
    );
  });

  it("tells the minutes, and what is out of range, by the geodesic", () => {
    const shop = { lat: 6.43, lng: 3.42 };
    fc.assert(
      fc.property(
        azimuthDeg,
        fc.integer({ min: 1, max: 100 }),
        fc.constantFrom(5, 20, 37.5),
        fc.constantFrom("min", "max", "radius"),
        fc.constantFrom(-1e-6, -1e-7, 0, 1e-7, 1e-6),
        (azimuth, step, speedKmh, which, offM) => {
          const metresPerMinute = (speedKmh * 1000) / 60 / 1.3;
          const stepM = {
            min: step * metresPerMinute,
            max: (step / 1.5) * metresPerMinute,
            radius: 100 * step,
          };
          const delivery = { radiusM: which === "radius" ? 100 * step : 60_000, prepMinutes: 0, speedKmh };
          const point = vincentyDirect(shop, azimuth, stepM[which] + offM);
          const place = { ...shop, ...toEcef(shop), timeZone: "UTC", openingHours: null, delivery, json: "" };
          const distanceM = geodesicDistanceM(point, shop);
          const estimate = estimateDelivery({
            distanceM,
            delivery,
            openingHours: null,
            timeZone: "UTC",
            nowMs: NOW_MS,
          });
          const told = JSON.parse(
            `{${placeJson(place, viewpointAt(point), NOW_MS).slice(1).replace("{,", "{")}`,
          );
          expect(told.delivery).toMatchObject(
            estimate.available
              ? { min_minutes: estimate.minMinutes, max_minutes: estimate.maxMinutes }
              : { available: false, reason: "out_of_range" },
          );
        },
      ),
      { seed: 45, numRuns: 3000 },
    );
  });
});

import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { oldestUndeliveredMs, readMarket } from "../../src/stats/market-queries.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../src/stock-words.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

const NOW_MS = Date.parse("2026-11-21T10:20:00Z");
const HOUR_MS = 3_600_000;

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.stop());

const some = fc.nat({ max: 5_000_000 });
const words = [...AVAILABILITIES, ...VERIFICATION_METHODS] as const;
const snapshots = fc
  .record({ fresh: some, aging: some, stale: some, words: fc.array(some, { minLength: 9, maxLength: 9 }) })
  .map(({ fresh, aging, stale, words: numbers }) => ({
    total: fresh + aging + stale,
    fresh,
    stale,
    ...(Object.fromEntries(words.map((word, i) => [word, numbers[i]])) as Record<
      (typeof words)[number],
      number
    >),
  }));
const partners = fc.record({
  status: fc.constantFrom("pending", "approved", "suspended"),
  locations: fc.nat({ max: 3 }),
  /** By how many hours ago. */
  snapshots: fc.uniqueArray(fc.record({ hoursAgo: fc.nat({ max: 50 }), counted: snapshots }), {
    maxLength: 3,
    selector: ({ hoursAgo }) => hoursAgo,
  }),
});
type Partner = typeof partners extends fc.Arbitrary<infer Value> ? Value : never;

async function write({ status, locations, snapshots }: Partner): Promise<void> {
  const partnerId = randomUUID();
  const { localNeon } = db;
  await localNeon.query(
    "insert into partners (partner_id, name, contact_email, status) values ($1, 'Shop', 'a@shop.example', $2)",
    [partnerId, status],
  );
  for (let i = 0; i < locations; i++) {
    await localNeon.query(
      `insert into locations (location_id, partner_id, location_ref, name, lat, lng, h3_cell, x_m, y_m, z_m, timezone)
       values ($1, $2, $3, 'Shop', 0, 0, 0, 0, 0, 0, 'UTC')`,
      [randomUUID(), partnerId, `shop ${i}`],
    );
  }
  for (const { hoursAgo, counted } of snapshots) {
    const hourMs = NOW_MS - (NOW_MS % HOUR_MS) - hoursAgo * HOUR_MS;
    await localNeon.query(
      "insert into metrics_snapshots (partner_id, hour, taken_at, counted) values ($1, $2, $3, $4)",
      [
        partnerId,
        new Date(hourMs).toISOString(),
        new Date(hourMs + 1234).toISOString(),
        JSON.stringify(counted),
      ],
    );
  }
}

describe("the figures of the market", () => {
  it("are none where there is nothing", async () => {
    expect(await readMarket(db.database, NOW_MS)).toEqual({
      as_of: new Date(NOW_MS).toISOString(),
      partners: { pending: 0, approved: 0, suspended: 0 },
      locations: 0,
      snapshots: { partners: 0, oldest_at: null, newest_at: null },
      items: {
        total: 0,
        by_availability: { in_stock: 0, low_stock: 0, out_of_stock: 0, on_request: 0, scheduled_only: 0 },
      },
      freshness: { fresh: 0, aging: 0, stale: 0, fresh_ratio: null },
      proof: {
        items_with_proof: 0,
        coverage: null,
        by_kind: { shelf_snap: 0, count: 0, pos_sync: 0, assertion: 0 },
      },
    });
  });

  it("are the sums of the latest snapshots of approved partners, and say how old these are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(partners, { maxLength: 8 }), async (all) => {
        await db.localNeon.exec("delete from metrics_snapshots; delete from locations; delete from partners");
        for (const partner of all) await write(partner);
        const read = await readMarket(db.database, NOW_MS);
        const latest = all
          .filter(({ status }) => status === "approved")
          .flatMap(({ snapshots }) => snapshots.toSorted((a, b) => a.hoursAgo - b.hoursAgo).slice(0, 1));
        const sum = (of: (counted: (typeof latest)[number]["counted"]) => number): number =>
          latest.reduce((total, { counted }) => total + of(counted), 0);
        const withProof = sum((counted) => VERIFICATION_METHODS.reduce((n, kind) => n + counted[kind], 0));
        const total = sum((counted) => counted.total);
        const taken = latest.map(({ hoursAgo }) => NOW_MS - (NOW_MS % HOUR_MS) - hoursAgo * HOUR_MS + 1234);
        expect(read.partners).toEqual(
          Object.fromEntries(
            ["pending", "approved", "suspended"].map((status) => [
              status,
              all.filter((partner) => partner.status === status).length,
            ]),
          ),
        );
        expect(read.locations).toBe(all.reduce((n, { locations }) => n + locations, 0));
        expect(read.snapshots).toEqual({
          partners: latest.length,
          oldest_at: latest.length === 0 ? null : new Date(Math.min(...taken)).toISOString(),
          newest_at: latest.length === 0 ? null : new Date(Math.max(...taken)).toISOString(),
        });
        expect(read.items.total).toBe(total);
        for (const word of AVAILABILITIES) {
          expect(read.items.by_availability[word]).toBe(sum((counted) => counted[word]));
        }
        expect(read.freshness).toMatchObject({
          fresh: sum((counted) => counted.fresh),
          aging: sum((counted) => counted.total - counted.fresh - counted.stale),
          stale: sum((counted) => counted.stale),
        });
        for (const kind of VERIFICATION_METHODS) {
          expect(read.proof.by_kind[kind]).toBe(sum((counted) => counted[kind]));
        }
        expect(read.proof.items_with_proof).toBe(withProof);
        if (total === 0) expect(read.freshness.fresh_ratio).toBeNull();
        else expect(read.freshness.fresh_ratio).toBeCloseTo(read.freshness.fresh / total, 6);
      }),
      { seed: 20261122, numRuns: 20 },
    );
  });
});

describe("the oldest event that waits for us", () => {
  const event = (id: string, partnerId: string, atMs: number, status = "pending") =>
    db.localNeon.query(
      `insert into outbox_events (event_id, partner_id, type, payload, created_at, status)
       values ($1, $2, 'order.paid', '{}', $3, $4)`,
      [id, partnerId, new Date(atMs).toISOString(), status],
    );

  it("is the first that was written; none when there is none", async () => {
    expect(await oldestUndeliveredMs(db.database, NOW_MS)).toBeUndefined();
    for (const n of [2, 1, 3]) {
      await event(`0193f3a0-000${n}-7000-8000-000000000001`, randomUUID(), NOW_MS + n);
    }
    expect(await oldestUndeliveredMs(db.database, NOW_MS)).toBe(NOW_MS + 1);
    await db.localNeon.exec("delete from outbox_events");
  });

  it.each([
    ["is one that an active endpoint should have been sent", "active", "approved", -5, NOW_MS - 5],
    ["is none that waits for its next attempt", "active", "approved", 1, undefined],
    ["is none that a paused endpoint will be sent", "paused", "approved", -5, undefined],
    ["is none of a suspended partner", "active", "suspended", -5, undefined],
  ])("%s", async (_story, endpointStatus, partnerStatus, dueInMs, expected) => {
    const [partnerId, endpointId, eventId] = [randomUUID(), randomUUID(), randomUUID()];
    const { query, exec } = db.localNeon;
    await query(
      "insert into partners (partner_id, name, contact_email, status) values ($1, 'Shop', 'a@shop.example', $2)",
      [partnerId, partnerStatus],
    );
    await query(
      `insert into webhook_endpoints (endpoint_id, partner_id, url, events, status, sealed_secret)
       values ($1, $2, 'https://shop.example', '{*}', $3, '')`,
      [endpointId, partnerId, endpointStatus],
    );
    await event(eventId, partnerId, NOW_MS - HOUR_MS, "dispatched");
    await query(
      `insert into webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, next_attempt_at, created_at)
       values ($1, $2, $3, $4, $5, $5)`,
      [randomUUID(), partnerId, endpointId, eventId, new Date(NOW_MS + dueInMs).toISOString()],
    );
    expect(await oldestUndeliveredMs(db.database, NOW_MS)).toBe(expected);
    await exec("delete from webhook_deliveries; delete from outbox_events");
  });
});

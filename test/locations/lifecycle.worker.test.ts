import { beforeAll, describe, expect, it } from "vitest";
import { parseWireId, wireId } from "../../src/ids.ts";
import type { Location } from "../../src/locations/schema.ts";
import { listAll } from "../partners/ask-partners.ts";
import { sql } from "../support/database.ts";
import { makeItem, makeLocation, makeProof, makeStock, UNLISTED } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { personToken } from "../support/tokens.ts";
import { askWorker } from "../support/worker.ts";
import { LOCATIONS, makeTenant, SHOP } from "./shops.ts";

type Tenant = Awaited<ReturnType<typeof makeTenant>>;

let tenant: Tenant;
beforeAll(async () => {
  tenant = await makeTenant();
});

const FULL = {
  ...SHOP,
  address: "12 Herbert Macaulay Way",
  opening_hours: [
    { day: "sat", opens: "10:00", closes: "02:00" },
    { day: "mon", opens: "00:00", closes: "24:00" },
  ],
  delivery: { radius_m: 6000, prep_minutes: 12, speed_kmh: 17.5 },
};

describe("a location", () => {
  it("is created, reads back as it was written, is replaced whole, and is deleted once", async () => {
    const created = await tenant.put("whole", FULL);
    expect(created.status).toBe(201);
    expect(created.json).toEqual({
      ...FULL,
      location_id: expect.stringMatching(/^loc_/),
      location_ref: "whole",
      created_at: expect.any(String),
      updated_at: created.json.created_at,
    });
    expect((await tenant.get("whole")).json).toEqual(created.json);

    const replaced = await tenant.put("whole", SHOP);
    expect(replaced.status).toBe(200);
    expect(replaced.json).toEqual({
      ...created.json,
      address: null,
      opening_hours: null,
      delivery: null,
      updated_at: replaced.json.updated_at,
    });
    expect(replaced.json.updated_at >= created.json.updated_at).toBe(true);

    const removed = await tenant.remove("whole");
    expect([removed.status, removed.json]).toEqual([
      200,
      {
        location_id: created.json.location_id,
        location_ref: "whole",
        status: "deleted",
        deleted_items: 0,
      },
    ]);
    expect((await tenant.remove("whole")).status).toBe(404);
    expect((await tenant.get("whole")).status).toBe(404);

    const anew = await tenant.put("whole", SHOP);
    expect(anew.status).toBe(201);
    expect(anew.json.location_id).not.toBe(created.json.location_id);
  });

  it("is written as it reads", async () => {
    const { json } = await tenant.put("as it reads", FULL);
    const { location_id: _, location_ref: __, created_at: ___, updated_at: ____, ...written } = json;
    const again = await tenant.put("as it reads", written);
    expect(again.status).toBe(200);
    expect(again.json).toEqual({ ...json, updated_at: again.json.updated_at });
  });

  it("is delivered from at 20 km/h when it does not say", async () => {
    const { json } = await tenant.put("slow", { ...SHOP, delivery: { radius_m: 1, prep_minutes: 0 } });
    expect(json.delivery).toEqual({ radius_m: 1, prep_minutes: 0, speed_kmh: 20 });
  });

  it.each([
    [90, 180],
    [-90, -180],
    [1e-200, -5e-324],
    [6.123_456_789_012_345, 3.000_000_000_000_000_4],
  ])("may lie at %d, %d, to the last digit", async (lat, lng) => {
    const { json } = await tenant.put("anywhere", { ...SHOP, lat, lng });
    expect([json.lat, json.lng]).toEqual([lat, lng]);
    expect((await tenant.get("anywhere")).json).toEqual(json);
  });

  it("has no negative zeros", async () => {
    const { text } = await tenant.put("null island", '{"name":"x","lat":-0,"lng":-0.0,"timezone":"UTC"}');
    expect(text).toContain('"lat":0,"lng":0,');
  });

  it.each([
    "a/b",
    "a?b#c",
    "100%",
    "%41",
    "a b+c",
    " ",
    "Ṣọ́ọ̀bù 🏪",
    "'; --",
    "...",
    "a\nb",
    "\\",
    "🏪".repeat(128),
    "x".repeat(128),
  ])("may be called %j", async (ref) => {
    expect((await tenant.put(ref)).json.location_ref).toBe(ref);
    expect((await tenant.get(ref)).json.location_ref).toBe(ref);
    expect((await tenant.remove(ref)).json["location_ref"]).toBe(ref);
  });
});

describe("the list", () => {
  it("holds all of one's own, the newest first, in pages of any size", async () => {
    const many = await makeTenant();
    expect(await listAll(LOCATIONS, many.key)).toEqual([]);
    const written: Location[] = [];
    for (let i = 0; i < 7; i++) written.push((await many.put(`shop ${i}`)).json);
    const byId = written.toSorted((a, b) => (a.location_id < b.location_id ? 1 : -1));
    for (const limit of [1, 3, 7, 100]) expect(await listAll(LOCATIONS, many.key, limit)).toEqual(byId);
  });
});

describe("a request with an Idempotency-Key", () => {
  it("gets the first answer again, its status included, and refuses another body", async () => {
    const headers = { "Idempotency-Key": "put-once" };
    const first = await tenant.put("once", SHOP, headers);
    await tenant.put("once", { ...SHOP, name: "Changed since" });
    expect(await tenant.put("once", SHOP, headers)).toEqual(first);
    expect((await tenant.get("once")).json.name).toBe("Changed since");
    expect((await tenant.put("once", FULL, headers)).status).toBe(422);
    const removed = await tenant.remove("once", headers);
    expect(removed.status).toBe(200);
    expect(await tenant.remove("once", headers)).toEqual(removed);
  });
});

describe("what is near", () => {
  it("is found where the location has moved to, and no longer where it was", async () => {
    const region = await claimRegion("locations that move");
    const buyer = await personToken("buyer");
    const found = async (place: { lat: number; lng: number }) => {
      const answer = await askWorker(`/inventory/nearby?lat=${place.lat}&lng=${place.lng}&radius_m=500`, {
        headers: { Authorization: `Bearer ${buyer}`, "Cache-Control": "no-cache" },
      });
      return ((await answer.json()) as { items: { distance_m: number }[] }).items.map((i) => i.distance_m);
    };
    const [here, there] = [region.at(0, 0), region.at(9000, 4000)];
    await tenant.put("mover", { ...SHOP, ...here });
    const [location] = await sql`
      SELECT location_id FROM locations WHERE partner_id = ${tenant.partner.partnerId} AND location_ref = 'mover'`;
    const item = await makeItem(tenant.partner);
    await makeStock(
      { ...(await makeLocation(tenant.partner, region.at(0, 40_000))), ...ofRow(location) },
      item,
    );
    expect([await found(here), await found(there)]).toEqual([[0], []]);

    const moved = await tenant.put("mover", { ...SHOP, ...there });
    expect(moved.status).toBe(200);
    expect([await found(here), await found(there)]).toEqual([[], [0]]);

    await tenant.remove("mover");
    expect([await found(here), await found(there)]).toEqual([[], []]);
  });
});

const ofRow = (row: Record<string, unknown> | undefined) => ({ locationId: String(row?.["location_id"]) });

describe("deleting a location", () => {
  it("leaves one event for each listed stock row, takes rows and proofs along, and touches nothing else", async () => {
    const { partner, remove } = await makeTenant();
    const doomed = await makeLocation(partner, { lat: 1, lng: 1, locationRef: 'do"om/ed 🏪' });
    const kept = await makeLocation(partner, { lat: 1, lng: 1 });
    const items = [];
    for (const externalRef of ["a", 'b"\\ \n', "ç🥖"]) {
      const item = await makeItem(partner, { externalRef });
      const { proofId } = await makeProof(doomed, item);
      await makeStock(doomed, item, { proofId });
      await makeStock(kept, item, { proofId: (await makeProof(kept, item)).proofId });
      items.push(item);
    }
    for (const [title, overrides] of [
      ["Title", UNLISTED.price],
      ["Title", UNLISTED.stock],
      [null, UNLISTED.title],
    ] as const) {
      await makeStock(doomed, await makeItem(partner, { title }), overrides);
    }
    const { json } = await remove(doomed.locationRef);
    expect(json["deleted_items"]).toBe(3);

    const events = await sql`SELECT * FROM outbox_events WHERE partner_id = ${partner.partnerId}`;
    const payloads = events.map(({ payload }) => JSON.parse(String(payload)));
    expect(payloads.toSorted((a, b) => (a.data.external_ref < b.data.external_ref ? -1 : 1))).toEqual(
      items.map(({ itemId, externalRef }) => ({
        id: expect.any(String),
        type: "catalog.item.deleted",
        created_at: expect.any(String),
        partner_id: wireId("ptr", partner.partnerId),
        data: {
          external_ref: externalRef,
          item_id: wireId("itm", itemId),
          location_ref: doomed.locationRef,
          location_id: wireId("loc", doomed.locationId),
          version: 2,
        },
      })),
    );
    for (const { event_id, type, created_at, payload } of events) {
      const body = JSON.parse(String(payload));
      expect(payload).toBe(JSON.stringify(body));
      expect([parseWireId("evt", body.id), body.type]).toEqual([event_id, type]);
      expect(body.created_at).toBe(new Date(String(created_at)).toISOString());
      // A UUIDv7 of that very millisecond.
      expect(String(event_id)).toMatch(
        /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      );
      expect(Number.parseInt(String(event_id).replace("-", "").slice(0, 12), 16)).toBe(
        Date.parse(body.created_at),
      );
    }
    expect(
      await sql`SELECT (SELECT count(*)::int FROM stock_rows s WHERE s.partner_id = p.partner_id) AS rows,
        (SELECT count(*)::int FROM proofs f WHERE f.partner_id = p.partner_id) AS proofs,
        (SELECT count(*)::int FROM items i WHERE i.partner_id = p.partner_id) AS items
      FROM partners p WHERE partner_id = ${partner.partnerId}`,
    ).toEqual([{ rows: 3, proofs: 3, items: 6 }]);
  });

  it("with 800 items is one statement and 800 events", async () => {
    const { partner, remove } = await makeTenant();
    const { locationId, locationRef } = await makeLocation(partner, { lat: 1, lng: 1 });
    await sql`WITH made AS (
        INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
        SELECT gen_random_uuid(), ${partner.partnerId}, n, 'Title', '{}' FROM generate_series(1, 800) n RETURNING item_id)
      INSERT INTO stock_rows (location_id, item_id, partner_id, verified_at, price_amount, availability, verification_method, quantity, price_currency)
      SELECT ${locationId}, item_id, ${partner.partnerId}, now(), 1, 'in_stock', 'count', 1, 'NGN' FROM made`;
    expect((await remove(locationRef)).json["deleted_items"]).toBe(800);
    expect(
      await sql`SELECT count(DISTINCT payload::json #>> '{data,external_ref}')::int AS refs, count(*)::int AS events
      FROM outbox_events WHERE partner_id = ${partner.partnerId}`,
    ).toEqual([{ refs: 800, events: 800 }]);
  });
});

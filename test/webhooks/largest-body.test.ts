import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_PAYLOAD_BYTES } from "../../src/outbox/max-payload.ts";
import { type CatalogWorld, ITEMS, startCatalogWorld } from "../catalog/catalog-app.ts";
import { createKey } from "../support/api-keys.ts";

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

/** Takes six bytes in JSON: no character takes more. */
const WORST = "\u0001";
const URL_OF_2048 = `https://shop.example/${"p".repeat(2027)}`;
const AT = "2026-11-22T11:59:59.123Z";

describe("the largest body that the contract allows", () => {
  it("of a catalog event is one that is sent", async () => {
    const { key } = await createKey(world.db.localNeon, { scopes: ["catalog:write"] });
    const { app } = world;
    app.nowMs = Date.parse("2026-11-22T12:00:00Z");
    const ref = WORST.repeat(128);
    const location = { name: "Yaba", lat: 6.5, lng: 3.37, timezone: "Africa/Lagos" };
    const put = await app.ask("PUT", `/connect/v1/locations/${encodeURIComponent(ref)}`, {
      token: key,
      body: location,
    });
    expect(put.status).toBe(201);
    const item = {
      external_ref: ref,
      location_ref: ref,
      title: WORST.repeat(300),
      description: WORST.repeat(2000),
      brand: WORST.repeat(200),
      category: WORST.repeat(100),
      gtin: "05449000000996",
      image_url: URL_OF_2048,
      buy_url: URL_OF_2048,
      price: { amount: Number.MAX_SAFE_INTEGER, currency: "NGN" },
      stock: { quantity: 1_000_000, availability: "scheduled_only" },
      proof: {
        kind: "shelf_snap",
        media_url: URL_OF_2048,
        sha256: "ab".repeat(32),
        captured_at: AT,
        captured_lat: -6.123456789012345,
        captured_lng: -103.37123456789,
      },
      observed_at: AT,
      verified_at: AT,
    };
    const posted = await app.ask("POST", ITEMS, { token: key, body: item });
    expect(posted.json).toMatchObject({ summary: { created: 1 } });
    const [event] = await world.db.localNeon.query(
      "select octet_length(payload) as bytes from outbox_events",
    );
    const bytes = Number(event!["bytes"]);
    expect(bytes).toBeGreaterThan(11_000);
    expect(bytes).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  });
});

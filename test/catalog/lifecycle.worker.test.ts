import { beforeAll, describe, expect, it } from "vitest";
import type { CatalogAnswer, CatalogItem } from "../../src/catalog/schema.ts";
import { geodesicDistanceM } from "../../src/geo/geodesic.ts";
import { at as atLocation, makeTenant, SHOP } from "../locations/shops.ts";
import { ask } from "../partners/ask-partners.ts";
import { assertResponseConforms } from "../support/conforms.ts";
import { sql } from "../support/database.ts";
import { makeApiKey } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { askWorker } from "../support/worker.ts";

const ITEMS = "/connect/v1/catalog/items";
const BREAD = { title: "Bread", price: { amount: 125_000, currency: "NGN" }, stock: { quantity: 12 } };

type Tenant = Awaited<ReturnType<typeof makeTenant>>;
type Item = CatalogItem;

const say = (method: string, { key }: Tenant, body: unknown, headers: Record<string, string> = {}) =>
  ask<CatalogAnswer>(method, ITEMS, { token: key, body, headers });
const list = async ({ key }: Tenant, query = "") =>
  (await ask<{ items: Item[]; next_cursor: string | null }>("GET", `${ITEMS}${query}`, { token: key })).json;

const newTenant = async (refs = ["yaba"]): Promise<Tenant> => {
  const tenant = await makeTenant();
  for (const ref of refs) await tenant.put(ref, SHOP);
  return tenant;
};

describe("an item", () => {
  it("reads back as it was written, with what is known besides", async () => {
    const tenant = await newTenant();
    const written = {
      external_ref: "SKU/1 ü",
      location_ref: "yaba",
      title: "Penny Bread",
      description: "Sliced",
      brand: "Penny",
      category: "bakery",
      gtin: "00012345600012",
      image_url: "https://img.example/a.jpg",
      buy_url: "https://shop.example/p?id=1",
      price: { amount: 0, currency: "NGN" },
      stock: { quantity: 5, availability: "in_stock" },
      proof: {
        kind: "shelf_snap",
        media_url: "https://media.example/a.jpg",
        sha256: "ab".repeat(32),
        captured_at: "2026-11-20T08:00:00.000Z",
        captured_lat: SHOP.lat + 0.001,
        captured_lng: SHOP.lng,
      },
      verified_at: "2026-11-20T08:00:05.000Z",
      observed_at: "2026-11-20T08:01:00.000Z",
    };
    const posted = await say("POST", tenant, written);
    expect(posted.json.results).toEqual([
      {
        index: 0,
        external_ref: "SKU/1 ü",
        item_id: expect.stringMatching(/^itm_/),
        status: "created",
        version: 1,
      },
    ]);
    const { items } = await list(tenant);
    expect(items).toEqual([
      {
        ...written,
        item_id: posted.json.results[0]?.item_id,
        proof: {
          ...written.proof,
          proof_id: expect.stringMatching(/^prf_/),
          received_at: expect.any(String),
          distance_from_location_m: Math.round(
            geodesicDistanceM(SHOP, { lat: SHOP.lat + 0.001, lng: SHOP.lng }),
          ),
        },
        verification_method: "shelf_snap",
        version: 1,
        updated_at: expect.any(String),
      },
    ]);
  });

  it("is near once it has a title, a price and stock, in whatever order they come, and no longer when it is deleted", async () => {
    const { lat, lng } = await claimRegion("catalog items");
    const tenant = await makeTenant();
    await tenant.put("yaba", { ...SHOP, lat, lng });
    const { key } = await makeApiKey(tenant.partner, ["inventory:read"]);
    const near = async () => {
      const path = `/inventory/nearby?lat=${lat}&lng=${lng}&radius_m=10`;
      const asked = { token: key, headers: { "Cache-Control": "no-cache" } };
      const { json } = await ask<{ items: { external_ref: string }[] }>("GET", path, asked);
      return json.items.map(({ external_ref }) => external_ref);
    };
    const { external_ref, title, price, stock } = { external_ref: "A", ...BREAD };
    const steps: [string, unknown, Record<string, unknown>, string[]][] = [
      ["PATCH", { external_ref, stock }, { status: "created", missing: ["title", "price"] }, []],
      ["PATCH", { external_ref, price }, { status: "updated", missing: ["title"] }, []],
      ["PATCH", { external_ref, title }, { status: "updated" }, ["A"]],
      ["DELETE", { external_ref }, { status: "deleted" }, []],
      ["PATCH", { external_ref, price }, { status: "created", missing: ["title", "stock"] }, []],
      ["POST", { external_ref, title, price, stock }, { status: "updated" }, ["A"]],
    ];
    for (const [i, [method, body, result, shown]] of steps.entries()) {
      const { json } = await say(method, tenant, body);
      expect(json.results[0]).toMatchObject({ ...result, version: i + 1 });
      expect("missing" in (json.results[0] ?? {})).toBe("missing" in result);
      expect(await near()).toEqual(shown);
    }
  });

  it("goes with its location, and comes back with it", async () => {
    const tenant = await newTenant(["yaba", "ikeja"]);
    const entries = ["yaba", "ikeja"].map((location_ref) => ({ external_ref: "A", location_ref, ...BREAD }));
    expect((await say("POST", tenant, { items: entries })).json.summary).toMatchObject({ created: 2 });
    expect((await tenant.remove("yaba")).json).toMatchObject({ deleted_items: 1 });
    expect((await list(tenant)).items.map(({ location_ref }) => location_ref)).toEqual(["ikeja"]);
    const gone = await say("PATCH", tenant, { ...entries[0], title: undefined });
    expect([gone.status, gone.json.results[0]?.errors?.[0]?.code]).toEqual([400, "unknown_location"]);
    await tenant.put("yaba", SHOP);
    expect((await say("POST", tenant, entries[0])).json.results[0]).toMatchObject({ status: "created" });
  });
});

describe("a photo", () => {
  it.each([
    ["at the shop", SHOP],
    ["across the street", { lat: SHOP.lat + 0.0002, lng: SHOP.lng - 0.0001 }],
    ["in the next town", { lat: 7.3775, lng: 3.947 }],
    ["on another continent", { lat: 40.7128, lng: -74.006 }],
    ["at the antipode", { lat: -SHOP.lat, lng: SHOP.lng - 179.9 }],
  ])("taken %s is as far from it as the geodesic says", async (_, { lat, lng }) => {
    const tenant = await newTenant();
    const proof = {
      kind: "shelf_snap",
      captured_at: "2026-11-20T08:00:00Z",
      captured_lat: lat,
      captured_lng: lng,
    };
    await say("POST", tenant, { external_ref: "A", ...BREAD, proof });
    const { items } = await list(tenant);
    expect(items[0]?.proof?.distance_from_location_m).toBe(Math.round(geodesicDistanceM(SHOP, { lat, lng })));
  });

  it("is replaced by a newer one, and leaves with a count that has none", async () => {
    const tenant = await newTenant();
    const snapped = (hour: string) => ({
      external_ref: "A",
      ...BREAD,
      observed_at: `2026-11-20T${hour}:00:00Z`,
      proof: { kind: "shelf_snap", captured_at: `2026-11-20T${hour}:00:00Z` },
    });
    const proofs = async () => {
      const [row] =
        await sql`SELECT count(*)::int AS count FROM proofs WHERE partner_id = ${tenant.partner.partnerId}`;
      return row?.["count"];
    };
    for (const [body, status, kept] of [
      [snapped("08"), "created", 1],
      [snapped("09"), "updated", 1],
      [{ ...snapped("09"), observed_at: "2026-11-20T09:30:00Z" }, "confirmed", 1],
      [{ external_ref: "A", ...BREAD }, "updated", 0],
    ] as const) {
      expect((await say("POST", tenant, body)).json.results[0]?.status).toBe(status);
      expect(await proofs()).toBe(kept);
    }
  });
});

describe("the list", () => {
  let tenant: Tenant;
  beforeAll(async () => {
    tenant = await newTenant(["yaba", "ikeja"]);
    const items = Array.from({ length: 25 }, (_, i) => ({
      external_ref: `R${i}`,
      location_ref: i % 5 === 0 ? "ikeja" : "yaba",
      ...BREAD,
      stock: { quantity: i },
    }));
    await say("POST", tenant, { items: items.slice(0, 10) });
    await say("POST", tenant, { items: items.slice(10) });
  });
  const pages = async (query: string) => {
    const found: Item[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await list(tenant, `?limit=4${query}${cursor && `&cursor=${cursor}`}`);
      expect(page.items.length).toBeLessThanOrEqual(4);
      found.push(...page.items);
      cursor = page.next_cursor;
    }
    return found;
  };

  it("shows everything once, page by page, the longest unchanged first", async () => {
    const found = await pages("");
    expect(new Set(found.map(({ external_ref }) => external_ref)).size).toBe(25);
    expect(found.length).toBe(25);
    const times = found.map(({ updated_at }) => updated_at);
    expect(times).toEqual(times.toSorted());
  });

  it("is narrowed by item, location and availability", async () => {
    expect((await pages("&external_ref=R7")).map(({ stock }) => stock.quantity)).toEqual([7]);
    expect(await pages("&external_ref=R77")).toEqual([]);
    expect(new Set((await pages("&location_ref=ikeja")).map(({ external_ref }) => external_ref))).toEqual(
      new Set(["R0", "R5", "R10", "R15", "R20"]),
    );
    const scarce = await pages("&availability=out_of_stock,low_stock");
    expect(scarce.map(({ stock }) => stock.quantity).toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(await pages("&location_ref=nowhere")).toEqual([]);
  });

  it("tells since a moment what changed, and not what was merely confirmed", async () => {
    const before = (await pages("")).at(-1)?.updated_at ?? "";
    const since = new Date(Date.parse(before) + 1).toISOString();
    await say("POST", tenant, { external_ref: "R7", location_ref: "yaba", ...BREAD, stock: { quantity: 7 } });
    expect(await pages(`&updated_since=${since}`)).toEqual([]);
    await say("PATCH", tenant, { external_ref: "R7", location_ref: "yaba", stock: { quantity: 8 } });
    expect((await pages(`&updated_since=${since}`)).map(({ external_ref }) => external_ref)).toEqual(["R7"]);
  });
});

describe("CSV", () => {
  const send = async (method: string, { key }: Tenant, text: string) => {
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "text/csv; charset=utf-8" };
    const response = await askWorker(ITEMS, { method, headers, body: text });
    return (await assertResponseConforms(method, `https://x.example${ITEMS}`, response)) as CatalogAnswer;
  };

  it("does what the same entries do in JSON", async () => {
    const tenant = await newTenant();
    const csv = [
      "external_ref,title,price.amount,price.currency,stock.quantity,brand",
      'A,"Bread, sliced",125000,NGN,12,',
      "B,Milk,90000,NGN,two,Dano",
      "C,Rice,100,NGN,3,Mama",
    ].join("\r\n");
    const { results, summary } = await send("POST", tenant, csv);
    expect(summary).toMatchObject({ created: 2, rejected: 1 });
    expect(results[1]).toMatchObject({ external_ref: "B", status: "rejected" });
    expect(results[1]?.errors?.[0]).toMatchObject({ pointer: "/items/1/stock/quantity" });
    expect(results[1]?.errors?.[0]?.detail).toContain("line 3");
    expect((await list(tenant)).items.map(({ title, brand }) => [title, brand])).toEqual(
      expect.arrayContaining([
        ["Bread, sliced", null],
        ["Rice", "Mama"],
      ]),
    );
    expect((await send("DELETE", tenant, "external_ref\nA\nC\n")).summary).toMatchObject({ deleted: 2 });
    expect((await list(tenant)).items).toEqual([]);
  });
});

describe("a request of a thousand", () => {
  it("costs the database one batch, whatever it brings, and a row each one event", async () => {
    const tenant = await newTenant();
    const items = Array.from({ length: 1000 }, (_, i) => ({ external_ref: `R${i}`, ...BREAD }));
    expect((await say("POST", tenant, { items })).json.summary).toMatchObject({ created: 1000 });
    expect((await say("POST", tenant, { items })).json.summary).toMatchObject({ confirmed: 1000 });
    const [events] =
      await sql`SELECT count(*)::int AS count FROM outbox_events WHERE partner_id = ${tenant.partner.partnerId}`;
    expect(events?.["count"]).toBe(1000);
    expect((await say("POST", tenant, { items: [...items, BREAD] })).status).toBe(400);
    expect(
      (await say("DELETE", tenant, { items: items.map(({ external_ref }) => ({ external_ref })) })).json
        .summary,
    ).toMatchObject({ deleted: 1000 });
  });
});

describe("an entry without a location", () => {
  it("means the only one, and is rejected when there are several or none", async () => {
    const tenant = await makeTenant();
    const entry = { external_ref: "A", ...BREAD };
    const codeOf = ({ json }: { json: CatalogAnswer }) => json.results[0]?.errors?.[0]?.code;
    expect(codeOf(await say("POST", tenant, entry))).toBe("unknown_location");
    await tenant.put("yaba", SHOP);
    expect((await say("POST", tenant, entry)).json.results[0]?.status).toBe("created");
    // Named or not, it is the same row: of two counts of one moment the larger JSON wins.
    const both = { items: [entry, { ...entry, location_ref: "yaba", stock: { quantity: 3 } }] };
    const statuses = (await say("POST", tenant, both)).json.results.map(({ status }) => status);
    expect(statuses.toSorted()).toEqual(["confirmed", "updated"]);
    await tenant.put("ikeja", SHOP);
    expect(codeOf(await say("POST", tenant, entry))).toBe("missing");
    // A deletion without one means all of them.
    expect((await say("DELETE", tenant, { external_ref: "A" })).json.results[0]?.status).toBe("deleted");
    expect((await ask("GET", atLocation("yaba"), { token: tenant.key })).status).toBe(200);
  });
});

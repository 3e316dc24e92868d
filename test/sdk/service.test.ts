import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mintDevToken } from "../../scripts/dev-secrets.ts";
import { wireId } from "../../src/ids.ts";
import {
  type CatalogItemDeleted,
  type CatalogItemUpserted,
  type CommerceEventReceived,
  type OrderPaid,
  type OrderStatusUpdated,
  SnapActApiError,
  SnapActConnect,
  type WebhookEvent,
} from "../../src/sdk/index.ts";
import { namesOf } from "./names-of.ts";
import { newPartner, type Partner, type SdkWorld, SHOP, startSdkWorld } from "./sdk-world.ts";

let world: SdkWorld;
beforeAll(async () => {
  world = await startSdkWorld();
});
afterAll(() => world[Symbol.asyncDispose]());

const apiError = async (promise: Promise<unknown>): Promise<SnapActApiError> => {
  const error = await promise.then(
    () => expect.unreachable("it succeeded"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SnapActApiError);
  return error as SnapActApiError;
};
const stocked = async ({ connect }: Partner, count: number): Promise<string[]> => {
  const items = Array.from({ length: count }, (_, n) => ({
    external_ref: `SKU-${n}`,
    title: "Ofada rice",
    price: { amount: 100 + n, currency: "NGN" },
    stock: { quantity: 10 },
  }));
  const { results } = await connect.catalog.upsert(items);
  return results.map(({ item_id }) => String(item_id));
};

const pay = async ({ partnerId, connect }: Partner, itemId: string, quantity: number): Promise<string> => {
  const { location_id } = await connect.locations.get("yaba");
  const { status, json, text } = await world.app.ask("POST", "/orders", {
    token: await mintDevToken("marketplace"),
    body: {
      partner_id: wireId("ptr", partnerId),
      lines: [{ item_id: itemId, location_id, quantity }],
      deliver_to: {
        name: "Ada",
        phone: "+234 803 123 4567",
        address: "1 Herbert Macaulay Way",
        lat: 6.5,
        lng: 3.4,
      },
      payment_ref: "pay-1",
    },
  });
  expect([status, text]).toEqual([201, text]);
  return String(json["order_id"]);
};

describe("inventory", () => {
  it("what is near is found, page by page and in full", async () => {
    const partner = await newPartner(world);
    await stocked(partner, 5);
    const query = {
      lat: SHOP.lat,
      lng: SHOP.lng,
      partner_id: wireId("ptr", partner.partnerId),
      limit: 2,
    } as const;
    const page = await partner.connect.inventory.nearby({
      ...query,
      product: "rice",
      sort: "price",
      explain: true,
    });
    expect(page.items.map(({ external_ref, distance_m }) => [external_ref, distance_m])).toEqual([
      ["SKU-0", 0],
      ["SKU-1", 0],
    ]);
    expect(page.excluded).toMatchObject({ stale: 0 });
    const sizes: number[] = [];
    for await (const { items } of partner.connect.inventory.nearbyPages(query)) sizes.push(items.length);
    expect(sizes).toEqual([2, 2, 1]);
  });

  it("one call is a page to whoever awaits it, and all pages to whoever iterates over it", async () => {
    const partner = await newPartner(world);
    await stocked(partner, 5);
    partner.sent.length = 0;
    const query = { lat: SHOP.lat, lng: SHOP.lng, partner_id: wireId("ptr", partner.partnerId), limit: 2 };
    const nearby = partner.connect.inventory.nearby(query);
    const sizes: number[] = [];
    for await (const { items } of nearby) sizes.push(items.length);
    expect(sizes).toEqual([2, 2, 1]);
    expect((await nearby).items).toHaveLength(2);
    expect(partner.sent).toHaveLength(3);
  });

  it("a page is left where the caller leaves, and nothing more is asked", async () => {
    const partner = await newPartner(world);
    await stocked(partner, 5);
    partner.sent.length = 0;
    const query = { lat: SHOP.lat, lng: SHOP.lng, partner_id: wireId("ptr", partner.partnerId), limit: 1 };
    for await (const _page of partner.connect.inventory.nearbyPages(query)) break;
    expect(partner.sent).toHaveLength(1);
  });

  it("wrong parameters are told by name", async () => {
    const { connect } = await newPartner(world);
    const error = await apiError(connect.inventory.nearby({ lat: 91, lng: 0, radius_m: 60_000 }));
    expect(error).toMatchObject({ status: 400, code: "invalid_parameter" });
    expect(error.problem?.errors).toMatchObject([{ parameter: "lat" }, { parameter: "radius_m" }]);
    expect(error.requestId).toBe(error.problem?.instance);
  });

  it("metrics are read, of all or of a part", async () => {
    const partner = await newPartner(world);
    await stocked(partner, 3);
    world.app.nowMs += 61_000;
    const metrics = await partner.connect.inventory.metrics({ window: "7d", location_ref: "yaba" });
    expect(metrics).toMatchObject({ location_ref: "yaba", items: { total: 3 }, history: { window: "7d" } });
  });
});

describe("locations", () => {
  it("are put, read, listed and deleted by any name", async () => {
    const { connect } = await newPartner(world, []);
    const refs = ["yaba/1", "ü ? # %2F", "...", "東京"];
    for (const ref of refs) {
      const put = await connect.locations.put(ref, {
        ...SHOP,
        delivery: { radius_m: 3000, prep_minutes: 10 },
      });
      expect(put).toMatchObject({ location_ref: ref, delivery: { speed_kmh: 20 } });
      expect(await connect.locations.get(ref)).toEqual(put);
    }
    expect((await connect.locations.list({ limit: 1 })).items).toHaveLength(1);
    const listed: string[] = [];
    for await (const { items } of connect.locations.listPages({ limit: 3 })) {
      listed.push(...items.map(({ location_ref }) => location_ref));
    }
    expect(listed).toEqual(refs.toReversed());
    expect(await connect.locations.delete("yaba/1")).toMatchObject({ status: "deleted", deleted_items: 0 });
    expect(await apiError(connect.locations.get("yaba/1"))).toMatchObject({ status: 404, code: "not_found" });
  });

  it("a name that no path can hold is refused before anything is asked", () => {
    const connect = new SnapActConnect({ apiKey: "snap_test_x" });
    expect(() => connect.locations.delete("")).toThrow(TypeError);
    expect(() => connect.locations.delete("..")).toThrow(TypeError);
  });
});

describe("orders", () => {
  it("are listed, read and carried forward", async () => {
    const partner = await newPartner(world);
    const { connect } = partner;
    const [itemId] = await stocked(partner, 1);
    const first = await pay(partner, itemId!, 2);
    const second = await pay(partner, itemId!, 1);
    expect(await connect.orders.get(first)).toMatchObject({
      status: "paid",
      deliver_to: { name: "Ada" },
      version: 1,
    });
    const confirmed = await connect.orders.updateStatus(first, "confirmed");
    expect(confirmed).toMatchObject({ order_id: first, status: "confirmed", version: 2 });
    const idsOf = (orders: readonly { readonly order_id: string }[]) =>
      orders.map(({ order_id }) => order_id);
    expect(idsOf((await connect.orders.list({ status: ["paid", "ready"] })).items)).toEqual([second]);
    const pages: string[][] = [];
    for await (const { items } of connect.orders.listPages({ limit: 1 })) pages.push(idsOf(items));
    expect(pages).toEqual([[second], [first]]);
  });

  it("cannot go back: that is told, and changes nothing", async () => {
    const partner = await newPartner(world);
    const [itemId] = await stocked(partner, 1);
    const orderId = await pay(partner, itemId!, 1);
    await partner.connect.orders.updateStatus(orderId, "ready");
    const error = await apiError(partner.connect.orders.updateStatus(orderId, "confirmed"));
    expect(error).toMatchObject({ status: 409, code: "conflict" });
    expect(await partner.connect.orders.get(orderId)).toMatchObject({ status: "ready" });
  });
});

describe("what subscribers are told", () => {
  /** The members of an event's data, by its type. */
  const MEMBERS: { readonly [Type in WebhookEvent["type"]]?: readonly string[] } = {
    "catalog.item.upserted": namesOf<CatalogItemUpserted["data"]>({
      external_ref: true,
      item_id: true,
      location_ref: true,
      location_id: true,
      title: true,
      brand: true,
      category: true,
      gtin: true,
      image_url: true,
      buy_url: true,
      price: true,
      stock: true,
      proof: true,
      verification_method: true,
      verified_at: true,
      observed_at: true,
      version: true,
    }),
    "catalog.item.deleted": namesOf<CatalogItemDeleted["data"]>({
      external_ref: true,
      item_id: true,
      location_ref: true,
      location_id: true,
      version: true,
    }),
    "order.paid": namesOf<OrderPaid["data"]>({
      order_id: true,
      status: true,
      payment_ref: true,
      version: true,
      created_at: true,
      totals: true,
      lines: true,
      refs_omitted: true,
    }),
    "order.status.updated": namesOf<OrderStatusUpdated["data"]>({
      order_id: true,
      status: true,
      previous_status: true,
      version: true,
      updated_at: true,
    }),
    "commerce.purchase": namesOf<CommerceEventReceived["data"]>({
      event_id: true,
      occurred_at: true,
      external_ref: true,
      value: true,
      user_data: true,
    }),
  };

  it("has the members that the types of events say", async () => {
    const partner = await newPartner(world);
    const { connect, partnerId } = partner;
    const [itemId] = await stocked(partner, 2);
    await connect.orders.updateStatus(await pay(partner, itemId!, 1), "confirmed");
    await connect.catalog.delete({ external_ref: "SKU-0" });
    await connect.locations.delete("yaba");
    const occurred_at = new Date(world.app.nowMs).toISOString();
    await connect.events.track({ event_id: "1", type: "commerce.purchase", occurred_at });
    const rows = await world.db.localNeon.query("SELECT payload FROM outbox_events WHERE partner_id = $1", [
      partnerId,
    ]);
    const events = rows.map(({ payload }) => JSON.parse(String(payload)) as WebhookEvent);
    expect([...new Set(events.map(({ type }) => type))].sort()).toEqual(Object.keys(MEMBERS).sort());
    for (const { data, type, ...envelope } of events) {
      expect([type, Object.keys(data).sort()]).toEqual([type, MEMBERS[type]]);
      expect(Object.keys(envelope).sort()).toEqual(["created_at", "id", "partner_id"]);
    }
  });
});

describe("events", () => {
  const event = (n: number) => ({
    event_id: `receipt-${n}`,
    type: "commerce.purchase" as const,
    occurred_at: new Date(world.app.nowMs - 1000).toISOString(),
    value: { amount: 100, currency: "NGN" },
    user_data: { email_sha256: "ab".repeat(32), em: "AB".repeat(32) },
  });

  it("travel in as many requests as it takes, and are counted once", async () => {
    const { connect, sent } = await newPartner(world, []);
    const events = Array.from({ length: 1100 }, (_, n) => event(n));
    const { results, summary } = await connect.events.track([...events, event(3)]);
    expect(summary).toEqual({ accepted: 1100, duplicate: 1, rejected: 0 });
    expect(results[1100]).toEqual({ index: 1100, event_id: "receipt-3", status: "duplicate" });
    expect(sent.map(({ body }) => JSON.parse(body!).events.length)).toEqual([500, 500, 101]);
  });

  it("a wrong one costs no other, and is told where the caller put it", async () => {
    const { connect } = await newPartner(world, []);
    const plain = { ...event(1), user_data: { email_sha256: "ada@example.com" } };
    const { results, summary } = await connect.events.track([event(0), plain]);
    expect(summary).toEqual({ accepted: 1, duplicate: 0, rejected: 1 });
    expect(results[1]).toMatchObject({ errors: [{ pointer: "/events/1/user_data/email_sha256" }] });
    expect(await connect.events.track(plain)).toMatchObject({ summary: { accepted: 0, rejected: 1 } });
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepTombstones } from "../../src/catalog/sweep-tombstones.ts";
import { type CatalogWorld, ITEMS, newShop, type Shop, startCatalogWorld } from "./catalog-app.ts";

const DAY_MS = 86_400_000;
const BREAD = { title: "Bread", price: { amount: 100, currency: "NGN" }, stock: { quantity: 1 } };

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterAll(() => world.db.stop());

const say = async (method: string, { key }: Shop, body: unknown) =>
  (await world.app.ask(method, ITEMS, { token: key, body })).json["results"] as { status: string }[];
const sweepAfter = (days: number) => sweepTombstones(world.db.database, world.app.nowMs + days * DAY_MS);
const left = async ({ partnerId }: Shop) => {
  const [row] = await world.db.localNeon.query(
    `SELECT (SELECT count(*) FROM stock_rows WHERE partner_id = $1) AS rows,
       (SELECT count(*) FROM items WHERE partner_id = $1) AS items,
       (SELECT count(*) FROM proofs WHERE partner_id = $1) AS proofs`,
    [partnerId],
  );
  return [Number(row?.["rows"]), Number(row?.["items"]), Number(row?.["proofs"])];
};

describe("what has been deleted", () => {
  it("keeps what is older away for 90 days, and is forgotten then", async () => {
    const shop = await newShop(world);
    await say("POST", shop, { external_ref: "gone", ...BREAD, observed_at: "2026-01-01T00:00:00Z" });
    await say("POST", shop, { external_ref: "stays", ...BREAD });
    await say("DELETE", shop, { external_ref: "gone", observed_at: "2026-01-02T00:00:00Z" });
    await say("DELETE", shop, { external_ref: "never there" });
    await sweepAfter(89.9);
    expect(await left(shop)).toEqual([2, 3, 0]);
    const late = { external_ref: "gone", ...BREAD, observed_at: "2026-01-01T12:00:00Z" };
    expect((await say("POST", shop, late))[0]?.status).toBe("stale");
    expect(await sweepAfter(90.1)).toEqual({ rows: 1, items: 2 });
    expect(await left(shop)).toEqual([1, 1, 0]);
    expect((await say("POST", shop, late))[0]?.status).toBe("created");
    expect(await sweepAfter(90.1)).toEqual({ rows: 0, items: 0 });
  });

  it("goes with its proof when it never became listed; what is confirmed stays", async () => {
    const shop = await newShop(world);
    const proof = { kind: "count", captured_at: "2026-01-01T00:00:00Z" };
    await say("PATCH", shop, { external_ref: "photo only", stock: { quantity: 1 }, proof });
    await say("PATCH", shop, { external_ref: "confirmed", stock: { quantity: 1 } });
    world.app.nowMs += 60 * DAY_MS;
    await say("PATCH", shop, { external_ref: "confirmed", stock: { quantity: 1 } });
    expect(await left(shop)).toEqual([2, 2, 1]);
    await sweepAfter(31);
    expect(await left(shop)).toEqual([1, 1, 0]);
  });
});

import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { databaseFailure, SqlError } from "../../src/db/errors.ts";
import { items, locations, proofs, stockRows } from "../../src/db/schema.ts";
import { db, sql } from "../support/database.ts";
import { makeItem, makeLocation, makePartner, makeProof, makeStock, UNLISTED } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";

type Shop = Awaited<ReturnType<typeof openShop>>;

async function openShop() {
  const region = await claimRegion("db/schema");
  const partner = await makePartner();
  const location = await makeLocation(partner, region.at(0, 0));
  const item = await makeItem(partner);
  return { partner, location, item, place: region.at(0, 0) };
}

/** The constraint that refused a write; "none" when it was taken. */
async function refusedBy(write: Promise<unknown>): Promise<string | undefined> {
  try {
    await write;
    return "none";
  } catch (error) {
    const failure = databaseFailure(error);
    return failure instanceof SqlError ? (failure.constraint ?? failure.sqlstate) : "not a refusal";
  }
}

describe("what the tables refuse, whatever the code above them does", () => {
  let mine: Shop;
  let theirs: Shop;
  beforeAll(async () => {
    mine = await openShop();
    theirs = await openShop();
    await makeStock(mine.location, mine.item);
  });

  it("keeps quantities, reservations and prices from going negative", async () => {
    const change = (values: Partial<typeof stockRows.$inferInsert>) =>
      refusedBy(
        db.update(stockRows).set(values).where(eq(stockRows.locationId, mine.location.locationId)).execute(),
      );
    expect(await change({ quantity: -1 })).toBe("stock_rows_quantity_check");
    expect(await change({ quantity: 1_000_001 })).toBe("stock_rows_quantity_check");
    expect(await change({ reserved: -1 })).toBe("stock_rows_reserved_check");
    expect(await change({ priceAmount: -1 })).toBe("stock_rows_price_check");
    expect(await change({ priceCurrency: "ngn" })).toBe("stock_rows_currency_check");
    expect(await change({ quantity: 0, reserved: 3, priceAmount: 0 })).toBe("none");
  });

  it("has no place for a fraction of a minor unit", async () => {
    const [column] = await sql`
      SELECT data_type FROM information_schema.columns WHERE table_name = 'stock_rows' AND column_name = 'price_amount'`;
    expect(column).toEqual({ data_type: "bigint" });
    expect(await refusedBy(sql`UPDATE stock_rows SET price_amount = ${"1.5"} WHERE false`)).toBe("22P02");
  });

  it("holds one stock row for an item at a location", async () => {
    expect(await refusedBy(makeStock(mine.location, mine.item))).toBe("stock_rows_pkey");
  });

  it("keeps a partner's references unique, and lets another partner use the same", async () => {
    const { externalRef } = mine.item;
    const { locationRef } = mine.location;
    expect(await refusedBy(makeItem(mine.partner, { externalRef }))).toBe("items_partner_ref_key");
    expect(await refusedBy(makeItem(theirs.partner, { externalRef }))).toBe("none");
    expect(await refusedBy(makeLocation(mine.partner, { ...mine.place, locationRef }))).toBe(
      "locations_partner_ref_key",
    );
    expect(await refusedBy(makeLocation(theirs.partner, { ...theirs.place, locationRef }))).toBe("none");
  });

  it("never lets a row point into another tenant", async () => {
    expect(await refusedBy(makeStock(theirs.location, mine.item))).toBe("stock_rows_location_fk");
    const { partnerId } = mine.partner;
    expect(await refusedBy(makeStock(mine.location, theirs.item, { partnerId }))).toBe("stock_rows_item_fk");
    expect(await refusedBy(makeProof(theirs.location, mine.item))).toBe("proofs_location_fk");
    const foreign = await makeProof(theirs.location, theirs.item);
    const item = await makeItem(mine.partner);
    expect(await refusedBy(makeStock(mine.location, item, { proofId: foreign.proofId }))).toBe(
      "stock_rows_proof_fk",
    );
  });

  it("takes coordinates on the globe, whole delivery terms and GTIN-14s only", async () => {
    const location = (values: Partial<typeof locations.$inferInsert>) =>
      refusedBy(makeLocation(mine.partner, { ...mine.place, ...values }));
    expect(await location({ lat: 90.1, lng: 0 })).toBe("locations_lat_check");
    expect(await location({ lat: 0, lng: -180.1 })).toBe("locations_lng_check");
    expect(await location({ speedKmh: null })).toBe("locations_delivery_check");
    expect(await location({ speedKmh: 0 })).toBe("locations_delivery_check");
    expect(await location({ deliveryRadiusM: null, prepMinutes: null, speedKmh: null })).toBe("none");
    expect(await refusedBy(makeItem(mine.partner, { gtin: "5449000000996" }))).toBe("items_gtin_check");
    expect(await refusedBy(makeItem(mine.partner, { gtin: "05449000000996" }))).toBe("none");
    expect(await refusedBy(makeProof(mine.location, mine.item, { sha256: new Uint8Array(31) }))).toBe(
      "proofs_sha256_check",
    );
  });

  it("takes a location's proofs with it, but not its rows, each of which is to leave an event", async () => {
    const shop = await openShop();
    const { proofId } = await makeProof(shop.location, shop.item);
    await makeStock(shop.location, shop.item, { proofId });
    const remove = () => db.delete(locations).where(eq(locations.locationId, shop.location.locationId));
    expect(await refusedBy(remove())).toBe("stock_rows_location_fk");
    await db.delete(stockRows).where(eq(stockRows.locationId, shop.location.locationId));
    await remove();
    expect(await db.select().from(proofs).where(eq(proofs.proofId, proofId))).toEqual([]);
  });

  it("takes an item's proofs with it, but not its rows either", async () => {
    const shop = await openShop();
    const { proofId } = await makeProof(shop.location, shop.item);
    await makeStock(shop.location, shop.item, { proofId });
    const remove = () => db.delete(items).where(eq(items.itemId, shop.item.itemId));
    expect(await refusedBy(remove())).toBe("stock_rows_item_fk");
    await db.delete(stockRows).where(eq(stockRows.itemId, shop.item.itemId));
    await remove();
    expect(await db.select().from(proofs).where(eq(proofs.proofId, proofId))).toEqual([]);
  });

  it("knows a row's price and its stock as a whole or not at all, and lists none without both", async () => {
    const shop = await openShop();
    const stock = async (values: Partial<typeof stockRows.$inferInsert>) =>
      refusedBy(makeStock(shop.location, await makeItem(shop.partner), values));
    expect(await stock(UNLISTED.price)).toBe("none");
    expect(await stock(UNLISTED.stock)).toBe("none");
    expect(await stock({ ...UNLISTED.price, ...UNLISTED.stock })).toBe("none");
    expect(await stock({ ...UNLISTED.price, listed: true })).toBe("stock_rows_listed_check");
    expect(await stock({ ...UNLISTED.stock, listed: true })).toBe("stock_rows_listed_check");
    expect(await stock({ listed: false, priceAmount: null })).toBe("stock_rows_price_check");
    expect(await stock({ listed: false, priceCurrency: null })).toBe("stock_rows_price_check");
    for (const member of ["quantity", "availability", "verifiedAt", "verificationMethod"]) {
      expect(await stock({ listed: false, [member]: null })).toBe("stock_rows_stock_check");
    }
    const item = await makeItem(shop.partner);
    const { proofId } = await makeProof(shop.location, item);
    expect(await refusedBy(makeStock(shop.location, item, { ...UNLISTED.stock, proofId }))).toBe(
      "stock_rows_stock_check",
    );
  });
});

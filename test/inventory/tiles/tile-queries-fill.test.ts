import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { createDatabase, type Database } from "../../../src/db/client.ts";
import { items, locations, partners, proofs, stockRows } from "../../../src/db/schema.ts";
import { wireId } from "../../../src/ids.ts";
import type { Shelf, TileItem } from "../../../src/inventory/tiles/tile.ts";
import { checkTiles, type ReadShelf, readShelves } from "../../../src/inventory/tiles/tile-queries.ts";
import "../../support/context.ts";
import { cellToParent } from "h3-js";
import { db, sql } from "../../support/database.ts";
import { makeItem, makeLocation, makePartner, makeStock, UNLISTED } from "../../support/factories.ts";
import { claimRegion, type Region } from "../../support/regions.ts";
import { storeWorld, type World } from "../nearby-world.ts";

let database: Database;
let region: Region;
let world: World;

beforeAll(async () => {
  const { url, connectionString } = inject("localNeon");
  database = createDatabase({ databaseUrl: connectionString, neonSqlEndpoint: url });
  region = await claimRegion("tile fills");
  world = await storeWorld([region], { locationsEach: 60, seed: 20_261_124 });
});

/** What a shelf is, read in the obvious way. */
async function obviousShelf(locationId: string) {
  const [place] = await db
    .select()
    .from(locations)
    .innerJoin(partners, eq(partners.partnerId, locations.partnerId))
    .where(eq(locations.locationId, locationId));
  if (place === undefined || place.partners.status !== "approved") return undefined;
  const { locations: location, partners: partner } = place;
  const rows = await db
    .select()
    .from(stockRows)
    .innerJoin(items, eq(items.itemId, stockRows.itemId))
    .leftJoin(proofs, eq(proofs.proofId, stockRows.proofId))
    .where(eq(stockRows.locationId, locationId))
    .orderBy(stockRows.itemId);
  return {
    h3Cell: location.h3Cell,
    place: [
      location.lat,
      location.lng,
      location.xM,
      location.yM,
      location.zM,
      location.timezone,
      location.openingHours,
    ],
    delivery:
      location.deliveryRadiusM === null
        ? null
        : {
            radiusM: location.deliveryRadiusM,
            prepMinutes: location.prepMinutes,
            speedKmh: location.speedKmh,
          },
    location: {
      location_id: wireId("loc", locationId),
      name: location.name,
      partner_id: wireId("ptr", location.partnerId),
      partner_name: partner.name,
      lat: location.lat,
      lng: location.lng,
    },
    rows: rows
      .filter(({ stock_rows: row }) => row.listed)
      .map(({ stock_rows: row, items: item, proofs: proof }) => ({
        item: {
          item_id: wireId("itm", item.itemId),
          external_ref: item.externalRef,
          title: item.title,
          brand: item.brand,
          category: item.category,
          gtin: item.gtin,
          image_url: item.imageUrl,
          buy_url: item.buyUrl,
        },
        searchText: [item.title, item.brand, item.category].filter((text) => text !== null).join(" "),
        kind: { currency: row.priceCurrency, availability: row.availability, method: row.verificationMethod },
        numbers: [row.verifiedAt?.getTime(), row.priceAmount, Math.max(row.quantity! - row.reserved, 0)],
        proof: proof && {
          proof_id: wireId("prf", proof.proofId),
          kind: proof.kind,
          media_url: proof.mediaUrl,
          sha256: proof.sha256 && Buffer.from(proof.sha256).toString("hex"),
          captured_at: proof.capturedAt.toISOString(),
          received_at: proof.receivedAt.toISOString(),
          distance_from_location_m:
            proof.distanceFromLocationM === null ? null : Math.round(proof.distanceFromLocationM),
        },
      })),
  };
}

/** The same of a shelf as it was read. */
function unfolded({ shelf, h3Cell }: { shelf: Shelf; h3Cell: bigint }) {
  return {
    h3Cell,
    place: [shelf.lat, shelf.lng, shelf.xM, shelf.yM, shelf.zM, shelf.timeZone, shelf.openingHours],
    delivery: shelf.delivery,
    location: JSON.parse(`{${shelf.json}}`),
    rows: shelf.items.map((item, i) => {
      const { price: _, ...shown } = JSON.parse(`${item.json}0}}`);
      expect([item.category, item.gtin]).toEqual([shown.category, shown.gtin]);
      const { currency, availability, method } = shelf.kinds[i]!;
      return {
        item: shown,
        searchText: item.searchText,
        kind: { currency, availability, method },
        numbers: shelf.numbers.slice(3 * i, 3 * i + 3),
        proof: JSON.parse(shelf.proofs?.[i] ?? "null"),
      };
    }),
  };
}

const readOnes = (read: readonly ReadShelf[]) => read.filter((one) => one.kind === "read");
const kindsOf = (read: readonly ReadShelf[]) => read.map(({ kind }) => kind);

describe("a fill", () => {
  it("reads what is there, in the order asked for, and nothing of partners that are not approved", async () => {
    const wanted = world.locations.toReversed();
    const read = await readShelves(database, wanted);
    expect(read).toHaveLength(wanted.length);
    for (const [i, { locationId }] of wanted.entries()) {
      const one = read[i]!;
      const obvious = await obviousShelf(locationId);
      if (obvious === undefined) expect(one.kind).toBe("gone");
      else {
        expect(one.kind === "read" && one.shelf.locationId).toBe(locationId);
        expect(one.kind === "read" && unfolded(one)).toEqual(obvious);
      }
    }
    expect(new Set(kindsOf(read))).toEqual(new Set(["read", "gone"]));
    const shelves = readOnes(read).map(({ shelf }) => shelf);
    expect(shelves.flatMap(({ proofs: shown }) => shown ?? [null]).some((proof) => proof !== null)).toBe(
      true,
    );
    for (const { proofs: shown } of shelves) expect(shown?.every((proof) => proof === null)).not.toBe(true);
  });

  it("has one object for what shelves share: items, and kinds of rows", async () => {
    const shelves = readOnes(await readShelves(database, world.locations)).map(({ shelf }) => shelf);
    const carried = shelves.flatMap((shelf) => shelf.items);
    const different = new Set<TileItem>(carried);
    expect(different.size).toBe(new Set(carried.map(({ json }) => json)).size);
    expect(different.size).toBeLessThan(carried.length);
    const kinds = shelves.flatMap((shelf) => shelf.kinds);
    expect(new Set(kinds).size).toBe(new Set(kinds.map((kind) => JSON.stringify(kind))).size);
    for (const { items: own } of shelves) {
      const ids = own.map(({ json }) => json);
      expect(ids).toEqual(ids.toSorted());
    }
  });

  it("is of the version that a check tells, until something changes", async () => {
    const partner = await makePartner();
    const location = await makeLocation(partner, region.at(-90_000, 0));
    const item = await makeItem(partner);
    const versions = async () => {
      const [checked] = await checkTiles(database, [
        { cell: cellToParent(location.h3Cell.toString(16), 8), knownVersion: undefined },
      ]);
      const [read] = readOnes(await readShelves(database, [location]));
      return [checked?.kind === "changed" ? checked.shelves[0]?.version : undefined, read?.shelf.version];
    };
    const seen: (string | undefined)[] = [];
    for (const change of [
      async () => {},
      async () => await makeStock(location, item),
      async () => await sql`UPDATE items SET title = 'Other' WHERE item_id = ${item.itemId}`,
      async () => await sql`UPDATE partners SET name = 'Other' WHERE partner_id = ${partner.partnerId}`,
    ]) {
      await change();
      const [checked, read] = await versions();
      expect(read).toBe(checked);
      seen.push(read);
    }
    expect(seen).toEqual(["1.1", "1.2", "2.2", "3.2"]);
  });

  it("holds the largest prices and the smallest steps of time exactly", async () => {
    const partner = await makePartner();
    const location = await makeLocation(partner, region.at(-90_000, 5000));
    const instants = [
      "1970-01-01T00:00:00.001Z",
      "2001-09-09T01:46:40.999Z",
      "2026-11-21T12:00:00.123Z",
      "9999-12-31T23:59:59.999Z",
      "0099-01-01T00:00:00.005Z",
    ];
    const wanted = [];
    for (const [i, instant] of instants.entries()) {
      const priceAmount = Number.MAX_SAFE_INTEGER - i;
      const { itemId } = await makeStock(location, await makeItem(partner), {
        verifiedAt: new Date(instant),
        priceAmount,
      });
      wanted.push({ itemId, numbers: [Date.parse(instant), priceAmount, 12] });
    }
    const [read] = readOnes(await readShelves(database, [location]));
    const inOrder = wanted.toSorted((a, b) => (a.itemId < b.itemId ? -1 : 1));
    expect(read?.shelf.numbers).toEqual(inOrder.flatMap(({ numbers }) => numbers));
  });

  it("says so when a location is gone, is another partner's, or has nothing to show", async () => {
    const partner = await makePartner();
    const [bare, unlisted] = [
      await makeLocation(partner, region.at(0, 90_000)),
      await makeLocation(partner, region.at(0, 90_000)),
    ];
    await makeStock(unlisted, await makeItem(partner), UNLISTED.price);
    const { partnerId } = await makePartner();
    const read = await readShelves(database, [
      { ...bare, locationId: partner.partnerId },
      { ...bare, partnerId },
      bare,
      unlisted,
    ]);
    expect(kindsOf(read)).toEqual(["gone", "gone", "read", "read"]);
    expect(readOnes(read).map(({ shelf }) => [shelf.items, shelf.proofs, shelf.numbers])).toEqual([
      [[], null, []],
      [[], null, []],
    ]);
    expect(await readShelves(database, [])).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkTiles, readShelves } from "../../src/inventory/tiles/tile-queries.ts";
import { ON_A_REAL_SERVER } from "../catalog/catalog-app.ts";
import {
  CELLS,
  entry,
  ITEMS_PATH,
  look,
  NOW_MS,
  put,
  startTileMarket,
  type TileMarket,
} from "../inventory/tiles/tile-market.ts";

const ROUNDS = 60;

describe.skipIf(!ON_A_REAL_SERVER)("when many write to the same shelves at the same time", () => {
  let market: TileMarket;
  beforeAll(async () => {
    market = await startTileMarket();
    // One of them for each that writes past the catalog's turn, at every shop.
    await market.rows(`WITH new AS (
        INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
        SELECT gen_random_uuid(), partner_id, 'own ' || n, 'Title', '{}' FROM partners, generate_series(1, 4) n RETURNING *)
      INSERT INTO stock_rows (location_id, item_id, partner_id, quantity, availability, verified_at, verification_method, price_amount, price_currency)
      SELECT l.location_id, item_id, partner_id, 5, 'in_stock', now(), 'count', 1, 'NGN' FROM new JOIN locations l USING (partner_id)`);
  });
  afterAll(() => market.db.stop());

  const own = (n: number) => `item_id IN (SELECT item_id FROM items WHERE external_ref = 'own ${n}')`;
  const partnerId = (i: number) => market.partners[i % 2]!.partnerId;
  const key = (i: number) => market.partners[i % 2]!.key;

  /** One round of each writer; several run at once. */
  const writers: readonly ((round: number) => Promise<unknown>)[] = [
    (round) => market.rows(`UPDATE stock_rows SET quantity = ${round} WHERE ${own(1)}`),
    (round) => market.rows(`UPDATE stock_rows SET reserved = ${round} WHERE ${own(2)}`),
    (round) =>
      market.rows(
        round % 2 === 0
          ? `DELETE FROM stock_rows WHERE ${own(3)}`
          : `INSERT INTO stock_rows (location_id, item_id, partner_id, listed)
             SELECT location_id, item_id, partner_id, false FROM items JOIN locations USING (partner_id) WHERE ${own(3)} ORDER BY location_id DESC`,
      ),
    (round) =>
      market.rows(
        `UPDATE items SET title = 'Title ${round}' WHERE external_ref = 'own 4' AND partner_id = $1`,
        [partnerId(round)],
      ),
    (round) =>
      market.rows(`UPDATE partners SET name = 'Name ${round}' WHERE partner_id = $1`, [partnerId(round)]),
    (round) => put(market, key(round), `shop-${round % 3}`, { name: `Name ${round}`, ...CELLS[round % 3]! }),
    ...[0, 1].map((i) => (round: number) => {
      const items = ["a", "b", "c"].map((ref, r) =>
        entry(ref, `shop-${(round + r) % 3}`, {
          quantity: round,
          title: `${ref} ${round % 4}`,
          atMs: NOW_MS - 40_000 + round,
        }),
      );
      return market.app.ask("POST", ITEMS_PATH, { token: key(i), body: { items } });
    }),
  ];

  it("no version ever stands for two things, rows are counted, and nobody waits in a circle", {
    timeout: 120_000,
  }, async () => {
    const { database } = market.db;
    const locations = await market.rows("SELECT location_id, partner_id FROM locations");
    const wanted = locations.map((row) => ({
      locationId: row["location_id"]!,
      partnerId: row["partner_id"]!,
    }));
    const cells = CELLS.map(({ cell }) => ({ cell, knownVersion: undefined }));
    const stoodFor = new Map<string, string>();
    const expectSame = (version: string, text: string) => {
      expect(stoodFor.get(version) ?? text).toBe(text);
      stoodFor.set(version, text);
    };

    let writing = writers.length;
    const write = async (writer: (round: number) => Promise<unknown>) => {
      for (let round = 0; round < ROUNDS; round++) await writer(round);
      writing -= 1;
    };
    const read = async () => {
      while (writing > 0) {
        for (const one of await readShelves(database, wanted)) {
          if (one.kind !== "read") throw new Error(one.kind);
          const { locationId, version, ...shelf } = one.shelf;
          expectSame(`${locationId} ${version}`, JSON.stringify([shelf, one.h3Cell.toString()]));
        }
        const checked = await checkTiles(database, cells);
        for (const [i, tile] of checked.entries()) {
          if (tile.kind !== "changed") throw new Error(tile.kind);
          const shelves = tile.shelves.map((shelf) => JSON.stringify(shelf)).toSorted();
          expectSame(`${cells[i]!.cell} ${tile.version}`, shelves.join(" "));
        }
      }
    };
    await Promise.all([...writers.map(write), read(), read()]);
    expect(stoodFor.size).toBeGreaterThan(ROUNDS);
    expect((await look(market)).miscounted).toEqual([]);
  });
});

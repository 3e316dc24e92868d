import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  CELLS,
  decide,
  entry,
  ITEMS_PATH,
  look,
  NOW_MS,
  positionSql,
  put,
  type Sight,
  startTileMarket,
  stock,
  type TileMarket,
} from "./tile-market.ts";

let market: TileMarket;
beforeAll(async () => {
  market = await startTileMarket();
});
afterAll(() => market.db.stop());

/** Chance: each call gives one of the values. */
type Pick = <T>(values: readonly T[]) => T;
type Change = (pick: Pick, step: number) => Promise<unknown>;

const key = (pick: Pick) => pick(market.partners).key;
const ref = (pick: Pick) => `shop-${pick([0, 1, 2, 0, 1, 2, 3])}`;
const refs = ["a", "b", "c"];
/** Later with every step, so that what is said is news. */
const laterMs = (step: number) => NOW_MS - 50_000 + step;
const post = (method: string, pick: Pick, body: object, idempotencyKey?: string) =>
  market.app.ask(method, ITEMS_PATH, { token: key(pick), body, ...(idempotencyKey && { idempotencyKey }) });
/** SQL of some rows' places. */
const some = (table: string, pick: Pick, rows: number, where = "true") =>
  `(SELECT ctid FROM ${table} WHERE ${where} ORDER BY ctid LIMIT ${rows}
    OFFSET ${pick([...Array(20).keys()])} % greatest((SELECT count(*) FROM ${table} WHERE ${where}), 1))`;
const update = (table: string, set: readonly string[], where?: string): Change => {
  return (pick) => {
    const rows = pick([1, 1, 1, 4]);
    return market.rows(`UPDATE ${table} SET ${pick(set)} WHERE ctid IN ${some(table, pick, rows, where)}`);
  };
};

/** Writes of every kind, by every way in and past all of them. */
const CHANGES: Readonly<Record<string, Change>> = {
  POST: (pick, step) =>
    post("POST", pick, {
      items: refs.map((item) =>
        entry(item, ref(pick), {
          quantity: pick([0, 3, 9]),
          title: pick([item, "other"]),
          atMs: laterMs(step),
        }),
      ),
    }),
  "PATCH of a title": (pick, step) =>
    post("PATCH", pick, {
      external_ref: pick(refs),
      location_ref: ref(pick),
      title: `title ${step}`,
      observed_at: new Date(laterMs(step)).toISOString(),
    }),
  "an adjustment": (pick, step) =>
    post(
      "PATCH",
      pick,
      { external_ref: pick(refs), location_ref: ref(pick), stock: { adjust: -1 } },
      `adjust-${step}`,
    ),
  DELETE: (pick, step) =>
    post("DELETE", pick, {
      external_ref: pick(refs),
      ...(pick([true, false]) && { location_ref: ref(pick) }),
      observed_at: new Date(laterMs(step)).toISOString(),
    }),
  "PUT of a location": (pick) =>
    put(market, key(pick), ref(pick), { name: pick(["One", "Two"]), ...pick(CELLS) }),
  "DELETE of a location": (pick) =>
    market.app.ask("DELETE", `/connect/v1/locations/${ref(pick)}`, { token: key(pick) }),
  suspend: (pick) => decide(market, pick([0, 1]), "suspend"),
  approve: (pick) => decide(market, pick([0, 1]), "approve"),

  "stock rows": update(
    "stock_rows",
    [
      "quantity = 7",
      "reserved = reserved + 1",
      "price_amount = price_amount + 1",
      "price_currency = 'USD'",
      "availability = 'on_request'",
      "verification_method = 'count'",
      "verified_at = verified_at - interval '1 second'",
      "listed = NOT listed",
      "proof_id = NULL",
    ],
    "num_nulls(price_amount, quantity) = 0",
  ),
  locations: update("locations", [
    "name = name || '.'",
    "timezone = 'Europe/Berlin'",
    "opening_hours = '[]'",
    "opening_hours = NULL",
    "delivery_radius_m = 500, prep_minutes = 5, speed_kmh = 9",
    "address = 'elsewhere'",
    ...CELLS.map(positionSql),
  ]),
  items: update("items", [
    "title = title || '.'",
    "brand = 'Brand'",
    "category = 'Category'",
    "gtin = '05449000000996'",
    "image_url = 'https://shop.example/i.jpg'",
    "buy_url = 'https://shop.example/buy'",
    "external_ref = external_ref || gen_random_uuid()",
    "search_keys = '{other}'",
    "description = 'long'",
  ]),
  partners: update("partners", [
    "name = name || '.'",
    "status = 'pending'",
    "status = 'approved'",
    "status = 'approved'",
  ]),
  proofs: update("proofs", [
    "media_url = NULL",
    "sha256 = sha256(proof_id::text::bytea)",
    "kind = 'count'",
    "captured_at = captured_at - interval '1 minute'",
    "received_at = received_at - interval '1 minute'",
    "distance_from_location_m = 5",
  ]),
  "rows that go": (pick) =>
    market.rows(`DELETE FROM stock_rows WHERE ctid IN ${some("stock_rows", pick, 2)}`),
  "rows that come": () =>
    market.rows(`INSERT INTO stock_rows (location_id, item_id, partner_id, listed)
      SELECT l.location_id, i.item_id, l.partner_id, false FROM locations l JOIN items i ON i.partner_id = l.partner_id
      ON CONFLICT (location_id, item_id) DO UPDATE SET version = stock_rows.version + 1`),
  "a row that moves": async (pick) => {
    await market.rows(`DELETE FROM stock_rows WHERE ctid IN ${some("stock_rows", pick, 1)}`);
    await market.rows(`UPDATE stock_rows s SET location_id = free.location_id, proof_id = NULL FROM (
        SELECT r.ctid AS place, l.location_id FROM stock_rows r JOIN locations l ON l.partner_id = r.partner_id
        WHERE NOT EXISTS (SELECT FROM stock_rows there WHERE there.location_id = l.location_id AND there.item_id = r.item_id)
        ORDER BY 1, 2 OFFSET ${pick([0, 1, 2])} LIMIT 1) AS free WHERE s.ctid = free.place`);
  },
  "a location with its rows": (pick, step) =>
    market.rows(`WITH place AS (
        INSERT INTO locations SELECT gen_random_uuid(), partner_id, 'new ${step}', name, address, lat, lng, h3_cell, x_m, y_m, z_m, timezone
        FROM locations WHERE ctid IN ${some("locations", pick, 1)} RETURNING *)
      INSERT INTO stock_rows (location_id, item_id, partner_id, quantity, availability, verified_at, verification_method, price_amount, price_currency)
      SELECT place.location_id, i.item_id, i.partner_id, 1, 'low_stock', now(), 'count', 1, 'NGN' FROM place JOIN items i USING (partner_id)`),
  "a location that takes its rows with it": (pick) =>
    market.rows(`WITH gone AS (SELECT location_id FROM locations WHERE ctid IN ${some("locations", pick, 1)}),
      emptied AS (DELETE FROM stock_rows s USING gone WHERE s.location_id = gone.location_id)
      DELETE FROM locations l USING gone WHERE l.location_id = gone.location_id`),
};

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...Object.keys(CHANGES)),
    chance: fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
  }),
  { minLength: 10, maxLength: 10 },
);

describe("after any write", () => {
  it("versions tell what has changed, and only there; shelves know how many rows they have", {
    timeout: 300_000,
  }, async () => {
    let step = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (some) => {
        await stock(market, laterMs(++step));
        let before = await look(market);
        expect(before.miscounted).toEqual([]);
        for (const { kind, chance } of some) {
          let drawn = 0;
          const pick: Pick = (values) => values[chance[drawn++ % chance.length]! % values.length]!;
          await CHANGES[kind]!(pick, ++step);
          const after = await look(market);
          expectTold(before, after, kind);
          before = after;
        }
      }),
      { seed: 20_261_123, numRuns: Number(process.env["TILE_HISTORIES"] || 20), endOnFailure: true },
    );
  });

  it("that shows nowhere, no version moves", async () => {
    const [partner] = market.partners;
    await stock(market, NOW_MS - 1000);
    const before = await look(market);
    await market.rows(
      "UPDATE items SET description = 'More of it', details_observed_at = details_observed_at + interval '1 s'",
    );
    await market.rows("UPDATE locations SET address = 'Round the corner', updated_at = now()");
    await market.rows("UPDATE partners SET contact_email = 'other@example.com', approved_at = now()");
    await market.rows(
      "INSERT INTO items (item_id, partner_id, external_ref, search_keys) VALUES (gen_random_uuid(), $1, 'unheard of', '{}')",
      [partner!.partnerId],
    );
    await market.rows("UPDATE stock_rows SET quantity = 3 WHERE false");
    expect((await look(market)).tiles).toEqual(before.tiles);
  });

  it("of a whole table at once, each shelf moves once", async () => {
    await stock(market, NOW_MS);
    const before = await look(market);
    await market.rows("UPDATE stock_rows SET updated_at = now()");
    const after = await look(market);
    for (const [cell, { shelves }] of before.tiles) {
      for (const [locationId, { version, rowCount }] of shelves) {
        const [catalog, own] = version.split(".").map(Number);
        const wanted = rowCount === 0 ? version : `${catalog}.${own! + 1}`;
        expect(after.tiles.get(cell)!.shelves.get(locationId)!.version).toBe(wanted);
      }
    }
    await market.rows("TRUNCATE stock_rows");
    const emptied = await look(market);
    expect(emptied.miscounted).toEqual([]);
    for (const [cell, { version }] of after.tiles) {
      const isSame = emptied.tiles.get(cell)!.version === version;
      expect(isSame).toBe(after.tiles.get(cell)!.shelves.size === 0);
    }
  });
});

function expectTold(before: Sight, after: Sight, kind: string): void {
  expect(after.miscounted, kind).toEqual([]);
  for (const [cell, tile] of after.tiles) {
    const was = before.tiles.get(cell)!;
    const shownIn = ({ shown }: Sight) =>
      [...shown]
        .filter(([, one]) => one.cell === cell)
        .map(([id, { text }]) => `${id} ${text}`)
        .toSorted();
    const here = (sight: Sight) => [...sight.shown.keys()].filter((id) => sight.shown.get(id)!.cell === cell);
    expect([...tile.shelves.keys()].toSorted(), kind).toEqual(here(after).toSorted());

    const isSame = JSON.stringify(shownIn(before)) === JSON.stringify(shownIn(after));
    if (!isSame) expect(tile.version, `${kind}: what ${cell} shows`).not.toBe(was.version);

    const ids = [...here(before), ...here(after)];
    const owners = ids.map((id) => (after.shown.get(id) ?? before.shown.get(id))!.partnerId);
    const untouched = [...ids, ...owners].every((id) => before.written.get(id) === after.written.get(id));
    if (untouched) expect(tile.version, `${kind}: nothing in ${cell}`).toBe(was.version);

    for (const [locationId, shelf] of tile.shelves) {
      const old = was.shelves.get(locationId);
      const [textBefore, textAfter] = [before, after].map(({ shown }) => shown.get(locationId)?.text);
      if (old !== undefined && textBefore !== textAfter) {
        expect(shelf.version, `${kind}: what ${locationId} shows`).not.toBe(old.version);
      }
    }
  }
}

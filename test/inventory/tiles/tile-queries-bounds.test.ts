import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  MAX_FILL_BYTES,
  MAX_FINEST_ROWS,
  type ReadShelf,
  readShelves,
} from "../../../src/inventory/tiles/tile-queries.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";

type Wanted = { readonly locationId: string; readonly partnerId: string };

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.stop());

/** Of a title; JSON takes twice as many bytes of it. */
const LONG = 1500;

/** A partner's locations, each with so many rows; all with the same items, or each with its own. */
async function stocked(
  rowsEach: readonly number[],
  { titleLength, items }: { titleLength: number; items: "shared" | "own" },
): Promise<Wanted[]> {
  const partnerId = crypto.randomUUID();
  await db.localNeon.exec(
    `INSERT INTO partners (partner_id, name, contact_email, status) VALUES ('${partnerId}', 'Shop', 'shop@example.com', 'approved')`,
  );
  const places: Wanted[] = [];
  for (const rows of rowsEach) {
    const locationId = crypto.randomUUID();
    const ref = items === "own" ? locationId : "shared";
    await db.localNeon.exec(`
      INSERT INTO locations (location_id, partner_id, location_ref, name, lat, lng, h3_cell, x_m, y_m, z_m, timezone)
      VALUES ('${locationId}', '${partnerId}', '${locationId}', 'Shop', 0, 0, 0, 0, 0, 0, 'Africa/Lagos');
      INSERT INTO items (item_id, partner_id, external_ref, title, search_keys)
      SELECT gen_random_uuid(), '${partnerId}', '${ref} ' || n, repeat('"', ${titleLength}), '{}' FROM generate_series(1, ${rows}) n ON CONFLICT DO NOTHING;
      INSERT INTO stock_rows (location_id, item_id, partner_id, quantity, availability, verified_at, verification_method, price_amount, price_currency)
      SELECT '${locationId}', item_id, '${partnerId}', 5, 'in_stock', now(), 'count', 1, 'NGN' FROM items
      WHERE partner_id = '${partnerId}' AND starts_with(external_ref, '${ref} ') ORDER BY item_id LIMIT ${rows}`);
    places.push({ locationId, partnerId });
  }
  return places;
}

/** What is read, and the bytes of JSON that the database sent for it. */
async function readAndWeigh(wanted: readonly Wanted[]) {
  let bytes = 0;
  const queryRows = async (text: string, values?: readonly unknown[]) => {
    const rows = await db.database.queryRows(text, values);
    for (const [, , json] of rows) bytes += json === null ? 0 : Buffer.byteLength(String(json));
    return rows;
  };
  const read = await readShelves({ queryRows }, wanted);
  return { read, kinds: read.map(({ kind }) => kind), bytes };
}

const itemsOf = (read: readonly ReadShelf[]) =>
  read.flatMap((one) => (one.kind === "read" ? [...one.shelf.items] : []));

describe("a fill with more than it may answer", () => {
  it("cuts what does not fit after those before it, and never sends more than it may", async () => {
    const places = await stocked([200, 200, 200, 200, 1], { titleLength: LONG, items: "own" });
    const { kinds, bytes } = await readAndWeigh(places);
    expect(kinds).toEqual(["read", "read", "read", "cut", "cut"]);
    expect(bytes).toBeLessThanOrEqual(MAX_FILL_BYTES);
    expect(bytes).toBeGreaterThan(MAX_FILL_BYTES * 0.8);
    expect((await readAndWeigh(places.slice(3))).kinds).toEqual(["read", "read"]);
  });

  it("sends an item once, so that a chain's shelves fit side by side", async () => {
    const places = await stocked([500, 500, 500, 500], { titleLength: LONG, items: "shared" });
    const { read, kinds, bytes } = await readAndWeigh(places);
    expect(kinds).toEqual(["read", "read", "read", "read"]);
    expect(bytes).toBeLessThanOrEqual(MAX_FILL_BYTES);
    expect([itemsOf(read).length, new Set(itemsOf(read)).size]).toEqual([2000, 500]);
  });

  it("finds a shelf too large that alone does not fit, and cuts those after it", async () => {
    const places = await stocked([1, 700, 1], { titleLength: LONG, items: "own" });
    const { kinds, bytes } = await readAndWeigh(places);
    expect(kinds).toEqual(["read", "too_large", "cut"]);
    expect(bytes).toBeLessThan(MAX_FILL_BYTES / 100);
  });

  it("reads no more rows than a cell may have, and finds a shelf with more too large, at the cost of no other", async () => {
    const rowsEach = [1, MAX_FINEST_ROWS + 1, MAX_FINEST_ROWS - 1, 1];
    const places = await stocked(rowsEach, { titleLength: 1, items: "own" });
    const { read, kinds, bytes } = await readAndWeigh(places);
    expect(kinds).toEqual(["read", "too_large", "read", "cut"]);
    expect(itemsOf(read)).toHaveLength(MAX_FINEST_ROWS);
    expect(bytes).toBeLessThanOrEqual(MAX_FILL_BYTES);
    expect((await readAndWeigh(places.slice(3))).kinds).toEqual(["read"]);
  });
});

import { cellToParent } from "h3-js";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { locationCell } from "../../../src/geo/cells.ts";
import {
  checkTiles,
  FINEST_TILE_RESOLUTION,
  MAX_FINEST_ROWS,
  MAX_TILE_LOCATIONS,
  MAX_TILE_ROWS,
} from "../../../src/inventory/tiles/tile-queries.ts";
import { startTestDatabase, type TestDatabase } from "../../support/test-database.ts";
import { positionSql } from "./tile-market.ts";

/** By the last digit of the id. */
const PARTNERS = ["00000000-0000-7000-8000-000000000001", "00000000-0000-7000-8000-000000000002"];
const PLACE = { lat: 6.5, lng: 3.3 };
const ELSEWHERE = { lat: -20, lng: 100 };
const MAX_FINEST_LOCATIONS = 1000;
const cellAt = (place: typeof PLACE, resolution: number) =>
  cellToParent(locationCell(place).toString(16), resolution);
const COARSE = cellAt(PLACE, 6);
const FINEST = cellAt(PLACE, FINEST_TILE_RESOLUTION);

let db: TestDatabase;
beforeAll(async () => {
  db = await startTestDatabase();
});
afterAll(() => db.stop());
beforeEach(async () => {
  await db.localNeon.exec("TRUNCATE partners CASCADE");
  await db.localNeon.exec(`INSERT INTO partners (partner_id, name, contact_email, status)
    SELECT id, 'Shop', 'shop@example.com', 'approved' FROM unnest('{${PARTNERS}}'::uuid[]) AS id`);
});

const open = async (count: number, partner = 0, place = PLACE) => {
  await db.localNeon.exec(`INSERT INTO locations (location_id, partner_id, location_ref, name, lat, lng, h3_cell, x_m, y_m, z_m, timezone)
    SELECT gen_random_uuid(), '${PARTNERS[partner]}', gen_random_uuid()::text, 'Shop', ${positionSql(place).replaceAll(/\w+ = /g, "")}, 'Africa/Lagos'
    FROM generate_series(1, ${count})`);
};
/** Rows at one of the locations of the first partner. */
const fill = async (count: number) => {
  await db.localNeon.exec(`WITH new AS (
      INSERT INTO items (item_id, partner_id, external_ref, search_keys)
      SELECT gen_random_uuid(), '${PARTNERS[0]}', gen_random_uuid()::text, '{}' FROM generate_series(1, ${count}) RETURNING item_id)
    INSERT INTO stock_rows (location_id, item_id, partner_id, listed)
    SELECT (SELECT min(location_id::text)::uuid FROM locations WHERE partner_id = '${PARTNERS[0]}'), item_id, '${PARTNERS[0]}', false FROM new`);
};
const check = async (cell: string, knownVersion?: string) => {
  const [checked] = await checkTiles(db.database, [{ cell, knownVersion }]);
  return checked!;
};
const known = async (cell: string) => {
  const checked = await check(cell);
  if (checked.kind !== "changed") throw new Error(checked.kind);
  return checked;
};

describe("a check", () => {
  it("lists what a cell has, until its version is known", async () => {
    await open(2);
    await open(1, 1);
    await open(1, 1, ELSEWHERE);
    await fill(3);
    const { version, shelves } = await known(COARSE);
    expect(shelves.map(({ rowCount }) => rowCount).toSorted()).toEqual([0, 0, 3]);
    expect(shelves.map(({ partnerId }) => partnerId).toSorted()).toEqual([PARTNERS[0], ...PARTNERS]);
    expect(new Set(shelves.map(({ version: own }) => own))).toEqual(new Set(["1.1", "1.2"]));
    expect(await check(COARSE, version)).toEqual({ kind: "unchanged" });
    expect(await check(COARSE, "1.0")).toEqual({ kind: "changed", version, shelves });
  });

  it("knows an empty cell by its version too, and tells it from one with a location", async () => {
    const { version, shelves } = await known(COARSE);
    expect(shelves).toEqual([]);
    expect(await check(COARSE, version)).toEqual({ kind: "unchanged" });
    await open(1);
    expect(await check(COARSE, version)).toMatchObject({ kind: "changed", shelves: [{ rowCount: 0 }] });
  });

  it("leaves out partners that are not approved", async () => {
    await open(1);
    await open(MAX_TILE_LOCATIONS, 1);
    expect(await check(COARSE)).toEqual({ kind: "split" });
    await db.localNeon.exec(`UPDATE partners SET status = 'suspended' WHERE partner_id = '${PARTNERS[1]}'`);
    expect((await known(COARSE)).shelves.map(({ partnerId }) => partnerId)).toEqual([PARTNERS[0]]);
  });

  it("has a cell split that has more locations than a tile", async () => {
    await open(MAX_TILE_LOCATIONS);
    expect((await known(COARSE)).shelves).toHaveLength(MAX_TILE_LOCATIONS);
    await open(1);
    expect(await check(COARSE)).toEqual({ kind: "split" });
    expect((await known(FINEST)).shelves).toHaveLength(MAX_TILE_LOCATIONS + 1);
  });

  it("has a cell split that has more rows than a tile, even if it was not", async () => {
    await open(1);
    await fill(MAX_TILE_ROWS);
    const { version } = await known(COARSE);
    await fill(1);
    expect(await check(COARSE)).toEqual({ kind: "split" });
    expect(await check(COARSE, version)).toEqual({ kind: "split" });
    expect((await known(FINEST)).shelves[0]!.rowCount).toBe(MAX_TILE_ROWS + 1);
  });

  it("finds a cell too dense that is not to be split", async () => {
    await open(1);
    await fill(MAX_FINEST_ROWS);
    expect((await known(FINEST)).kind).toBe("changed");
    await fill(1);
    expect(await check(FINEST)).toEqual({ kind: "too_dense" });
    await db.localNeon.exec("DELETE FROM stock_rows");
    await open(MAX_FINEST_LOCATIONS - 1);
    expect((await known(FINEST)).shelves).toHaveLength(MAX_FINEST_LOCATIONS);
    await open(1);
    expect(await check(FINEST)).toEqual({ kind: "too_dense" });
  });

  it("answers for many cells at once, in their order, by one statement", async () => {
    await open(1);
    await open(MAX_TILE_LOCATIONS + 1, 1, ELSEWHERE);
    const { version } = await known(COARSE);
    const before = db.localNeon.requestCount();
    const empty = Array.from({ length: 61 }, (_, i) => ({
      cell: cellAt({ lat: 40 + i / 2, lng: 0 }, 5),
      knownVersion: undefined,
    }));
    const cells = [
      { cell: cellAt(ELSEWHERE, 4), knownVersion: undefined },
      ...empty,
      { cell: COARSE, knownVersion: version },
      { cell: cellAt(PLACE, 5), knownVersion: "of before" },
    ];
    const checked = await checkTiles(db.database, cells);
    expect(db.localNeon.requestCount()).toBe(before + 1);
    expect(checked.map(({ kind }) => kind)).toEqual([
      "split",
      ...empty.map(() => "changed"),
      "unchanged",
      "changed",
    ]);
    expect(checked.at(-1)).toMatchObject({ version, shelves: [{ partnerId: PARTNERS[0] }] });
    expect(await checkTiles(db.database, [])).toEqual([]);
  });
});

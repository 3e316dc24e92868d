import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTile, encodeTile, SPLIT_TILE } from "../../../src/inventory/tiles/tile-codec.ts";
import { tiles } from "./tile-arbitraries.ts";

const CELL = "841e135ffffffff";

describe("a tile as text", () => {
  it("is the same tile when it is read, each item and kind once", () => {
    fc.assert(
      fc.property(tiles, (tile) => {
        const read = decodeTile(CELL, encodeTile(CELL, tile));
        expect(read).toEqual({
          ...tile,
          shelves: tile.shelves.map((shelf) => ({
            ...shelf,
            items: shelf.items.map((item) => ({ ...item, words: undefined, asked: undefined })),
          })),
        });
        const items = (read?.shelves ?? []).flatMap(({ items }) => items);
        const different = new Set(tile.shelves.flatMap((shelf) => shelf.items));
        expect(new Set(items).size).toBe(different.size);
      }),
      { seed: 61, numRuns: 300 },
    );
  });

  it("is no tile when it is cut anywhere", () => {
    const [tile] = fc.sample(tiles, { seed: 62, numRuns: 30 }).filter(({ shelves }) => shelves.length > 1);
    const text = encodeTile(CELL, tile!);
    for (let end = 0; end < text.length; end++) expect(decodeTile(CELL, text.slice(0, end))).toBeUndefined();
  });

  it("is no tile of another cell", () => {
    const [tile] = fc.sample(tiles, { seed: 65, numRuns: 1 });
    expect(decodeTile("841e137ffffffff", encodeTile(CELL, tile!))).toBeUndefined();
  });

  it("is no tile, and throws nothing, whatever else it is", () => {
    const others = fc.oneof(fc.string(), fc.json(), fc.constant(SPLIT_TILE));
    fc.assert(
      fc.property(others, (text) => {
        expect(decodeTile(CELL, text)).toBeUndefined();
      }),
      { seed: 63, numRuns: 2000 },
    );
  });

  it("is no tile when a list in it is too short or a place leads nowhere", () => {
    const record = JSON.parse(
      encodeTile(
        CELL,
        fc.sample(tiles, { seed: 64, numRuns: 60 }).find(({ shelves }) => shelves[0]?.items[0])!,
      ),
    );
    const [shelf] = record.shelves;
    for (const spoilt of [
      { ...shelf, numbers: shelf.numbers.slice(1) },
      { ...shelf, kinds: shelf.kinds.slice(1) },
      { ...shelf, items: shelf.items.slice(1) },
      { ...shelf, items: shelf.items.map(() => 1e6) },
      { ...shelf, items: shelf.items.map(() => -1) },
      { ...shelf, proofs: [...shelf.items, null] },
    ]) {
      expect(decodeTile(CELL, JSON.stringify({ ...record, shelves: [spoilt] }))).toBeUndefined();
    }
  });
});

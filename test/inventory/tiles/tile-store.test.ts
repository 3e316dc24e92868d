import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Shelf, Tile, TileNode } from "../../../src/inventory/tiles/tile.ts";
import { itemBytes, shelfBytes, TILE_BYTES } from "../../../src/inventory/tiles/tile-bytes.ts";
import { TileStore } from "../../../src/inventory/tiles/tile-store.ts";
import { tiles } from "./tile-arbitraries.ts";

const LEAVES = 12;

const leavesOf = (store: TileStore): readonly TileNode[] =>
  store.tree.leavesAround({ lat: 6.45, lng: 3.39 }, 150_000, LEAVES);

/** A tile keeps each location once. */
function distinct({ shelves, ...rest }: Tile): Tile {
  return { ...rest, shelves: [...new Map(shelves.map((shelf) => [shelf.locationId, shelf])).values()] };
}

/** What the store should say that it takes, reckoned anew. */
function bytesOf(store: TileStore): number {
  const shelves = leavesOf(store).map((leaf) => [...store.shelvesOf(leaf).values()]);
  const items = new Map(shelves.flat().flatMap((shelf) => shelf.items.map((item) => [item.json, item])));
  const kept = leavesOf(store).filter((leaf) => leaf.tile !== undefined || store.shelvesOf(leaf).size > 0);
  return (
    TILE_BYTES * kept.length +
    shelves.flat().reduce((sum, shelf) => sum + shelfBytes(shelf), 0) +
    [...items.values()].reduce((sum, item) => sum + itemBytes(item), 0)
  );
}

type Step =
  | { readonly kind: "keep"; readonly leaf: number; readonly tile: Tile; readonly isWhole: boolean }
  | { readonly kind: "change"; readonly leaf: number; readonly tile: Tile }
  | { readonly kind: "confirm"; readonly leaf: number; readonly asOfMs: number }
  | { readonly kind: "drop"; readonly leaf: number }
  | { readonly kind: "refuse"; readonly leaf: number };

const leaf = fc.nat({ max: LEAVES - 1 });
/** Few enough locations that some are in several tiles. */
const locationIds = fc.constantFrom(...Array.from({ length: 30 }, (_, i) => `location ${i}`));
const aTile = fc
  .tuple(tiles, fc.array(locationIds, { minLength: 5, maxLength: 5 }))
  .map(([{ shelves, ...rest }, ids]) =>
    distinct({
      ...rest,
      shelves: shelves.map((shelf, i) => ({ ...shelf, locationId: ids[i] ?? shelf.locationId })),
    }),
  )
  .filter(({ shelves }) => shelves.length > 0);
const steps = fc.array(
  fc.oneof<fc.Arbitrary<Step>[]>(
    fc.record({ kind: fc.constant("keep"), leaf, tile: aTile, isWhole: fc.boolean() }),
    fc.record({ kind: fc.constant("change"), leaf, tile: aTile }),
    fc.record({ kind: fc.constant("confirm"), leaf, asOfMs: fc.nat() }),
    fc.record({ kind: fc.constant("drop"), leaf }),
    fc.record({ kind: fc.constant("refuse"), leaf }),
  ),
  { maxLength: 60, size: "max" },
);

function take(store: TileStore, step: Step): void {
  const node = leavesOf(store)[step.leaf]!;
  switch (step.kind) {
    case "keep": {
      const { asOfMs, version, shelves } = step.tile;
      store.keep(node, shelves, step.isWhole ? { asOfMs, version } : undefined);
      return;
    }
    case "change": {
      // Some of what is there stays.
      const { asOfMs, version, shelves } = step.tile;
      const comingIds = new Set(shelves.map(({ locationId }) => locationId));
      const staying = [...store.shelvesOf(node).values()].filter(
        ({ locationId }, i) => i % 2 === 0 && !comingIds.has(locationId),
      );
      store.keep(node, [...staying, ...shelves], { asOfMs, version });
      return;
    }
    case "confirm":
      store.confirm(node, step.asOfMs);
      return;
    case "drop":
      store.drop(node);
      return;
    case "refuse":
      store.refuse(node, 0);
      return;
  }
}

describe("what tiles take", () => {
  it("is what their shelves and items take, each item once, and nothing when they are gone", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const store = new TileStore(Number.POSITIVE_INFINITY);
        for (const step of all) {
          take(store, step);
          expect(store.bytes).toBe(bytesOf(store));
        }
        for (const node of leavesOf(store)) store.drop(node);
        expect(store.bytes).toBe(0);
      }),
      { seed: 71, numRuns: 200 },
    );
  });

  it("is never more than they may, whatever is kept", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 20_000 }), (all, maxBytes) => {
        const store = new TileStore(maxBytes);
        for (const step of all) {
          take(store, step);
          expect(store.bytes).toBeLessThanOrEqual(maxBytes);
          for (const { tile } of leavesOf(store)) {
            for (const shelf of tile?.shelves ?? []) expect(shelf.items.length).toBe(shelf.kinds.length);
          }
        }
      }),
      { seed: 72, numRuns: 200 },
    );
  });
});

describe("the locations that tiles hold", () => {
  it("are known to be in several, whatever was kept before", () => {
    let most = 0;
    fc.assert(
      fc.property(steps, fc.constantFrom(20_000, Number.POSITIVE_INFINITY), (all, maxBytes) => {
        const store = new TileStore(maxBytes);
        for (const step of all) {
          take(store, step);
          const tilesOf = new Map<string, number>();
          for (const { tile } of leavesOf(store)) {
            for (const { locationId } of tile?.shelves ?? []) {
              tilesOf.set(locationId, (tilesOf.get(locationId) ?? 0) + 1);
            }
          }
          const inMany = [...tilesOf].filter(([, count]) => count > 1).map(([locationId]) => locationId);
          most = Math.max(most, inMany.length);
          expect([...store.around({ point: { lat: 6.45, lng: 3.39 }, radiusM: 1 }).inMany].sort()).toEqual(
            inMany.sort(),
          );
        }
      }),
      { seed: 74, numRuns: 200 },
    );
    expect(most).toBeGreaterThan(3);
  });
});

describe("the tiles that an isolate holds", () => {
  const [tile] = fc.sample(aTile, { seed: 73, numRuns: 1 });
  const shelves = tile!.shelves as readonly Shelf[];

  it("go in the order in which they were last used", () => {
    const one = TILE_BYTES + shelves.reduce((sum, shelf) => sum + shelfBytes(shelf), 0);
    const items = new Map(shelves.flatMap((shelf) => shelf.items.map((item) => [item.json, item])));
    const itemsBytes = [...items.values()].reduce((sum, item) => sum + itemBytes(item), 0);
    const store = new TileStore(3 * one + itemsBytes);
    const [a, b, c, d] = leavesOf(store) as [TileNode, TileNode, TileNode, TileNode];
    for (const node of [a, b, c]) store.keep(node, shelves, { asOfMs: 1, version: "1" });
    expect([a, b, c].every((node) => node.tile !== undefined)).toBe(true);
    store.confirm(a, 2);
    store.keep(d, shelves, { asOfMs: 2, version: "1" });
    expect([a, b, c, d].map((node) => node.tile !== undefined)).toEqual([true, false, true, true]);
    expect(b.tile).toBeUndefined();
    expect(store.shelvesOf(b).size).toBe(0);
  });

  it("share one object for an item that many shelves carry", () => {
    const store = new TileStore(Number.POSITIVE_INFINITY);
    const [a, b] = leavesOf(store) as [TileNode, TileNode];
    const copy = structuredClone(shelves) as readonly Shelf[];
    store.keep(a, shelves, { asOfMs: 1, version: "1" });
    store.keep(b, copy, { asOfMs: 1, version: "1" });
    const itemsOf = (node: TileNode) => node.tile?.shelves.flatMap(({ items }) => items) ?? [];
    expect(new Set([...itemsOf(a), ...itemsOf(b)]).size).toBe(
      new Set(shelves.flatMap(({ items }) => items.map(({ json }) => json))).size,
    );
  });

  it("never get older by what is told late", () => {
    const store = new TileStore(Number.POSITIVE_INFINITY);
    const [a] = leavesOf(store) as [TileNode];
    store.keep(a, shelves, { asOfMs: 5, version: "1" });
    store.confirm(a, 3);
    expect(a.tile?.asOfMs).toBe(5);
    store.confirm(a, 8);
    expect(a.tile?.asOfMs).toBe(8);
  });

  it("are those of leaves alone", () => {
    const store = new TileStore(Number.POSITIVE_INFINITY);
    const [a] = leavesOf(store) as [TileNode];
    store.keep(a, shelves, { asOfMs: 5, version: "1" });
    store.split(a);
    expect(a.tile).toBeUndefined();
    expect(store.bytes).toBe(0);
    store.keep(a, shelves, { asOfMs: 6, version: "1" });
    store.confirm(a, 7);
    expect(a.tile).toBeUndefined();
    expect(store.bytes).toBe(0);
  });
});

import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { beforeAll, describe, expect, it } from "vitest";
import type { TileNode } from "../../../src/inventory/tiles/tile.ts";
import { FINEST_TILE_RESOLUTION } from "../../../src/inventory/tiles/tile-queries.ts";
import { TileTree } from "../../../src/inventory/tiles/tile-tree.ts";
import { vincentyDirect } from "../../geo/vincenty.ts";

const EVERYTHING = Number.POSITIVE_INFINITY;
type Place = { readonly lat: number; readonly lng: number };

const discs = fc.record({
  point: fc.oneof(
    fc.record({
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lng: fc.double({ min: -180, max: 180, noNaN: true }),
    }),
    fc.constantFrom(
      { lat: 90, lng: 0 },
      { lat: -90, lng: 13 },
      { lat: 0.01, lng: 180 },
      { lat: 51.3, lng: -180 },
      { lat: -16.5, lng: 179.999 },
      // Pentagons.
      { lat: 58.157_705, lng: 10.444_345 },
      { lat: 2.300_882, lng: -5.245_39 },
    ),
  ),
  radiusM: fc.constantFrom(1, 300, 5000, 50_000),
  bearings: fc.array(
    fc.tuple(fc.double({ min: 0, max: 360, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
    {
      minLength: 20,
      maxLength: 20,
    },
  ),
});

/** The leaf that a location at the place is stored in. */
function leafOf(tree: TileTree, { lat, lng }: Place): TileNode {
  const stored = latLngToCell(lat, lng, 15);
  let nodes: readonly TileNode[] = tree.roots;
  for (;;) {
    const node = nodes.find(({ cell, resolution }) => cell === cellToParent(stored, resolution));
    if (node === undefined) throw new Error(`no cell has ${lat}, ${lng}`);
    const children = tree.childrenOf(node);
    if (children === undefined) return node;
    nodes = children;
  }
}

function countOf(tree: TileTree): number {
  const count = (node: TileNode): number =>
    1 + (node.children ?? []).reduce((sum, one) => sum + count(one), 0);
  return tree.roots.reduce((sum, root) => sum + count(root), 0);
}

/** Splits where the places are, some to the finest. */
function splitAt(tree: TileTree, places: readonly Place[]): void {
  for (const [i, place] of places.entries()) {
    for (let level = 0; level < i % 7; level++) {
      const leaf = leafOf(tree, place);
      if (leaf.resolution < FINEST_TILE_RESOLUTION) tree.split(leaf);
    }
  }
}

describe("the tree of cells", () => {
  let tree: TileTree;
  let sample: readonly { point: Place }[];
  beforeAll(() => {
    tree = new TileTree();
    sample = fc.sample(discs, { seed: 70, numRuns: 300 });
    splitAt(
      tree,
      sample.map(({ point }) => point),
    );
  });

  it("finds the leaf of every location within a radius, anywhere on earth", () => {
    let beyondOne = 0;
    fc.assert(
      fc.property(discs, ({ point, radiusM, bearings }) => {
        const leaves = tree.leavesAround(point, radiusM, EVERYTHING);
        expect(leaves.every(({ children }) => children === undefined)).toBe(true);
        expect(new Set(leaves).size).toBe(leaves.length);
        for (const [azimuth, share] of bearings) {
          const place = vincentyDirect(point, azimuth, share * radiusM);
          expect(leaves).toContain(leafOf(tree, place));
        }
        if (leaves.length > 1) beyondOne++;
      }),
      { seed: 70, numRuns: 300 },
    );
    expect(beyondOne).toBeGreaterThan(100);
  });

  it("is looked at from a few roots, which have every location within a radius below them", () => {
    fc.assert(
      fc.property(discs, ({ point, radiusM, bearings }) => {
        const roots = tree.rootsAround(point, radiusM).map(({ cell }) => cell);
        expect(roots.length).toBeLessThan(30);
        for (const [azimuth, share] of bearings) {
          const { lat, lng } = vincentyDirect(point, azimuth, share * radiusM);
          expect(roots).toContain(cellToParent(latLngToCell(lat, lng, 15), 0));
        }
      }),
      { seed: 75, numRuns: 2000 },
    );
  });

  it("gives the nearest when not all are wanted, in the same order", () => {
    for (const { point } of sample.slice(0, 100)) {
      const all = tree.leavesAround(point, 50_000, EVERYTHING);
      for (const limit of [0, 1, 3, all.length, all.length + 1]) {
        expect(tree.leavesAround(point, 50_000, limit)).toEqual(all.slice(0, limit));
      }
      expect(all[0]).toBeDefined();
    }
  });

  it("knows how many cells it has, and forgets those that nobody keeps", () => {
    expect(tree.size).toBe(countOf(tree));
    const kept = new Set(sample.slice(0, 5).map(({ point }) => leafOf(tree, point)));
    const before = tree.size;
    tree.prune((leaf) => kept.has(leaf));
    expect(tree.size).toBe(countOf(tree));
    expect(tree.size).toBeLessThan(before);
    for (const { point } of sample.slice(0, 5)) expect(kept).toContain(leafOf(tree, point));
    tree.prune(() => false);
    expect(tree.size).toBe(122);
    expect(countOf(tree)).toBe(122);
  });
});

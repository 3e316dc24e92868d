/** Trees of tiles, split by chance; some tiles are not known, some too old. */
import fc from "fast-check";
import { cellToParent, latLngToCell } from "h3-js";
import { baseCells, type CellShape, childCells } from "../../../src/geo/cell-shape.ts";
import type { Shelf, TileNode } from "../../../src/inventory/tiles/tile.ts";
import type { Tiles } from "../../../src/inventory/tiles/tile-search.ts";
import { NOW_MS } from "./tile-worlds.ts";

export const OLDEST_AS_OF_MS = NOW_MS - 5000;

type TreeChances = {
  readonly salt: number;
  /** A leaf holds no more shelves than this, unless it is very fine. */
  readonly capacity: number;
  /** Of a hundred leaves, so many are not known, or too old. */
  readonly unknown: number;
  readonly old: number;
};

export const treeChances: fc.Arbitrary<TreeChances> = fc.record({
  salt: fc.nat({ max: 1_000_000 }),
  capacity: fc.constantFrom(1, 3, 8, 100),
  unknown: fc.constantFrom(0, 0, 0, 5, 40),
  old: fc.constantFrom(0, 0, 0, 5, 40),
});

/** A tree of the whole earth that holds the shelves, split where they are many, and elsewhere by chance. */
export function treeOf(shelves: readonly Shelf[], { salt, capacity, unknown, old }: TreeChances): Tiles {
  const cells = shelves.map(({ lat, lng }) => {
    const finest = latLngToCell(lat, lng, 15);
    return Array.from({ length: 16 }, (_, resolution) => cellToParent(finest, resolution));
  });
  /** No location is twice in a cell. */
  const within = ({ cell, resolution }: CellShape): Shelf[] => {
    const held = shelves.filter((_, i) => cells[i]![resolution] === cell);
    return [...new Map(held.map((shelf) => [shelf.locationId, shelf])).values()];
  };
  const chance = (cell: string, of: number) => {
    let hash = salt + of;
    for (const letter of cell) hash = (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0;
    return Math.imul(hash, 2_654_435_761) >>> 0;
  };
  const newNode = (shape: CellShape): TileNode => {
    const node: TileNode = { ...shape, children: undefined, tile: undefined };
    const held = within(node);
    const splits =
      node.resolution < 3 ||
      (held.length > capacity && node.resolution < 9) ||
      (node.resolution < 6 && chance(node.cell, 1) % 5 < 2);
    if (splits) return { ...node, children: [] };
    const state = chance(node.cell, 2) % 100;
    if (state < unknown) return node;
    const isOld = state < unknown + old;
    const asOfMs = isOld ? OLDEST_AS_OF_MS - 1 : NOW_MS - 1000 * (chance(node.cell, 3) % 4);
    node.tile = { asOfMs, version: "1", shelves: held };
    return node;
  };
  const childrenOf = (node: TileNode): readonly TileNode[] | undefined => {
    if (node.children?.length === 0) node.children = childCells(node).map(newNode);
    return node.children;
  };
  const locationIds = shelves.map(({ locationId }) => locationId);
  const inMany = new Set(locationIds.filter((id, i) => locationIds.indexOf(id) !== i));
  return { roots: baseCells().map(newNode), childrenOf, inMany };
}

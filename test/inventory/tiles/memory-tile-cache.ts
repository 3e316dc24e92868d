import type { TileCache } from "../../../src/inventory/tiles/tile-cache.ts";

/** A cache that several isolates of the test share, and that outlives each of them. */
export type MemoryTileCache = TileCache & {
  readonly texts: Map<string, string>;
  reads: number;
  writes: number;
};

export function createMemoryTileCache(): MemoryTileCache {
  const cache: MemoryTileCache = {
    texts: new Map(),
    reads: 0,
    writes: 0,
    read: async (cell) => {
      cache.reads++;
      return cache.texts.get(cell);
    },
    write: async (cell, text) => {
      cache.writes++;
      cache.texts.set(cell, text);
    },
  };
  return cache;
}

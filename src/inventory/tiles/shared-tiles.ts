import type { Tile, TileNode } from "./tile.ts";
import type { TileCache } from "./tile-cache.ts";
import { decodeTile, encodeTile, SPLIT_TILE } from "./tile-codec.ts";
import type { TileStore } from "./tile-store.ts";

/** How long the cache may take: it is asked to save time. */
const CACHE_TIMEOUT_MS = 500;
/** A tile that changes all the time is put into the cache as often. */
const OFFER_AFTER_MS = 30_000;
/** What dated a tile in the cache was another machine's clock, that may have been as much ahead. */
const CLOCK_SKEW_MS = 250;

export type SharedTilesDeps = {
  /** Undefined: nothing is shared. */
  readonly cache: TileCache | undefined;
  readonly store: TileStore;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
};

/** The tiles that isolates of one place share, through a cache that may fail as it likes. */
export class SharedTiles {
  readonly #deps: SharedTilesDeps;
  /** When the cache was last known to have a tile of the leaf. */
  readonly #sharedAtMs = new WeakMap<TileNode, number>();

  constructor(deps: SharedTilesDeps) {
    this.#deps = deps;
  }

  /**
   * Gives leaves of which nothing is kept the tiles that the cache has, however old, or splits them. Whether any was
   * split, so that its children are worth looking for. Never throws.
   */
  async load(leaves: readonly TileNode[]): Promise<boolean> {
    const { store, cache } = this.#deps;
    if (cache === undefined) return false;
    const unknown = leaves.filter((node) => store.shelvesOf(node).size === 0 && node.tile === undefined);
    await Promise.all(
      unknown.map(async (node) => {
        const text = await this.#inTime(async () => cache.read(node.cell));
        if (text === SPLIT_TILE) this.#split(node);
        const tile = text === undefined ? undefined : decodeTile(node.cell, text);
        if (tile !== undefined) this.#adopt(node, tile);
      }),
    );
    return unknown.some(({ children }) => children !== undefined);
  }

  /** Puts the leaf's tile into the cache, unless that has one that is hardly older. Never throws. */
  async offer(node: TileNode): Promise<void> {
    const { cache, now } = this.#deps;
    const { tile } = node;
    const nowMs = now();
    const isDue = nowMs - (this.#sharedAtMs.get(node) ?? 0) >= OFFER_AFTER_MS;
    if (cache === undefined || tile === undefined || !isDue) return;
    this.#sharedAtMs.set(node, nowMs);
    await this.#inTime(async () => cache.write(node.cell, encodeTile(node.cell, tile)));
  }

  /** Tells the cache that the leaf is split. Never throws. */
  async offerSplit(node: TileNode): Promise<void> {
    const { cache } = this.#deps;
    if (cache !== undefined) await this.#inTime(async () => cache.write(node.cell, SPLIT_TILE));
  }

  #split(node: TileNode): void {
    if (node.tile === undefined && node.children === undefined) this.#deps.store.split(node);
  }

  #adopt(node: TileNode, { asOfMs, version, shelves }: Tile): void {
    const { store, now } = this.#deps;
    // Another request may have found it meanwhile.
    if (node.tile !== undefined || node.children !== undefined) return;
    // A date that lies ahead says nothing of its age; what it dates is still worth having, to be checked.
    const isAhead = asOfMs > now();
    this.#sharedAtMs.set(node, isAhead ? 0 : asOfMs);
    store.keep(node, shelves, { asOfMs: isAhead ? 0 : asOfMs - CLOCK_SKEW_MS, version });
  }

  async #inTime<T>(work: () => Promise<T>): Promise<T | undefined> {
    const quietly = work().catch(() => undefined);
    return await Promise.race([quietly, this.#deps.wait(CACHE_TIMEOUT_MS).then(() => undefined)]);
  }
}

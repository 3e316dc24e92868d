import type { Point } from "../../geo/point.ts";
import { HeldLocations } from "./held-locations.ts";
import { ItemPool } from "./item-pool.ts";
import type { Shelf, Tile, TileNode } from "./tile.ts";
import { shelfBytes, TILE_BYTES } from "./tile-bytes.ts";
import type { Tiles } from "./tile-search.ts";
import { TileTree } from "./tile-tree.ts";

/** What is kept of a leaf: the shelves of its tile, or of the tile that it is coming to have. */
type Kept = { readonly shelves: ReadonlyMap<string, Shelf>; readonly bytes: number };

/** As many cells more than are needed may be known, at 160 bytes each. */
const SPARE_NODES = 20_000;
/** For how long a leaf that is too large to be held is not looked at again. */
const REFUSED_MS = 60_000;
/** From this part of the bound on there is no room for what may never be asked for again. */
const FULL_SHARE = 0.9;

const NO_SHELVES: ReadonlyMap<string, Shelf> = new Map();

/** The tiles that an isolate holds, bounded by bytes; the longest unused goes first. */
export class TileStore {
  readonly tree = new TileTree();
  readonly #locations = new HeldLocations();
  readonly #maxBytes: number;
  readonly #items = new ItemPool();
  /** The longest unused first. */
  readonly #kept = new Map<TileNode, Kept>();
  readonly #refusedUntilMs = new Map<TileNode, number>();
  #shelfBytes = 0;
  #mostNodes = SPARE_NODES;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** What a question of this disc is to be looked for in. */
  around({ point, radiusM }: { readonly point: Point; readonly radiusM: number }): Tiles {
    const { childrenOf } = this.tree;
    return { roots: this.tree.rootsAround(point, radiusM), childrenOf, inMany: this.#locations.inMany };
  }

  /** About how much memory the tiles take. */
  get bytes(): number {
    return this.#shelfBytes + this.#items.bytes;
  }

  get isFull(): boolean {
    return this.bytes > FULL_SHARE * this.#maxBytes;
  }

  /** The shelves that are kept of a leaf, by location. */
  shelvesOf(node: TileNode): ReadonlyMap<string, Shelf> {
    return this.#kept.get(node)?.shelves ?? NO_SHELVES;
  }

  /** How many bytes these leaves' shelves take, without their items. */
  bytesOf(nodes: readonly TileNode[]): number {
    return nodes.reduce((sum, node) => sum + (this.#kept.get(node)?.bytes ?? 0), 0);
  }

  /** Notes that the tile was as it is at `asOfMs`. */
  confirm(node: TileNode, asOfMs: number): void {
    if (node.tile === undefined || node.tile.asOfMs > asOfMs) return;
    node.tile = { ...node.tile, asOfMs };
    const kept = this.#kept.get(node);
    if (kept === undefined) return;
    this.#kept.delete(node);
    this.#kept.set(node, kept);
  }

  /**
   * Keeps these shelves of a leaf and no others, and makes them its tile if they are all: `whole` says as of when and
   * at which version. Until they are, it has the tile that it had. Shelves that are kept already are the same objects.
   */
  keep(
    node: TileNode,
    shelves: readonly Shelf[],
    whole: { readonly asOfMs: number; readonly version: string } | undefined,
  ): void {
    if (node.children !== undefined) return;
    const before = this.#kept.get(node);
    const kept = new Map<string, Shelf>();
    let bytes = TILE_BYTES;
    for (const shelf of shelves) {
      const known = before?.shelves.get(shelf.locationId);
      const pooled = known === shelf ? shelf : this.#items.take(shelf);
      kept.set(shelf.locationId, pooled);
      bytes += shelfBytes(pooled);
    }
    for (const shelf of before?.shelves.values() ?? []) {
      if (kept.get(shelf.locationId) !== shelf) this.#items.giveBack(shelf);
    }
    this.#kept.delete(node);
    this.#kept.set(node, { shelves: kept, bytes });
    this.#shelfBytes += bytes - (before?.bytes ?? 0);
    if (whole !== undefined) this.#setTile(node, { ...whole, shelves: [...kept.values()] });
    this.#makeRoom();
  }

  /** Forgets what is kept of a leaf. */
  drop(node: TileNode): void {
    this.#setTile(node, undefined);
    const kept = this.#kept.get(node);
    if (kept === undefined) return;
    this.#kept.delete(node);
    this.#shelfBytes -= kept.bytes;
    for (const shelf of kept.shelves.values()) this.#items.giveBack(shelf);
  }

  /** Notes that a leaf is too large to be held. */
  refuse(node: TileNode, nowMs: number): void {
    this.drop(node);
    for (const [other, untilMs] of this.#refusedUntilMs) {
      if (untilMs < nowMs) this.#refusedUntilMs.delete(other);
    }
    this.#refusedUntilMs.set(node, nowMs + REFUSED_MS);
  }

  isRefused(node: TileNode, nowMs: number): boolean {
    return (this.#refusedUntilMs.get(node) ?? 0) > nowMs;
  }

  /** Splits a leaf, whose tile, if it has one, is forgotten. */
  split(node: TileNode): void {
    this.drop(node);
    if (node.children === undefined) this.tree.split(node);
  }

  /** Forgets cells of which nothing is kept, when there are many. Not to be called while the tree is walked. */
  tidy(isInUse: (leaf: TileNode) => boolean): void {
    if (this.tree.size <= this.#mostNodes) return;
    this.tree.prune((leaf) => this.#kept.has(leaf) || isInUse(leaf));
    this.#mostNodes = 2 * this.tree.size + SPARE_NODES;
  }

  /** Notes that nobody knows any longer how old the tiles are. */
  expireAll(): void {
    for (const node of this.#kept.keys()) {
      if (node.tile !== undefined) node.tile = { ...node.tile, asOfMs: 0 };
    }
  }

  #setTile(node: TileNode, tile: Tile | undefined): void {
    this.#locations.replace(node.tile, tile);
    node.tile = tile;
  }

  #makeRoom(): void {
    for (const node of this.#kept.keys()) {
      if (this.bytes <= this.#maxBytes) break;
      this.drop(node);
    }
  }
}

import type { Database } from "../../db/client.ts";
import type { Point } from "../../geo/point.ts";
import { MAX_CELLS, refreshTiles } from "./refresh-tiles.ts";
import { SharedTiles } from "./shared-tiles.ts";
import type { TileNode } from "./tile.ts";
import type { TileCache } from "./tile-cache.ts";
import { searchTiles, type TileQuestion, type TileSearch } from "./tile-search.ts";
import { TileStore } from "./tile-store.ts";

export type NearbyTilesDeps = {
  readonly database: Database;
  /** Shared with other isolates; undefined: none. */
  readonly cache: TileCache | undefined;
  /** For how long a tile may be used, above 0. */
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Carries work on after the answer is sent. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** Told why tiles could not be refreshed. */
  readonly onFailure: (error: unknown) => void;
};

/** The part of the earth that an answer needs. */
export type Disc = { readonly point: Point; readonly radiusM: number };

/** Tiles this much older than they may be are checked behind the answer. */
const REFRESH_SHARE = 0.5;
/** A refresh that has not ended by then is no more. */
const CLAIM_MS = 10_000;
const MANY_CLAIMS = 1000;
const CLOCK_STEP_MS = 1000;
/** From the coarsest tile to the finest. */
const MAX_LEVELS = 7;
/** After one that failed. */
const RETRY_AFTER_MS = 1000;
/** As many refreshes at once bring tiles that are not held yet: each may have some megabytes in hand. */
const MAX_BRINGING = 4;
/** A disc of more leaves is better asked of the database. */
const MOST_LEAVES = 256;
/** One disc's tiles take no more than this part of the memory. */
const LARGEST_DISC_SHARE = 0.5;
/** With memory full, what was missed before within this time is worth holding. */
const MISSED_AGAIN_MS = 60_000;
const MISSES_REMEMBERED = 10_000;

/** The tiles of an isolate: what answers from them, and what keeps them young. Requests share values, never promises. */
export class NearbyTiles {
  readonly #deps: NearbyTilesDeps;
  readonly #store: TileStore;
  readonly #shared: SharedTiles;
  /** Leaves that a request is refreshing, and until when it surely has ended. */
  readonly #claims = new Map<TileNode, number>();
  /** Until when each of those that bring new tiles surely has ended. */
  readonly #bringing = new Set<{ readonly untilMs: number }>();
  /** When leaves that are not held were last missed, the longest ago first. */
  readonly #missedAtMs = new Map<string, number>();
  #latestMs = 0;

  constructor(deps: NearbyTilesDeps) {
    const { cache, now, wait } = deps;
    this.#deps = deps;
    this.#store = new TileStore(deps.maxBytes);
    this.#shared = new SharedTiles({ cache, store: this.#store, now, wait });
  }

  /** About how much memory the tiles take. */
  get bytes(): number {
    return this.#store.bytes;
  }

  /** What the tiles say, or why they cannot. `maxAgeMs` of a caller who wants younger ones than usual. */
  search(
    question: Omit<TileQuestion, "oldestAsOfMs">,
    nowMs: number,
    maxAgeMs = Number.POSITIVE_INFINITY,
  ): TileSearch {
    this.#store.tidy((leaf) => this.#claims.has(leaf));
    // Set back by a hair, the clock makes tiles no younger; set back further, it has nothing to say of their ages.
    if (nowMs < this.#latestMs - CLOCK_STEP_MS) {
      this.#store.expireAll();
      this.#latestMs = nowMs;
    }
    this.#latestMs = Math.max(this.#latestMs, nowMs);
    const oldestAsOfMs = this.#latestMs - Math.min(maxAgeMs, this.#deps.maxAgeMs);
    return searchTiles(this.#store.around(question.query), { ...question, oldestAsOfMs });
  }

  /** Behind the answer, has those of the tiles that it used checked that are no longer young. */
  refreshUsed(used: readonly TileNode[], nowMs: number): void {
    const old = used.filter((node) => this.#isDue(node, nowMs));
    if (old.length === 0) return;
    this.#run(async (claim) => {
      await this.#refresh(async () => claim(old, nowMs));
    });
  }

  /**
   * Behind the answer, gets the tiles that would have answered it, if that pays. Returns whether one of them is known
   * to be too large to be held.
   */
  bring(disc: Disc, nowMs: number): { readonly isTooDense: boolean } {
    const leaves = this.#leavesOf(disc);
    this.#bringSome(disc, leaves, nowMs);
    return { isTooDense: leaves.some((node) => this.#store.isRefused(node, nowMs)) };
  }

  #bringSome(disc: Disc, leaves: readonly TileNode[], nowMs: number): void {
    for (const one of this.#bringing) if (one.untilMs <= nowMs) this.#bringing.delete(one);
    if (this.#bringing.size >= MAX_BRINGING) return;
    const left = this.#leftOut(leaves, nowMs);
    const wantedOf = (among: readonly TileNode[]) =>
      this.#wantedOf(among, nowMs).filter((node) => !left.has(node));
    if (wantedOf(leaves).length === 0) return;
    const one = { untilMs: nowMs + CLAIM_MS };
    this.#bringing.add(one);
    this.#run(async (claim) => {
      try {
        await this.#refresh(async () => {
          const loaded = await this.#loadLevels(() => claim(wantedOf(this.#leavesOf(disc)), nowMs));
          return loaded.filter((node) => this.#isDue(node, nowMs)).slice(0, MAX_CELLS);
        });
      } finally {
        this.#bringing.delete(one);
      }
    });
  }

  /** Takes what other isolates have shared of the disc's tiles: all there is when the database is away. */
  async loadShared(disc: Disc): Promise<void> {
    await this.#loadLevels(() => this.#leavesOf(disc).slice(0, MAX_CELLS));
  }

  /** Loads leaves, and where the cache knows them to be split, those that `leavesNow` gives then. All that were loaded. */
  async #loadLevels(leavesNow: () => readonly TileNode[]): Promise<readonly TileNode[]> {
    const loaded = new Set<TileNode>();
    for (let level = 0; level < MAX_LEVELS; level++) {
      const leaves = leavesNow();
      for (const leaf of leaves) loaded.add(leaf);
      if (!(await this.#shared.load(leaves))) break;
    }
    return [...loaded].filter(({ children }) => children === undefined);
  }

  #refresh(next: () => Promise<readonly TileNode[]>): Promise<void> {
    const { database, now } = this.#deps;
    return refreshTiles({ database, store: this.#store, shared: this.#shared, now }, next);
  }

  /** Runs `work` behind the answer. What it claims is released when it ends, or a while after it fails. */
  #run(
    work: (claim: (leaves: readonly TileNode[], nowMs: number) => readonly TileNode[]) => Promise<void>,
  ): void {
    const mine = new Map<TileNode, number>();
    const release = (untilMs: number | undefined): void => {
      for (const [node, claimedUntilMs] of mine) {
        if (this.#claims.get(node) !== claimedUntilMs) continue;
        if (untilMs === undefined) this.#claims.delete(node);
        else this.#claims.set(node, untilMs);
      }
    };
    const claim = (leaves: readonly TileNode[], nowMs: number): readonly TileNode[] => {
      const free = leaves.filter((node) => this.#isFree(node, nowMs)).slice(0, MAX_CELLS);
      if (this.#claims.size > MANY_CLAIMS) this.#forgetClaims(nowMs);
      for (const node of free) {
        mine.set(node, nowMs + CLAIM_MS);
        this.#claims.set(node, nowMs + CLAIM_MS);
      }
      return free;
    };
    const run = async (): Promise<void> => {
      try {
        await work(claim);
        release(undefined);
      } catch (error) {
        release(this.#deps.now() + RETRY_AFTER_MS);
        this.#deps.onFailure(error);
      }
    };
    this.#deps.waitUntil(run());
  }

  /** Of requests that are no more. */
  #forgetClaims(nowMs: number): void {
    for (const [node, untilMs] of this.#claims) if (untilMs <= nowMs) this.#claims.delete(node);
  }

  /** Whether the leaf has no tile, or one that is no longer young. */
  #isDue({ tile }: TileNode, nowMs: number): boolean {
    return tile === undefined || nowMs - tile.asOfMs > REFRESH_SHARE * this.#deps.maxAgeMs;
  }

  #leavesOf({ point, radiusM }: Disc): readonly TileNode[] {
    const leaves = this.#store.tree.leavesAround(point, radiusM, MOST_LEAVES + 1);
    return leaves.length > MOST_LEAVES ? [] : leaves;
  }

  /** Of a disc's leaves, those that nobody is refreshing and somebody should, nearest first. */
  #wantedOf(leaves: readonly TileNode[], nowMs: number): readonly TileNode[] {
    if (this.#store.bytesOf(leaves) > LARGEST_DISC_SHARE * this.#deps.maxBytes) return [];
    return leaves.filter(
      (node) => this.#isDue(node, nowMs) && this.#isFree(node, nowMs) && !this.#store.isRefused(node, nowMs),
    );
  }

  #isFree(node: TileNode, nowMs: number): boolean {
    return (this.#claims.get(node) ?? 0) <= nowMs;
  }

  /** With memory full, the leaves that nobody has missed of late are not brought in place of what is in use. */
  #leftOut(leaves: readonly TileNode[], nowMs: number): ReadonlySet<TileNode> {
    const left = new Set<TileNode>();
    if (!this.#store.isFull) return left;
    for (const node of leaves) {
      if (this.#store.shelvesOf(node).size > 0) continue;
      const missedAtMs = this.#missedAtMs.get(node.cell) ?? Number.NEGATIVE_INFINITY;
      if (nowMs - missedAtMs > MISSED_AGAIN_MS) left.add(node);
      this.#missedAtMs.delete(node.cell);
      this.#missedAtMs.set(node.cell, nowMs);
    }
    for (const cell of this.#missedAtMs.keys()) {
      if (this.#missedAtMs.size <= MISSES_REMEMBERED) break;
      this.#missedAtMs.delete(cell);
    }
    return left;
  }
}

import type { Database } from "../../db/client.ts";
import { cellRange } from "../../geo/cells.ts";
import type { SharedTiles } from "./shared-tiles.ts";
import type { Shelf, TileNode } from "./tile.ts";
import { type CheckedCell, checkTiles, type ReadShelf, readShelves } from "./tile-queries.ts";
import type { TileStore } from "./tile-store.ts";

export type RefreshDeps = {
  readonly database: Database;
  readonly store: TileStore;
  readonly shared: SharedTiles;
  readonly now: () => number;
};

/** One check asks for as many cells. */
export const MAX_CELLS = 64;
/** A fill reads as many rows. */
const MAX_FILL_ROWS = 5000;
const MAX_FILL_SHELVES = 200;
/** From the coarsest tile to the finest, and once more. */
const MAX_CHECKS = 8;

/**
 * Has the database check leaves of the tree, and reads what has changed: one small statement, more of them only when
 * cells turn out to be split, and then at most one that reads shelves. `next` gives the leaves to check, at most
 * `MAX_CELLS`, and never one of them twice.
 */
export async function refreshTiles(
  deps: RefreshDeps,
  next: () => Promise<readonly TileNode[]>,
): Promise<void> {
  const changed: Change[] = [];
  for (let checks = 0; checks < MAX_CHECKS; checks++) {
    const leaves = await next();
    if (leaves.length === 0) break;
    const { split, changes } = await check(deps, leaves);
    changed.push(...changes);
    if (!split) break;
  }
  await fill(deps, changed);
}

type Changed = Extract<CheckedCell, { kind: "changed" }>;
type Change = { readonly node: TileNode; readonly asOfMs: number; readonly to: Changed };

/** Takes in what the check says of leaves; what is left to do is to read the shelves that changed. */
async function check(
  { database, store, shared, now }: RefreshDeps,
  leaves: readonly TileNode[],
): Promise<{ split: boolean; changes: readonly Change[] }> {
  const asOfMs = now();
  const cells = leaves.map(({ cell, tile }) => ({ cell, knownVersion: tile?.version }));
  const checked = await checkTiles(database, cells);
  const changes: Change[] = [];
  const split: TileNode[] = [];
  leaves.forEach((node, i) => {
    const result = checked[i];
    switch (result?.kind) {
      case "unchanged":
        store.confirm(node, asOfMs);
        break;
      case "split":
        store.split(node);
        split.push(node);
        break;
      case "too_dense":
        store.refuse(node, asOfMs);
        break;
      case "changed":
        changes.push({ node, asOfMs, to: result });
        break;
    }
  });
  await Promise.all(split.map((node) => shared.offerSplit(node)));
  return { split: split.length > 0, changes };
}

/** Reads as many of the shelves that changed as one statement may; the rest is left to the next refresh. */
async function fill({ database, store, shared }: RefreshDeps, changes: readonly Change[]): Promise<void> {
  const toRead: Changed["shelves"][number][] = [];
  let rows = 0;
  for (const { node, to } of changes) {
    const known = store.shelvesOf(node);
    for (const shelf of to.shelves) {
      if (known.get(shelf.locationId)?.version === shelf.version) continue;
      rows += shelf.rowCount;
      const fits = toRead.length === 0 || (rows <= MAX_FILL_ROWS && toRead.length < MAX_FILL_SHELVES);
      if (fits) toRead.push(shelf);
    }
  }
  const read = toRead.length === 0 ? [] : await readShelves(database, toRead);
  const results = new Map(toRead.map(({ locationId }, i) => [locationId, read[i]]));
  const whole = changes.filter((change) => adopt(store, change, results));
  await Promise.all(whole.map(({ node }) => shared.offer(node)));
}

/** Takes in what was read for a leaf. Whether it now has a tile as of the check. */
function adopt(
  store: TileStore,
  { node, asOfMs, to }: Change,
  results: ReadonlyMap<string, ReadShelf | undefined>,
): boolean {
  const { lo, hi } = cellRange(node.cell);
  const known = store.shelvesOf(node);
  const shelves: Shelf[] = [];
  let isWhole = true;
  for (const { locationId, version } of to.shelves) {
    const result = results.get(locationId);
    const old = known.get(locationId);
    if (result?.kind === "read") {
      // One that has moved away since the check is another cell's now.
      if (result.h3Cell >= lo && result.h3Cell <= hi) shelves.push(result.shelf);
    } else if (result?.kind === "too_large") {
      store.refuse(node, asOfMs);
      return false;
    } else if (result?.kind !== "gone") {
      if (old?.version !== version) isWhole = false;
      if (old !== undefined) shelves.push(old);
    }
  }
  store.keep(node, shelves, isWhole ? { asOfMs, version: to.version } : undefined);
  return isWhole;
}

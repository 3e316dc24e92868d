import type { FoundRow } from "./found-row.ts";
import type { Shelf, TileNode } from "./tile.ts";

/** By a tile's shelves, which outlive the tile while nothing in them changes. */
const shelvesById = new WeakMap<readonly Shelf[], ReadonlyMap<string, Shelf>>();

/**
 * A location that has moved may stand in two tiles until the older one is read again. Adds to `outdated` the versions
 * of what is shown that a younger tile has otherwise; of tiles of one moment, the first used is believed. Whether
 * there were any.
 */
export function addOutdated(
  outdated: Set<Shelf>,
  { rows, used }: { readonly rows: readonly FoundRow[]; readonly used: readonly TileNode[] },
  showsAll: boolean,
): boolean {
  if (used.length < 2) return false;
  const before = outdated.size;
  const maps = used.map((node) => mapOf(node));
  const add = ({ locationId }: Shelf): void => {
    let youngestAsOfMs = Number.NEGATIVE_INFINITY;
    let youngest: Shelf | undefined;
    for (const [i, map] of maps.entries()) {
      const shelf = map.get(locationId);
      const asOfMs = used[i]?.tile?.asOfMs;
      if (shelf === undefined || asOfMs === undefined) continue;
      if (asOfMs <= youngestAsOfMs) {
        outdated.add(shelf);
        continue;
      }
      if (youngest !== undefined) outdated.add(youngest);
      [youngest, youngestAsOfMs] = [shelf, asOfMs];
    }
  };
  if (showsAll) {
    for (const { tile } of used) tile?.shelves.forEach(add);
  } else {
    let last: Shelf | undefined;
    for (const { shelf } of rows) {
      if (shelf !== last) add(shelf);
      last = shelf;
    }
  }
  return outdated.size > before;
}

function mapOf({ tile }: TileNode): ReadonlyMap<string, Shelf> {
  const shelves = tile?.shelves ?? [];
  let map = shelvesById.get(shelves);
  if (map === undefined) {
    map = new Map(shelves.map((shelf) => [shelf.locationId, shelf]));
    shelvesById.set(shelves, map);
  }
  return map;
}

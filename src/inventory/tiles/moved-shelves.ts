import type { FoundRow } from "./found-row.ts";
import type { Shelf, TileNode } from "./tile.ts";

/**
 * A location that has moved may stand in two tiles until the older one is read again. Adds to `outdated` the versions
 * of what is shown that a younger tile has otherwise; of tiles of one moment, the first used is believed. Whether
 * there were any. `inMany` are the locations that more than one tile holds.
 */
export function addOutdated(
  outdated: Set<Shelf>,
  { rows, used }: { readonly rows: readonly FoundRow[]; readonly used: readonly TileNode[] },
  inMany: ReadonlySet<string>,
  showsAll: boolean,
): boolean {
  if (inMany.size === 0) return false;
  const before = outdated.size;
  const shown = showsAll ? used.flatMap(({ tile }) => tile?.shelves ?? []) : rows.map(({ shelf }) => shelf);
  const shownIds = new Set(shown.map(({ locationId }) => locationId));
  for (const locationId of shownIds) if (inMany.has(locationId)) addOlder(outdated, used, locationId);
  return outdated.size > before;
}

/** Adds all of the location's shelves but the youngest. */
function addOlder(outdated: Set<Shelf>, used: readonly TileNode[], locationId: string): void {
  let youngest: { readonly shelf: Shelf; readonly asOfMs: number } | undefined;
  for (const { tile } of used) {
    const shelf = tile?.shelves.find((one) => one.locationId === locationId);
    if (tile === undefined || shelf === undefined) continue;
    const { asOfMs } = tile;
    if (youngest === undefined || asOfMs > youngest.asOfMs) {
      if (youngest !== undefined) outdated.add(youngest.shelf);
      youngest = { shelf, asOfMs };
    } else {
      outdated.add(shelf);
    }
  }
}

import type { Tile } from "./tile.ts";

/** Which locations tiles hold. One that has moved may be in two, until the one that it left is read again. */
export class HeldLocations {
  readonly #tilesOf = new Map<string, number>();
  readonly #inMany = new Set<string>();

  /** UUIDs of the locations that more than one tile holds. */
  get inMany(): ReadonlySet<string> {
    return this.#inMany;
  }

  /** Notes that the tile `after` stands where `before` did. */
  replace(before: Tile | undefined, after: Tile | undefined): void {
    for (const { locationId } of before?.shelves ?? []) this.#count(locationId, -1);
    for (const { locationId } of after?.shelves ?? []) this.#count(locationId, 1);
  }

  #count(locationId: string, by: 1 | -1): void {
    const tiles = (this.#tilesOf.get(locationId) ?? 0) + by;
    if (tiles === 0) this.#tilesOf.delete(locationId);
    else this.#tilesOf.set(locationId, tiles);
    if (tiles > 1) this.#inMany.add(locationId);
    else this.#inMany.delete(locationId);
  }
}

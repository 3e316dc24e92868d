import type { Shelf } from "./tile.ts";

/** A row of a shelf that is on a page. */
export type FoundRow = {
  readonly shelf: Shelf;
  /** Its place in the columns of the shelf. */
  readonly row: number;
  /** As in `PagePosition`. */
  readonly nearness: number;
  readonly sortKeys: readonly string[];
};

import type { Database } from "../../db/client.ts";
import { cellResolution } from "../../geo/cells.ts";
import { checkStatement } from "./check-statement.ts";
import { fillStatement, type WantedShelf } from "./fill-statement.ts";
import { type ShelfRecord, shelfReader } from "./shelf-record.ts";
import type { Shelf } from "./tile.ts";

/** A cell with more locations, or more stock rows, is split. */
export const MAX_TILE_LOCATIONS = 128;
export const MAX_TILE_ROWS = 5000;
/** Cells of this resolution are split no further: they are the tiles of towns' centres. */
export const FINEST_TILE_RESOLUTION = 10;
/** With more there, a cell of the finest resolution is not held. */
const MAX_FINEST_LOCATIONS = 1000;
export const MAX_FINEST_ROWS = 10_000;
/** What one fill may answer, as JSON. */
export const MAX_FILL_BYTES = 2_000_000;

/**
 * What the database says of a cell. `unchanged`: its version is the known one. `split`: it has more than a tile holds.
 * `too_dense`: so has a cell that cannot be split. `changed`: its version, and all its shelves at theirs.
 */
export type CheckedCell =
  | { readonly kind: "unchanged" }
  | { readonly kind: "split" }
  | { readonly kind: "too_dense" }
  | { readonly kind: "changed"; readonly version: string; readonly shelves: readonly CheckedShelf[] };

/** A location of an approved partner: UUIDs, its shelf's version, and how many stock rows it has, listed or not. */
export type CheckedShelf = WantedShelf & { readonly version: string; readonly rowCount: number };

/**
 * Checks cells by one statement: the answers are in their order.
 * @throws {DatabaseUnavailable} when the database does not answer.
 */
export async function checkTiles(
  database: Pick<Database, "queryRows">,
  cells: readonly { readonly cell: string; readonly knownVersion: string | undefined }[],
): Promise<CheckedCell[]> {
  const toCheck = cells.map((asked) => {
    const isFinest = cellResolution(asked.cell) >= FINEST_TILE_RESOLUTION;
    return {
      ...asked,
      isFinest,
      maxLocations: isFinest ? MAX_FINEST_LOCATIONS : MAX_TILE_LOCATIONS,
      maxRows: isFinest ? MAX_FINEST_ROWS : MAX_TILE_ROWS,
    };
  });
  const { text, values } = checkStatement(toCheck);
  const rows = (await database.queryRows(text, values)) as CheckRow[];
  return toCheck.map(({ knownVersion, isFinest, maxLocations, maxRows }, i): CheckedCell => {
    const row = rows[i];
    if (row === undefined) throw new RangeError(`${rows.length} answers for ${cells.length} cells`);
    const [locations, stockRows, version, shelves] = row;
    if (locations > maxLocations || stockRows > maxRows) return { kind: isFinest ? "too_dense" : "split" };
    if (version === knownVersion) return { kind: "unchanged" };
    return {
      kind: "changed",
      version,
      shelves: (shelves ?? []).map(([locationId, partnerId, shelfVersion, rowCount]) => ({
        locationId,
        partnerId,
        version: shelfVersion,
        rowCount,
      })),
    };
  });
}

type CheckRow = [
  locations: number,
  rows: number,
  version: string,
  shelves: readonly (readonly [string, string, string, number])[] | null,
];

/**
 * What became of a wanted shelf. `cut`: there was no room for it beside those before it, so that it is worth asking
 * again. `too_large`: alone it is more than one statement answers. `gone`: no approved partner has the location.
 */
export type ReadShelf =
  | { readonly kind: "read"; readonly shelf: Shelf; readonly h3Cell: bigint }
  | { readonly kind: "cut" }
  | { readonly kind: "too_large" }
  | { readonly kind: "gone" };

/**
 * Reads shelves by one statement, each at the version that its rows have; at most `MAX_FILL_BYTES` of them. The answers
 * are in the order of the questions, of which the first is never `cut`.
 * @throws {DatabaseUnavailable} when the database does not answer.
 */
export async function readShelves(
  database: Pick<Database, "queryRows">,
  wanted: readonly WantedShelf[],
): Promise<ReadShelf[]> {
  const limits = { maxRows: MAX_FINEST_ROWS, maxBytes: MAX_FILL_BYTES };
  const { text, values } = fillStatement(wanted, limits);
  const rows = (await database.queryRows(text, values)) as FillRow[];
  const found = new Map(rows.map(([ordinal, ...fate]) => [ordinal, fate]));
  const readShelf = shelfReader();
  return wanted.map((location, i): ReadShelf => {
    const [kind = "gone", json = null] = found.get(i + 1) ?? [];
    if (kind !== "read" || json === null) return { kind: kind === "read" ? "gone" : kind };
    return { kind, ...readShelf(location, JSON.parse(json) as ShelfRecord) };
  });
}

type FillRow = [ordinal: number, kind: "read" | "cut" | "too_large", json: string | null];

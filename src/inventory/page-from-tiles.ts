import { parseWireId } from "../ids.ts";
import { placeJson, rowJson } from "./nearby-json.ts";
import { type CandidateRow, type FoundPage, isInside, type PageQuestion } from "./nearby-page.ts";
import type { FoundRow } from "./tiles/found-row.ts";
import type { NearbyTiles } from "./tiles/nearby-tiles.ts";
import { NUMBERS_PER_ROW, type Shelf, type TileNode } from "./tiles/tile.ts";

type TilePage = FoundPage<TileRow> & { readonly used: readonly TileNode[] };

/** A page as tiles of at most `maxAgeMs` have it, or why they do not. */
export function pageFromTiles(
  tiles: NearbyTiles,
  { query, nowMs, startedAtMs, after, rows }: PageQuestion,
  maxAgeMs: number,
): TilePage | "unknown" | "old" | "explain" {
  const found = tiles.search({ query, startedAtMs, after, rows }, nowMs, maxAgeMs);
  if (found.kind === "missing") return found.reason;
  // What lies outside the radius is in other tiles.
  const candidates = found.rows.map((row) => new TileRow(row));
  if (query.explain && !candidates.some((row) => isInside(row, query))) return "explain";
  return {
    rows: candidates,
    render: (shown) => {
      const places = new Map<Shelf, string>();
      return shown.map(({ found: { shelf, row } }) => {
        let place = places.get(shelf);
        if (place === undefined) {
          place = placeJson(shelf, query.point, nowMs);
          places.set(shelf, place);
        }
        return shelfRowJson(shelf, row, place, nowMs);
      });
    },
    asOfMs: found.asOfMs,
    excluded: found.excluded,
    nearestOutside: null,
    used: found.used,
  };
}

/** A row of a shelf as a page looks at it; its ids are made for the last of a page alone. */
class TileRow implements CandidateRow {
  readonly found: FoundRow;

  constructor(found: FoundRow) {
    this.found = found;
  }

  get lat(): number {
    return this.found.shelf.lat;
  }
  get lng(): number {
    return this.found.shelf.lng;
  }
  get nearness(): number {
    return this.found.nearness;
  }
  get sortKeys(): readonly string[] {
    return this.found.sortKeys;
  }
  get locationId(): string {
    return this.found.shelf.locationId;
  }
  get itemId(): string {
    const { shelf, row } = this.found;
    return itemIdOf(shelf.items[row]?.json ?? "");
  }
}

const ID_START = '"item_id":"'.length;
const ID_LENGTH = "itm_".length + 26;

function itemIdOf(itemJson: string): string {
  const itemId = parseWireId("itm", itemJson.slice(ID_START, ID_START + ID_LENGTH));
  if (itemId === undefined) throw new Error("an item of a tile begins with its id");
  return itemId;
}

function shelfRowJson(shelf: Shelf, row: number, place: string, nowMs: number): string {
  const item = shelf.items[row];
  const kind = shelf.kinds[row];
  if (item === undefined || kind === undefined) throw new RangeError("a shelf has as many kinds as items");
  const first = row * NUMBERS_PER_ROW;
  const [verifiedAtMs = 0, amount = 0, quantity = 0] = shelf.numbers.slice(first, first + NUMBERS_PER_ROW);
  return rowJson(
    {
      itemJson: item.json,
      amount,
      currency: kind.currency,
      quantity,
      availability: kind.availability,
      method: kind.method,
      verifiedAtMs,
      proofJson: shelf.proofs?.[row] ?? null,
    },
    place,
    nowMs,
  );
}

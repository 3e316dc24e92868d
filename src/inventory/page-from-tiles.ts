import { withinRadius } from "../geo/within-radius.ts";
import { needsVerdicts } from "./location-verdicts.ts";
import { placeJson, rowJson, viewpointAt } from "./nearby-json.ts";
import type { FoundPage, PageQuestion } from "./nearby-page.ts";
import type { PagePosition } from "./nearby-statement.ts";
import type { FoundRow } from "./tiles/found-row.ts";
import type { NearbyTiles } from "./tiles/nearby-tiles.ts";
import { itemIdOf } from "./tiles/row-ids.ts";
import { priceOf, quantityOf, verifiedAtMsOf } from "./tiles/row-numbers.ts";
import type { Shelf, TileNode } from "./tiles/tile.ts";

type TilePage = FoundPage<FoundRow> & { readonly used: readonly TileNode[] };

/** A page as tiles of at most `maxAgeMs` have it, or why they do not. */
export function pageFromTiles(
  tiles: NearbyTiles,
  { query, nowMs, startedAtMs, after, rows: wanted }: PageQuestion,
  maxAgeMs: number,
): TilePage | "unknown" | "old" | "explain" {
  const found = tiles.search({ query, startedAtMs, after, rows: wanted }, nowMs, maxAgeMs);
  if (found.kind === "missing") return found.reason;
  const { rows, asOfMs, excluded, used } = found;
  // Judged shelves are inside for certain.
  const isInside = needsVerdicts(query)
    ? () => true
    : ({ shelf, nearness }: FoundRow) => withinRadius(query.point, shelf, nearness, query.radiusM);
  // What lies outside the radius is in other tiles.
  if (query.explain && !rows.some(isInside)) return "explain";
  return {
    rows,
    isInside,
    positionOf,
    render: (shown) => {
      const viewpoint = viewpointAt(query.point);
      let json = "";
      let place = "";
      let placed: Shelf | undefined;
      for (const { shelf, row } of shown) {
        // By distance, all rows of a shelf come one after another.
        if (shelf !== placed) {
          place = placeJson(shelf, viewpoint, nowMs);
          placed = shelf;
        }
        if (json !== "") json += ",";
        json += shelfRowJson(shelf, row, place, nowMs);
      }
      return json;
    },
    asOfMs,
    excluded,
    nearestOutside: null,
    used,
  };
}

function positionOf({ shelf, row, nearness, sortKeys }: FoundRow): PagePosition {
  return { sortKeys, nearness, itemId: itemIdOf(shelf, row), locationId: shelf.locationId };
}

function shelfRowJson(shelf: Shelf, row: number, place: string, nowMs: number): string {
  const item = shelf.items[row];
  const kind = shelf.kinds[row];
  if (item === undefined || kind === undefined) throw new RangeError("a shelf has as many kinds as items");
  return rowJson(
    {
      item: item.json,
      kind,
      proof: shelf.proofs?.[row] ?? null,
      amount: priceOf(shelf, row),
      quantity: quantityOf(shelf, row),
      verifiedAtMs: verifiedAtMsOf(shelf, row),
    },
    place,
    nowMs,
  );
}

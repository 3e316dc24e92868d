import { parseWireId, wireId } from "../../ids.ts";
import type { PagePosition } from "../nearby-statement.ts";
import type { Shelf } from "./tile.ts";

/** How an item's JSON begins: its id on the wire sorts as the id itself does. */
const ID_STARTS = '{"item_id":"';
const ID_ENDS = `${ID_STARTS}itm_`.length + 26;

/** What decides where nearness does not: the item, then the location. */
export type RowIds = { readonly item: string; readonly locationId: string };

export function rowIds(shelf: Shelf, row: number): RowIds {
  return { item: shelf.items[row]?.json.slice(0, ID_ENDS) ?? "", locationId: shelf.locationId };
}

/** The id (a UUID) of the row's item. */
export function itemIdOf(shelf: Shelf, row: number): string {
  const itemId = parseWireId("itm", rowIds(shelf, row).item.slice(ID_STARTS.length));
  if (itemId === undefined) throw new Error("an item of a tile begins with its id");
  return itemId;
}

export function positionIds({ itemId, locationId }: PagePosition): RowIds {
  return { item: `${ID_STARTS}${wireId("itm", itemId)}`, locationId };
}

/** Negative when `one` comes first. */
export function compareIds(one: RowIds, other: RowIds): number {
  if (one.item !== other.item) return one.item < other.item ? -1 : 1;
  if (one.locationId === other.locationId) return 0;
  return one.locationId < other.locationId ? -1 : 1;
}

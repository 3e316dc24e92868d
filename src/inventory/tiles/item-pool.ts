import type { Shelf, TileItem } from "./tile.ts";
import { itemBytes } from "./tile-bytes.ts";

type Pooled = { readonly item: TileItem; readonly bytes: number; shelves: number };

/** One object for each item, however many shelves carry it: a chain's shops have the same thousand things. */
export class ItemPool {
  /** By what they show, which is all that there is to them. */
  readonly #items = new Map<string, Pooled>();
  #bytes = 0;

  /** Of all the items that shelves carry. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The same shelf with the pool's items. Each shelf taken must be given back once. */
  take(shelf: Shelf): Shelf {
    return { ...shelf, items: shelf.items.map((item) => this.#take(item)) };
  }

  /** What the shelf alone carried is forgotten. */
  giveBack({ items }: Shelf): void {
    for (const { json } of items) {
      const pooled = this.#items.get(json);
      if (pooled === undefined || --pooled.shelves > 0) continue;
      this.#items.delete(json);
      this.#bytes -= pooled.bytes;
    }
  }

  #take(item: TileItem): TileItem {
    const known = this.#items.get(item.json);
    if (known !== undefined) {
      known.shelves += 1;
      return known.item;
    }
    const bytes = itemBytes(item);
    this.#items.set(item.json, { item, bytes, shelves: 1 });
    this.#bytes += bytes;
    return item;
  }
}

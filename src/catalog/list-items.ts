import type { CatalogContext } from "./context.ts";
import { writeListCursor } from "./list-cursor.ts";
import { type CatalogListQuery, readListed } from "./list-queries.ts";
import { itemOf } from "./records.ts";

/** One page of what the partner lists, the longest unchanged first. */
export async function listItems({ database }: CatalogContext, partnerId: string, query: CatalogListQuery) {
  const rows = await readListed(database, partnerId, { ...query, limit: query.limit + 1 });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const next =
    last !== undefined && rows.length > page.length
      ? writeListCursor({
          updatedAtMs: Date.parse(last.updated_at),
          itemId: last.item_id,
          locationId: last.location_id,
        })
      : null;
  return { items: page.map(itemOf), next_cursor: next };
}

import { type PageQuery, pageOf } from "../http/list-parameters.ts";
import type { LocationsContext } from "./context.ts";
import { readLocations } from "./queries.ts";
import { locationOf } from "./records.ts";

/** One page of the partner's locations, the newest first. */
export async function listLocations({ database }: LocationsContext, partnerId: string, query: PageQuery) {
  const { after, limit } = query;
  const rows = await readLocations(database, { partnerId, after, rows: limit + 1 });
  return pageOf(rows.map(locationOf), limit, (location) => location.location_id);
}

import { type LocationsContext, noSuchLocation } from "./context.ts";
import { type LocationName, readLocation as read } from "./queries.ts";
import { locationOf } from "./records.ts";
import type { Location } from "./schema.ts";

/**
 * The partner's location of this ref.
 * @throws {Problem} 404 when there is none.
 */
export async function readLocation({ database }: LocationsContext, name: LocationName): Promise<Location> {
  const row = await read(database, name);
  if (row === undefined) throw noSuchLocation();
  return locationOf(row);
}

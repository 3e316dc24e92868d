import { catalogTurn } from "../db/turns.ts";
import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { type LocationsContext, noSuchLocation } from "./context.ts";
import { deleteLocation as deletion, type LocationName } from "./queries.ts";
import type { DeletedLocation } from "./schema.ts";

/**
 * Deletes the partner's location of this ref with all that is listed there; each item listed leaves its event.
 * @throws {Problem} 404 when there is none.
 */
export async function deleteLocation(
  { database, now }: LocationsContext,
  name: LocationName,
  idempotencyKey: WriteKey | undefined,
): Promise<DeletedLocation> {
  const write = deletion(name, now());
  const result = settled(await writeOnce(database, write, idempotencyKey, catalogTurn(name.partnerId)));
  if (result.kind === "refused") throw noSuchLocation();
  const { location_id, location_ref, deleted_items } = result.outcome as DeletedLocation;
  return { location_id: wireId("loc", location_id), location_ref, status: "deleted", deleted_items };
}

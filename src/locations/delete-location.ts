import { SqlError } from "../db/errors.ts";
import { type WriteKey, type WriteResult, writeOnce } from "../db/write-once.ts";
import { unavailable } from "../http/problem.ts";
import { settled } from "../http/write-request.ts";
import { wireId } from "../ids.ts";
import { type LocationsContext, noSuchLocation } from "./context.ts";
import { deleteLocation as deletion, type LocationName } from "./queries.ts";
import type { DeletedLocation } from "./schema.ts";

/** Each is overtaken only by a sync that puts a new item there within these very milliseconds. */
const MAX_ATTEMPTS = 5;

/**
 * Deletes the partner's location of this ref with all that is listed there; each item listed leaves its event.
 * @throws {Problem} 404 when there is none; 503 when it is written to all the time.
 */
export async function deleteLocation(
  { database, now }: LocationsContext,
  name: LocationName,
  idempotencyKey: WriteKey | undefined,
): Promise<DeletedLocation> {
  const write = deletion(name, now());
  const result = settled(await unlessOvertaken(() => writeOnce(database, write, idempotencyKey)));
  if (result.kind === "refused") throw noSuchLocation();
  const { location_id, location_ref, deleted_items } = result.outcome as DeletedLocation;
  return { location_id: wireId("loc", location_id), location_ref, status: "deleted", deleted_items };
}

/** The result of `attempt`, which changes nothing when it fails, made again while others' writes overtake it. */
async function unlessOvertaken(attempt: () => Promise<WriteResult>): Promise<WriteResult> {
  for (let made = 1; ; made++) {
    try {
      return await attempt();
    } catch (error) {
      if (!wasOvertaken(error)) throw error;
      if (made === MAX_ATTEMPTS) {
        throw unavailable("The location is being written to all the time. Please try again.", error);
      }
    }
  }
}

function wasOvertaken(error: unknown): boolean {
  return (
    error instanceof SqlError &&
    (error.kind === "foreign_key_violation" || error.kind === "deadlock_detected")
  );
}

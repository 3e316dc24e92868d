import { type WriteKey, writeOnce } from "../db/write-once.ts";
import { locationPosition } from "../geo/location-position.ts";
import { settled } from "../http/write-request.ts";
import { newId } from "../new-id.ts";
import type { LocationsContext } from "./context.ts";
import { type LocationName, upsertLocation } from "./queries.ts";
import { type LocationRow, locationOf } from "./records.ts";
import { DEFAULT_SPEED_KMH, type Location, type LocationBody } from "./schema.ts";

/** Creates the partner's location of this ref or replaces what it was, and says which. */
export async function putLocation(
  { database, now }: LocationsContext,
  name: LocationName,
  body: LocationBody,
  idempotencyKey: WriteKey | undefined,
): Promise<{ readonly created: boolean; readonly location: Location }> {
  const atMs = now();
  // Adding 0 turns -0 into 0.
  const point = { lat: body.lat + 0, lng: body.lng + 0 };
  const { delivery = null } = body;
  const write = upsertLocation({
    ...name,
    locationId: newId(atMs),
    name: body.name,
    address: body.address ?? null,
    timezone: body.timezone,
    opening_hours: body.opening_hours ?? null,
    delivery: delivery && { ...delivery, speed_kmh: delivery.speed_kmh ?? DEFAULT_SPEED_KMH },
    point,
    position: locationPosition(point),
    atMs,
  });
  const result = settled(await writeOnce(database, write, idempotencyKey));
  if (result.kind === "refused") throw new Error("an upsert that did nothing");
  const row = result.outcome as LocationRow & { readonly created: boolean };
  return { created: row.created, location: locationOf(row) };
}

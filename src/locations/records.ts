import { wireInstant } from "../http/instant.ts";
import { wireId } from "../ids.ts";
import type { Location } from "./schema.ts";

/** What the statements return, as PostgreSQL's JSON. */
export type LocationRow = {
  readonly location_id: string;
  readonly location_ref: string;
  readonly name: string;
  readonly lat: number;
  readonly lng: number;
  readonly address: string | null;
  readonly timezone: string;
  readonly opening_hours: Location["opening_hours"];
  readonly delivery_radius_m: number | null;
  readonly prep_minutes: number | null;
  readonly speed_kmh: number | null;
  readonly created_at: string;
  readonly updated_at: string;
};

/** What the wire shows of it. */
export function locationOf(row: LocationRow): Location {
  return {
    location_id: wireId("loc", row.location_id),
    location_ref: row.location_ref,
    name: row.name,
    lat: row.lat,
    lng: row.lng,
    address: row.address,
    timezone: row.timezone,
    opening_hours: row.opening_hours?.map(({ day, opens, closes }) => ({ day, opens, closes })) ?? null,
    delivery: deliveryOf(row),
    created_at: wireInstant(row.created_at),
    updated_at: wireInstant(row.updated_at),
  };
}

function deliveryOf({ delivery_radius_m, prep_minutes, speed_kmh }: LocationRow): Location["delivery"] {
  if (delivery_radius_m === null || prep_minutes === null || speed_kmh === null) return null;
  return { radius_m: delivery_radius_m, prep_minutes, speed_kmh };
}

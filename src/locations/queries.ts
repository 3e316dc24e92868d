import type { Database } from "../db/client.ts";
import { newestRows } from "../db/newest-rows.ts";
import { type Bind, bindInstant } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import type { LocationPosition } from "../geo/location-position.ts";
import type { Point } from "../geo/point.ts";
import { outboxCte } from "../outbox/outbox-cte.ts";
import type { LocationRow } from "./records.ts";
import type { Location } from "./schema.ts";

const COLUMNS =
  "location_id, location_ref, name, lat, lng, address, timezone, opening_hours, delivery_radius_m, prep_minutes, speed_kmh, created_at, updated_at";

/** Which location: of whom, and its name there. */
export type LocationName = { readonly partnerId: string; readonly locationRef: string };

/** A location as it is to be. `locationId` is its id if it is new. */
export type LocationToBe = LocationName &
  Pick<Location, "name" | "address" | "timezone" | "opening_hours" | "delivery"> & {
    readonly locationId: string;
    readonly point: Point;
    readonly position: LocationPosition;
    readonly atMs: number;
  };

/** Creates the location or replaces what it was. The outcome is its row and whether it is new (`created`). */
export function upsertLocation(location: LocationToBe): Write {
  return (bind) => {
    const locationId = bind(location.locationId, "uuid");
    const at = bindInstant(bind, location.atMs);
    const contents = contentsOf(bind, location);
    const names = Object.keys(contents);
    return [
      `written AS (
  INSERT INTO locations AS present (location_id, partner_id, location_ref, created_at, updated_at, ${names.join(", ")})
  SELECT ${locationId}, ${bind(location.partnerId, "uuid")}, ${bind(location.locationRef, "text")}, ${at}, ${at},
    ${Object.values(contents).join(", ")}
  FROM permit
  ON CONFLICT (partner_id, location_ref) DO UPDATE SET updated_at = greatest(present.updated_at, excluded.updated_at),
    ${names.map((name) => `${name} = excluded.${name}`).join(", ")}
  RETURNING ${COLUMNS})`,
      `shown AS (SELECT written.*, location_id = ${locationId} AS created FROM written)`,
      "result AS (SELECT row_to_json(shown) AS outcome, NULL::text AS refusal FROM shown)",
    ];
  };
}

/** Every column that writing a location replaces. */
function contentsOf(bind: Bind, location: LocationToBe): Readonly<Record<string, string>> {
  const { point, position, delivery, opening_hours: hours } = location;
  return {
    name: bind(location.name, "text"),
    address: bind(location.address, "text"),
    lat: bind(point.lat, "float8"),
    lng: bind(point.lng, "float8"),
    h3_cell: bind(position.h3Cell.toString(), "int8"),
    x_m: bind(position.xM, "float8"),
    y_m: bind(position.yM, "float8"),
    z_m: bind(position.zM, "float8"),
    timezone: bind(location.timezone, "text"),
    opening_hours: bind(hours === null ? null : JSON.stringify(hours), "jsonb"),
    delivery_radius_m: bind(delivery?.radius_m ?? null, "int4"),
    prep_minutes: bind(delivery?.prep_minutes ?? null, "int4"),
    speed_kmh: bind(delivery?.speed_kmh ?? null, "float8"),
  };
}

/**
 * Deletes the location, its proofs and its stock rows, of which each that was listed leaves an event. Refused:
 * `not_found`. To be written in the partner's `catalogTurn`: a row committed after the statement began is none that it
 * sees.
 */
export function deleteLocation({ partnerId, locationRef }: LocationName, atMs: number): Write {
  return (bind) => [
    `present AS (
  SELECT l.partner_id, l.location_id, l.location_ref FROM locations l, permit
  WHERE l.partner_id = ${bind(partnerId, "uuid")} AND l.location_ref = ${bind(locationRef, "text")})`,
    `emptied AS (
  DELETE FROM stock_rows s USING present
  WHERE s.partner_id = present.partner_id AND s.location_id = present.location_id
  RETURNING s.partner_id, s.item_id, s.location_id, s.listed, s.version, present.location_ref)`,
    `delisted AS (
  SELECT emptied.*, i.external_ref FROM emptied JOIN items i ON i.partner_id = emptied.partner_id AND i.item_id = emptied.item_id
  WHERE emptied.listed)`,
    outboxCte(
      bind,
      { type: "catalog.item.deleted", partnerId, atMs },
      {
        from: "delisted",
        data: {
          external_ref: "external_ref",
          item_id: "wire_id('itm', item_id)",
          location_ref: "location_ref",
          location_id: "wire_id('loc', location_id)",
          version: "version + 1",
        },
      },
    ),
    `deleted AS (
  DELETE FROM locations l USING present
  WHERE l.partner_id = present.partner_id AND l.location_id = present.location_id
  RETURNING l.location_id, l.location_ref)`,
    "shown AS (SELECT location_id, location_ref, (SELECT count(*) FROM delisted)::int4 AS deleted_items FROM deleted)",
    `result AS (
  SELECT (SELECT row_to_json(shown) FROM shown) AS outcome,
    CASE WHEN NOT EXISTS (SELECT FROM shown) THEN 'not_found' END AS refusal FROM permit)`,
  ];
}

/** The partner's location of this ref, if there is one. */
export async function readLocation(
  database: Database,
  { partnerId, locationRef }: LocationName,
): Promise<LocationRow | undefined> {
  const rows = await database.queryRows(
    `SELECT row_to_json(l) FROM (SELECT ${COLUMNS} FROM locations WHERE partner_id = $1 AND location_ref = $2) l`,
    [partnerId, locationRef],
  );
  return rows[0]?.[0] as LocationRow | undefined;
}

/** At most `rows` locations of the partner, the newest first, after the one of id `after`. */
export async function readLocations(
  database: Database,
  { partnerId, after, rows }: { partnerId: string; after: string | undefined; rows: number },
): Promise<LocationRow[]> {
  const found = await newestRows(database, {
    table: "locations",
    id: "location_id",
    columns: COLUMNS,
    where: (bind) => [`partner_id = ${bind(partnerId, "uuid")}`],
    after,
    rows,
  });
  return found as LocationRow[];
}

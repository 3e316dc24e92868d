import type { Database } from "../db/client.ts";
import type { Point } from "../geo/point.ts";
import { Problem } from "../http/problem.ts";
import {
  type DetailRegisters,
  type KeptRegisters,
  registersOfKept,
  registersOfWhole,
} from "./detail-registers.ts";
import { DETAILS, type DetailName } from "./entry.ts";
import type { KnownDetails } from "./plan.ts";

/**
 * What some requests must know of what is there before they can be written: those that name a location that does not
 * exist, or some of an item's details, or a photo taken far away. Others find out in the statement that they are not
 * among these. Whether it is still so is for the statement to see.
 */
export type Facts = {
  /** Those of the partner's locations that the request may mean. */
  readonly locations: ReadonlyMap<string, Point>;
  /** How many locations the partner has, counted up to two. */
  readonly locationCount: number;
  /** Its ref, when there is but one. */
  readonly soleLocationRef: string | null;
  readonly details: ReadonlyMap<string, KnownDetails>;
};

type DetailsRow = readonly [
  ref: string,
  revision: string,
  registers: KeptRegisters | null,
  observedAt: string | null,
  ...values: (string | null)[],
];

/** As much of kept registers as is read at once. */
const MAX_REGISTER_BYTES = 4 * 1024 * 1024;

/**
 * Looks up locations (the only one of all, too) and the details of items, by their refs.
 * @throws {Problem} 413 when the items' details come from more observations than can be read at once.
 */
export async function lookUp(
  database: Pick<Database, "queryRows">,
  partnerId: string,
  locationRefs: readonly string[],
  externalRefs: readonly string[],
): Promise<Facts> {
  const [found] = await database.queryRows(
    `WITH few AS (SELECT location_ref FROM locations WHERE partner_id = $1 LIMIT 2)
SELECT (SELECT count(*)::int4 FROM few), (SELECT min(location_ref) FROM few HAVING count(*) = 1),
  (SELECT coalesce(json_agg(json_build_array(location_ref, lat, lng)), '[]') FROM locations
   WHERE partner_id = $1 AND (location_ref = ANY ($2::text[]) OR location_ref = (SELECT min(location_ref) FROM few HAVING count(*) = 1))),
  (SELECT CASE WHEN coalesce(sum(octet_length(detail_registers::text)), 0) <= ${MAX_REGISTER_BYTES} THEN
     coalesce(json_agg(json_build_array(external_ref, xmin::text, detail_registers, details_observed_at, ${DETAILS.join(", ")})), '[]') END
   FROM items WHERE partner_id = $1 AND external_ref = ANY ($3::text[]))`,
    [partnerId, locationRefs, externalRefs],
  );
  const [locationCount, soleLocationRef, locations, details] = found as [
    number,
    string | null,
    [string, number, number][],
    DetailsRow[] | null,
  ];
  if (details === null) {
    const detail =
      "The details of these items come from too many observations to be merged at once. Send fewer entries.";
    throw new Problem("payload_too_large", detail);
  }
  return {
    locationCount,
    soleLocationRef,
    locations: new Map(locations.map(([ref, lat, lng]) => [ref, { lat, lng }])),
    details: new Map(
      details.map(
        (row) =>
          [row[0], { revision: row[1], whole: row[2] === null, registers: registersOfRow(row) }] as const,
      ),
    ),
  };
}

function registersOfRow([, , kept, observedAt, ...columns]: DetailsRow): DetailRegisters {
  const values = Object.fromEntries(DETAILS.map((name, i) => [name, columns[i] ?? null])) as Record<
    DetailName,
    string | null
  >;
  if (kept !== null) return registersOfKept(kept, values);
  return observedAt === null ? {} : registersOfWhole({ ...values, atMs: Date.parse(observedAt) });
}

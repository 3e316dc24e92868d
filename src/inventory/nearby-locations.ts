import type { Bind } from "../db/statement-values.ts";
import { CHORD_ARC_ERROR_M, chordArcSelect } from "../geo/chord-arc.ts";
import { type Band, coverBands } from "../geo/cover.ts";
import { toEcef } from "../geo/ecef.ts";
import type { NearbyQuery } from "./nearby-query.ts";

/**
 * A place in the order of locations: the distance in metres, or a rank that pure code gave.
 * Ties are broken by item, then location.
 */
export type RankedLocation = {
  readonly locationId: string;
  readonly partnerId: string;
  readonly nearness: number;
};

/**
 * Where rows are looked for: SELECTs of `location_id, partner_id, nearness`, nearest first. A statement reads
 * band after band until it has what it needs, so that in a dense place it never looks far.
 */
export type LocationBands = {
  readonly count: number;
  /** The locations of the band that the SQL expression `band` numbers, from 1. */
  readonly select: (band: string) => string;
};

/** Locations within `radiusM` of the point by H3 cover, in bands of growing distance, from `fromM` on. */
export function locationsAround(
  query: NearbyQuery,
  radiusM: number,
  fromM: number,
  bind: Bind,
): LocationBands {
  return locationBands(query, coverBands(query.point, radiusM, fromM), fromM, bind);
}

/** All locations within `radiusM` of the point, as one band. */
export function locationsWithin(query: NearbyQuery, radiusM: number, bind: Bind): LocationBands {
  const bands = coverBands(query.point, radiusM, radiusM);
  return locationBands(query, bands, 0, bind);
}

/** Locations that pure code has chosen and ranked. */
export function listedLocations(locations: readonly RankedLocation[], bind: Bind): LocationBands {
  const ids = bind(
    locations.map(({ locationId }) => locationId),
    "uuid[]",
  );
  const partners = bind(
    locations.map(({ partnerId }) => partnerId),
    "uuid[]",
  );
  const nearness = bind(
    locations.map((location) => location.nearness),
    "float8[]",
  );
  return {
    count: 1,
    select: () => `SELECT location_id, partner_id, nearness
FROM unnest(${ids}, ${partners}, ${nearness}) AS listed (location_id, partner_id, nearness)
ORDER BY nearness OFFSET 0`,
  };
}

function locationBands(query: NearbyQuery, bands: readonly Band[], fromM: number, bind: Bind): LocationBands {
  // The estimate may lie a hair beyond the rim where the geodesic lies within: pure code decides there.
  const outerM = bands.map((band, i) =>
    i === bands.length - 1 ? band.outerM + CHORD_ARC_ERROR_M : band.outerM,
  );
  const outer = bind(outerM, "float8[]");
  // What lies at `fromM` itself is in the first band: whoever asks knows better which of it to leave out.
  const beyond = bind([fromM - 1, ...outerM.slice(0, -1)], "float8[]");
  const { xM, yM, zM } = toEcef(query.point);
  const point = { xM: bind(xM, "float8"), yM: bind(yM, "float8"), zM: bind(zM, "float8") };
  const candidates = candidatesOf(query, bands, bind);
  return {
    count: bands.length,
    select: (band) => `SELECT location_id, partner_id, distance_m AS nearness
FROM (${chordArcSelect({
      from: candidates(band),
      carry: ["location_id", "partner_id"],
      point,
      row: { xM: "x_m", yM: "y_m", zM: "z_m" },
    })}) AS measured
WHERE distance_m > (${beyond})[${band}] AND distance_m <= (${outer})[${band}]
ORDER BY distance_m OFFSET 0`,
  };
}

/** Locations that may lie in a band: those whose cell is in its cover, or the one that was asked for. */
function candidatesOf(query: NearbyQuery, bands: readonly Band[], bind: Bind): (band: string) => string {
  const { partnerId, locationId } = query;
  const tenant = partnerId === undefined ? "" : ` AND partner_id = ${bind(partnerId, "uuid")}`;
  const columns = "location_id, partner_id, x_m, y_m, z_m";
  if (locationId !== undefined) {
    const id = bind(locationId, "uuid");
    return () => `(SELECT ${columns} FROM locations WHERE location_id = ${id}${tenant}) AS candidate`;
  }
  const ranges = bands.flatMap((band) => band.ranges);
  const starts = [1];
  for (const band of bands) starts.push((starts.at(-1) ?? 1) + band.ranges.length);
  const lo = bind(
    ranges.map((range) => range.lo),
    "bigint[]",
  );
  const hi = bind(
    ranges.map((range) => range.hi),
    "bigint[]",
  );
  const start = bind(starts, "int[]");
  // OFFSET 0 keeps the planner from joining in another way than one index descent for each range.
  return (band) => {
    const slice = `(${start})[${band}] : (${start})[${band} + 1] - 1`;
    return `unnest((${lo})[${slice}], (${hi})[${slice}]) AS range (lo, hi)
CROSS JOIN LATERAL (SELECT ${columns} FROM locations WHERE h3_cell BETWEEN range.lo AND range.hi${tenant} OFFSET 0) AS candidate`;
  };
}

import type { Statement } from "../../db/client.ts";
import { bindRows, statementValues } from "../../db/statement-values.ts";
import { cellRange } from "../../geo/cells.ts";

/** A cell, what its version was when last looked at, and up to how much there its shelves are wanted. */
export type CellToCheck = {
  readonly cell: string;
  readonly knownVersion: string | undefined;
  readonly maxLocations: number;
  readonly maxRows: number;
};

/**
 * Rows `locations, rows, version, shelves`, one for each cell, in order: how many locations of approved partners it has,
 * though none is counted beyond one more than wanted; how many stock rows these have; what changes whenever one of them
 * does; and `[locationId, partnerId, version, rowCount]` of each, unless the version is known or there is more
 * than wanted.
 *
 * Subqueries with OFFSET 0 are index look-ups, with nothing else for the planner to weigh.
 */
export function checkStatement(cells: readonly CellToCheck[]): Statement {
  const { bind, values } = statementValues();
  const asked = bindRows(bind, "cell", cells, {
    lo: ["bigint", ({ cell }) => cellRange(cell).lo],
    hi: ["bigint", ({ cell }) => cellRange(cell).hi],
    known_version: ["text", ({ knownVersion }) => knownVersion ?? null],
    max_locations: ["int", ({ maxLocations }) => maxLocations],
    max_rows: ["int", ({ maxRows }) => maxRows],
  });
  const text = `SELECT total.locations::int, total.rows::int, total.version, listed.shelves
FROM ${asked}
CROSS JOIN LATERAL (
  SELECT count(*) AS locations, coalesce(sum(row_count), 0) AS rows,
    count(*) || '.' || coalesce(sum(uuid_hash_extended(location_id, hashint8extended(catalog_version, version))), 0) AS version
  FROM ${SHELVES_OF_CELL} AS shelf OFFSET 0) AS total
CROSS JOIN LATERAL (
  SELECT json_agg(json_build_array(location_id, partner_id, ${SHELF_VERSION}, row_count)) AS shelves
  FROM ${SHELVES_OF_CELL} AS shelf
  WHERE total.locations <= cell.max_locations AND total.rows <= cell.max_rows
    AND total.version IS DISTINCT FROM cell.known_version) AS listed
ORDER BY cell.ordinal`;
  return { text, values };
}

/** SQL of the version of a shelf, as nearby shows it. */
export const SHELF_VERSION = "catalog_version || '.' || version";

const SHELVES_OF_CELL = `(
    SELECT s.location_id, s.partner_id, s.version, s.row_count, p.catalog_version
    FROM (SELECT location_id, partner_id FROM locations WHERE h3_cell BETWEEN cell.lo AND cell.hi OFFSET 0) AS l
    CROSS JOIN LATERAL (SELECT * FROM shelves WHERE location_id = l.location_id AND partner_id = l.partner_id OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT catalog_version FROM partners WHERE partner_id = l.partner_id AND status = 'approved' OFFSET 0) AS p
    LIMIT cell.max_locations + 1)`;

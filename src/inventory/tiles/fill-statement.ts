import type { Statement } from "../../db/client.ts";
import { bindRows, statementValues } from "../../db/statement-values.ts";
import { SHELF_VERSION } from "./check-statement.ts";

/** A location whose shelf is wanted: UUIDs. */
export type WantedShelf = { readonly locationId: string; readonly partnerId: string };

export type FillLimits = {
  /** A shelf with more rows, listed or not, is too large; and not more are read in all. */
  readonly maxRows: number;
  /** Of JSON. */
  readonly maxBytes: number;
};

/**
 * Rows `ordinal, kind, shelf`, one for each location that an approved partner still has, numbered from 1 as it is wanted.
 * `kind` is `read`; `too_large`; or `cut`: beside those before it there was no room for it. `shelf` is JSON, null but of
 * those read: `[columns of the location, items, rows]`, each as in `ShelfRecord`. An item comes with the first shelf that
 * has it, and rows name it by its place among all of them.
 *
 * Rows meet their items by a FULL JOIN, though none is without the other: the planner expects few rows, and might make
 * any other join a loop over thousands times thousands.
 */
export function fillStatement(wanted: readonly WantedShelf[], { maxRows, maxBytes }: FillLimits): Statement {
  const { bind, values } = statementValues();
  const asked = bindRows(bind, "wanted", wanted, {
    location_id: ["uuid", ({ locationId }) => locationId],
    partner_id: ["uuid", ({ partnerId }) => partnerId],
  });
  const mostRows = bind(maxRows, "int");
  const mostBytes = bind(maxBytes, "int");
  const text = `WITH there AS MATERIALIZED (
  SELECT ordinal, location_id, partner_id, location, row_count,
    sum(row_count) FILTER (WHERE row_count <= ${mostRows}) OVER (ORDER BY ordinal) AS rows_so_far
  FROM (
    SELECT wanted.ordinal, wanted.location_id, wanted.partner_id, s.row_count, json_build_array(${LOCATION_COLUMNS})::text AS location
    FROM ${asked}
    CROSS JOIN LATERAL (SELECT * FROM locations WHERE location_id = wanted.location_id AND partner_id = wanted.partner_id OFFSET 0) AS l
    CROSS JOIN LATERAL (SELECT * FROM shelves WHERE location_id = wanted.location_id AND partner_id = wanted.partner_id OFFSET 0) AS s
    CROSS JOIN LATERAL (SELECT * FROM partners WHERE partner_id = wanted.partner_id AND status = 'approved' OFFSET 0) AS p) AS found
), stock AS MATERIALIZED (
  SELECT there.ordinal, s.item_id, s.partner_id, ${ROW_COLUMNS} AS columns
  FROM there
  CROSS JOIN LATERAL (SELECT * FROM stock_rows WHERE location_id = there.location_id AND partner_id = there.partner_id AND listed OFFSET 0) AS s
  LEFT JOIN LATERAL (SELECT * FROM proofs WHERE proof_id = s.proof_id AND partner_id = s.partner_id OFFSET 0) AS f ON true
  WHERE there.row_count <= ${mostRows} AND there.rows_so_far <= ${mostRows}
), item AS MATERIALIZED (
  SELECT first.item_id, first.ordinal, row_number() OVER (ORDER BY first.ordinal, first.item_id) - 1 AS place, ${ITEM_COLUMNS} AS columns
  FROM (SELECT item_id, partner_id, min(ordinal) AS ordinal FROM stock GROUP BY item_id, partner_id) AS first
  CROSS JOIN LATERAL (SELECT * FROM items WHERE item_id = first.item_id AND partner_id = first.partner_id OFFSET 0) AS i
), shelf AS (
  SELECT s.ordinal, string_agg('[' || i.place || ',' || s.columns || ']', ',' ORDER BY s.item_id) AS rows,
    string_agg(i.columns, ',' ORDER BY i.place) FILTER (WHERE i.ordinal = s.ordinal) AS items,
    sum(octet_length(i.columns) + 1) AS item_bytes
  FROM stock s FULL JOIN item i ON i.item_id = s.item_id GROUP BY s.ordinal
), sized AS (
  SELECT ordinal, shelf, is_too_large, rows_so_far,
    sum(CASE WHEN is_too_large THEN ${mostBytes} + 1 ELSE octet_length(shelf) END) FILTER (WHERE row_count <= ${mostRows}) OVER (ORDER BY ordinal) AS bytes_so_far
  FROM (
    SELECT there.*, parts.shelf,
      row_count > ${mostRows} OR coalesce(octet_length(location) + octet_length(rows) + item_bytes + 6 > ${mostBytes}, false) AS is_too_large
    FROM there LEFT JOIN shelf ON shelf.ordinal = there.ordinal
    CROSS JOIN LATERAL (SELECT '[' || location || ',[' || coalesce(items, '') || '],[' || coalesce(rows, '') || ']]' AS shelf) AS parts) AS whole
)
SELECT ordinal::int, kind, CASE WHEN kind = 'read' THEN shelf END
FROM sized CROSS JOIN LATERAL (
  SELECT CASE WHEN is_too_large THEN 'too_large' WHEN rows_so_far > ${mostRows} OR bytes_so_far > ${mostBytes} THEN 'cut' ELSE 'read' END AS kind) AS fate`;
  return { text, values };
}

const LOCATION_COLUMNS = `${SHELF_VERSION}, l.name, p.name, l.h3_cell::text, l.lat, l.lng, l.x_m, l.y_m, l.z_m, l.timezone, l.opening_hours, l.delivery_radius_m, l.prep_minutes, l.speed_kmh`;

/** Of a JSON array; written out, since `json_build_array` takes thrice as long. */
const ITEM_COLUMNS = `'["' || i.item_id || '",' || ${[
  "external_ref",
  "title",
  "brand",
  "category",
  "gtin",
  "image_url",
  "buy_url",
]
  .map((name) => `coalesce(to_json(i.${name})::text, 'null')`)
  .join(" || ',' || ")} || ']'`;

const epochMs = (instant: string) => `(date_part('epoch', ${instant}) * 1000)::int8`;

const PROOF_COLUMNS = `'["' || f.proof_id || '","' || f.kind || '",' || coalesce(to_json(f.media_url)::text, 'null') || ','
    || coalesce('"' || encode(f.sha256, 'hex') || '"', 'null') || ',' || ${epochMs("f.captured_at")} || ',' || ${epochMs("f.received_at")} || ','
    || coalesce(f.distance_from_location_m::text, 'null') || ']'`;

/** Without what is around and before them: see `RowRecord`. */
const ROW_COLUMNS = `${epochMs("s.verified_at")} || ',' || s.price_amount || ',' || greatest(s.quantity - s.reserved, 0)
    || ',"' || s.price_currency || '","' || s.availability || '","' || s.verification_method || '"' || coalesce(',' || ${PROOF_COLUMNS}, '')`;

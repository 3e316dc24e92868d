import { epochMs } from "./counted-statement.ts";
import type { RowsOfScope } from "./rows-of-scope.ts";

/** How many of the newest proofs, and of the worst offenders of each kind, are shown. */
const SHOWN = 10;

const WORST_FIRST = {
  low_stock: "quantity, verified_at, item_id, location_id",
  out_of_stock: "updated_at, item_id, location_id",
} as const;

/** Tables `newest` and `offenders`, which the JSON below is made of. */
export function attentionCtes(rows: RowsOfScope, isWholePartner: boolean): readonly string[] {
  const listed = ["s.listed", ...rows.where].join(" AND ");
  return [
    `newest AS MATERIALIZED (${isWholePartner ? newestOfPartner(rows.partner) : newestOfRows(rows, listed)})`,
    `offenders AS MATERIALIZED (
  SELECT s.item_id, s.location_id, s.availability, greatest(0, s.quantity - s.reserved) AS quantity, s.verified_at, s.updated_at
  FROM ${rows.alone} WHERE ${listed} AND s.availability IN ('low_stock', 'out_of_stock'))`,
  ];
}

/** From the newest proof on, until enough are found that a listed row shows. */
function newestOfPartner(partner: string): string {
  return `SELECT f.proof_id, f.received_at, s.item_id, s.location_id
  FROM (SELECT proof_id, received_at FROM proofs WHERE partner_id = ${partner} AND EXISTS (SELECT FROM due) ORDER BY received_at DESC, proof_id DESC) AS f
  CROSS JOIN LATERAL (SELECT item_id, location_id FROM stock_rows WHERE proof_id = f.proof_id AND partner_id = ${partner} AND listed OFFSET 0) AS s
  ORDER BY f.received_at DESC, f.proof_id DESC LIMIT ${SHOWN}`;
}

function newestOfRows({ alone }: RowsOfScope, listed: string): string {
  return `SELECT f.proof_id, f.received_at, s.item_id, s.location_id
  FROM ${alone} JOIN proofs f ON f.proof_id = s.proof_id AND f.partner_id = s.partner_id WHERE ${listed}
  ORDER BY f.received_at DESC, f.proof_id DESC LIMIT ${SHOWN}`;
}

/** The proofs, newest first: JSON of `ProofRow`s. */
export function newestProofsJson(partner: string): string {
  return `(SELECT coalesce(json_agg(json_build_object(
      'proof_id', f.proof_id, 'kind', f.kind, 'media_url', f.media_url, 'sha256', encode(f.sha256, 'hex'),
      'captured_ms', ${epochMs("f.captured_at")}, 'received_ms', ${epochMs("f.received_at")}, 'distance_m', f.distance_from_location_m,
      ${ROW_MEMBERS}) ORDER BY f.received_at DESC, f.proof_id DESC), '[]')
    FROM newest n JOIN proofs f ON f.proof_id = n.proof_id AND f.partner_id = ${partner} ${namesOf("n", partner)})`;
}

/** The worst of those with this availability, worst first: JSON of `OffenderRow`s. */
export function worstJson(availability: keyof typeof WORST_FIRST, partner: string): string {
  const order = WORST_FIRST[availability];
  return `(SELECT coalesce(json_agg(json_build_object(
      ${ROW_MEMBERS}, 'title', i.title, 'quantity', w.quantity, 'verified_ms', ${epochMs("w.verified_at")}) ORDER BY w.place), '[]')
    FROM (SELECT o.*, row_number() OVER (ORDER BY ${order}) AS place FROM (
      SELECT * FROM offenders WHERE availability = '${availability}' ORDER BY ${order} LIMIT ${SHOWN}) AS o) AS w ${namesOf("w", partner)})`;
}

const ROW_MEMBERS =
  "'item_id', i.item_id, 'external_ref', i.external_ref, 'location_id', l.location_id, 'location_ref', l.location_ref";

function namesOf(row: string, partner: string): string {
  return `JOIN items i ON i.item_id = ${row}.item_id AND i.partner_id = ${partner}
    JOIN locations l ON l.location_id = ${row}.location_id AND l.partner_id = ${partner}`;
}

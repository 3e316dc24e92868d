import type { Client } from "pg";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../src/stock-words.ts";

/** What a dashboard asks without a summary: a query for each panel, as one writes it. */
export type NaiveAnswer = {
  readonly availability: readonly Row[];
  readonly freshness: readonly Row[];
  readonly proofs: readonly Row[];
  readonly newest: readonly Row[];
  readonly lowStock: readonly Row[];
  readonly outOfStock: readonly Row[];
  readonly byCategory: readonly Row[];
  readonly byLocation: readonly Row[];
};
type Row = Readonly<Record<string, unknown>>;

const AGE = "floor(greatest(0, extract(epoch FROM $2::timestamptz - s.verified_at)))::int4";
const ROWS = "s.partner_id = $1 AND s.listed";
const AGES = `count(*) FILTER (WHERE s.verified_at >= $2::timestamptz - interval '24 hours')::int4 AS fresh,
  count(*) FILTER (WHERE s.verified_at < $2::timestamptz - interval '48 hours')::int4 AS stale,
  percentile_disc(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY ${AGE}) AS percentiles, max(${AGE}) AS max`;
const COUNTS = [
  "count(*)::int4 AS total",
  ...AVAILABILITIES.map((name) => `count(*) FILTER (WHERE s.availability = '${name}')::int4 AS ${name}`),
  ...VERIFICATION_METHODS.map((kind) => `count(*) FILTER (WHERE f.kind = '${kind}')::int4 AS proof_${kind}`),
].join(", ");

const QUERIES: Readonly<Record<keyof NaiveAnswer, string>> = {
  availability: `SELECT s.availability, count(*)::int4 AS count, $2::timestamptz AS at FROM stock_rows s WHERE ${ROWS} GROUP BY 1`,
  freshness: `SELECT ${AGES} FROM stock_rows s WHERE ${ROWS}`,
  proofs: `SELECT f.kind, count(*)::int4 AS count, $2::timestamptz AS at FROM stock_rows s JOIN proofs f USING (proof_id) WHERE ${ROWS} GROUP BY 1`,
  newest: `SELECT f.*, i.external_ref, l.location_ref, $2::timestamptz AS at FROM stock_rows s JOIN proofs f USING (proof_id)
    JOIN items i ON i.item_id = s.item_id JOIN locations l ON l.location_id = s.location_id
    WHERE ${ROWS} ORDER BY f.received_at DESC, f.proof_id DESC LIMIT 10`,
  lowStock: worst(
    "low_stock",
    "greatest(0, s.quantity - s.reserved), s.verified_at, s.item_id, s.location_id",
  ),
  outOfStock: worst("out_of_stock", "s.updated_at, s.item_id, s.location_id"),
  byCategory: `SELECT i.category, ${COUNTS}, ${AGES} FROM stock_rows s JOIN items i USING (item_id) LEFT JOIN proofs f USING (proof_id)
    WHERE ${ROWS} GROUP BY i.category ORDER BY i.category`,
  byLocation: `SELECT l.location_ref, ${COUNTS}, ${AGES}, max(s.verified_at) AS last_verified_at
    FROM locations l JOIN stock_rows s USING (location_id) LEFT JOIN proofs f USING (proof_id)
    WHERE ${ROWS} GROUP BY l.location_ref ORDER BY l.location_ref`,
};

function worst(availability: string, order: string): string {
  return `SELECT i.external_ref, l.location_ref, s.quantity, s.verified_at, $2::timestamptz AS at
    FROM stock_rows s JOIN items i USING (item_id) JOIN locations l USING (location_id)
    WHERE ${ROWS} AND s.availability = '${availability}' ORDER BY ${order} LIMIT 10`;
}

export async function askNaively(client: Client, partnerId: string, nowMs: number): Promise<NaiveAnswer> {
  const answer: Record<string, readonly Row[]> = {};
  for (const [name, text] of Object.entries(QUERIES)) {
    answer[name] = (await client.query(text, [partnerId, new Date(nowMs)])).rows;
  }
  return answer as NaiveAnswer;
}

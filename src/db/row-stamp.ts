/**
 * The expression `stamp` with the instant `at` for what changes in a partner's listed rows now: later than all before it,
 * whatever the Worker's clock says and however long the turn took to come, so that who polls `updated_since` misses
 * nothing. To be written in the partner's `catalogTurn`; `partner` and `now` are SQL.
 */
export function rowStampCte(partner: string, now: string): string {
  return `stamp AS MATERIALIZED (
  SELECT greatest(${now}, (SELECT updated_at + interval '1 millisecond' FROM stock_rows WHERE partner_id = ${partner} AND listed ORDER BY updated_at DESC LIMIT 1)) AS at)`;
}

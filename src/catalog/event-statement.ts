import { type Bind, bindInstant } from "../db/statement-values.ts";
import { ITEM_NAMES, itemUpsertedCte, proofSql } from "../outbox/item-upserted.ts";
import { outboxCte } from "../outbox/outbox-cte.ts";

/** One event for each row that changed and that is, or was, listed. */
export function eventCtes(
  bind: Bind,
  partnerId: string,
  nowMs: number,
  mayDelist: boolean,
): readonly string[] {
  const partner = bind(partnerId, "uuid");
  return [
    `told_rows AS MATERIALIZED (SELECT * FROM rows_now WHERE changed AND (listed OR was_listed))`,
    // Few locations, many rows: their ids take their wire form once.
    `places AS MATERIALIZED (
  SELECT location_id, location_ref, wire_id('loc', location_id) AS wire_location_id FROM locations
  WHERE partner_id = ${partner} AND location_id IN (SELECT location_id FROM told_rows))`,
    `told AS (
  SELECT w.*, k.external_ref, k.title AS item_title, k.brand, k.category, k.gtin, k.image_url, k.buy_url,
    places.location_ref, places.wire_location_id, ${toldProofSql(bindInstant(bind, nowMs))} AS proof
  FROM told_rows w JOIN known_items k ON k.ordinal = w.item_ordinal JOIN places ON places.location_id = w.location_id
  LEFT JOIN asked_proofs p ON p.row_ordinal = w.ordinal AND p.new_proof_id = w.proof_id
  LEFT JOIN photos d ON d.row_ordinal = p.row_ordinal
  LEFT JOIN proofs f ON f.proof_id = w.proof_id AND f.partner_id = ${partner})`,
    itemUpsertedCte(bind, { partnerId, atMs: nowMs }, "(SELECT * FROM told WHERE listed) AS told"),
    ...(mayDelist
      ? [
          outboxCte(
            bind,
            { type: "catalog.item.deleted", partnerId, atMs: nowMs },
            {
              from: "(SELECT * FROM told WHERE NOT listed) AS told",
              data: { ...ITEM_NAMES, version: "version" },
            },
          ),
        ]
      : []),
  ];
}

/** The proof of the row `w`: the new one `p`, which arrived at `now`, or the one it had, `f`. */
function toldProofSql(now: string): string {
  const columns: Readonly<Record<string, string>> = {
    sha256: "coalesce(p.sha256, encode(f.sha256, 'hex'))",
    received_at: `coalesce(f.received_at, ${now})`,
    distance_from_location_m: "coalesce(d.given_distance_m, d.distance_m, f.distance_from_location_m)",
  };
  return proofSql("w.proof_id", (column) => columns[column] ?? `coalesce(p.${column}, f.${column})`);
}

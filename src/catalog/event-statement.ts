import { type Bind, bindInstant } from "../db/statement-values.ts";
import { jsonSql, outboxCte } from "../outbox/outbox-cte.ts";
import { isoSql } from "./judge-statement.ts";

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
    places.location_ref, places.wire_location_id, ${proofSql(bindInstant(bind, nowMs))} AS proof
  FROM told_rows w JOIN known_items k ON k.ordinal = w.item_ordinal JOIN places ON places.location_id = w.location_id
  LEFT JOIN asked_proofs p ON p.row_ordinal = w.ordinal AND p.new_proof_id = w.proof_id
  LEFT JOIN photos d ON d.row_ordinal = p.row_ordinal
  LEFT JOIN proofs f ON f.proof_id = w.proof_id AND f.partner_id = ${partner})`,
    outboxCte(
      bind,
      { type: "catalog.item.upserted", partnerId, atMs: nowMs },
      {
        from: "(SELECT * FROM told WHERE listed) AS told",
        data: {
          ...NAMES,
          title: "item_title",
          brand: "brand",
          category: "category",
          gtin: "gtin",
          image_url: "image_url",
          buy_url: "buy_url",
          price: jsonSql({ amount: "price_amount", currency: "price_currency" }),
          stock: jsonSql({ quantity: "quantity", availability: "availability" }),
          proof: "proof",
          verification_method: "verification_method",
          verified_at: isoSql("verified_at"),
          observed_at: isoSql("greatest(price_observed_at, stock_observed_at)"),
          version: "version",
        },
      },
    ),
    ...(mayDelist
      ? [
          outboxCte(
            bind,
            { type: "catalog.item.deleted", partnerId, atMs: nowMs },
            { from: "(SELECT * FROM told WHERE NOT listed) AS told", data: NAMES },
          ),
        ]
      : []),
  ];
}

const NAMES = {
  external_ref: "external_ref",
  item_id: "wire_id('itm', item_id)",
  location_ref: "location_ref",
  location_id: "wire_location_id",
};

/** The proof of the row `w`: the new one `p`, which arrived at `now`, or the one it had, `f`. */
function proofSql(now: string): string {
  const members = {
    proof_id: "wire_id('prf', w.proof_id)",
    kind: "coalesce(p.kind, f.kind)",
    media_url: "coalesce(p.media_url, f.media_url)",
    sha256: "coalesce(p.sha256, encode(f.sha256, 'hex'))",
    captured_at: isoSql("coalesce(p.captured_at, f.captured_at)"),
    captured_lat: "coalesce(p.captured_lat, f.captured_lat)",
    captured_lng: "coalesce(p.captured_lng, f.captured_lng)",
    received_at: isoSql(`coalesce(f.received_at, ${now})`),
    distance_from_location_m: "round(coalesce(d.given_distance_m, d.distance_m, f.distance_from_location_m))",
  };
  return `CASE WHEN w.proof_id IS NOT NULL THEN ${jsonSql(members)} END`;
}

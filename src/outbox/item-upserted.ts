import { type Bind, isoSql } from "../db/statement-values.ts";
import { jsonSql, outboxCte } from "./outbox-cte.ts";

/** How events name an item at a location: of a row with these columns, and `wire_location_id`. */
export const ITEM_NAMES = {
  external_ref: "external_ref",
  item_id: "wire_id('itm', item_id)",
  location_ref: "location_ref",
  location_id: "wire_location_id",
};

/**
 * `outboxCte` of `catalog.item.upserted` for each row of `from`: the columns of a stock row as it now is, those of
 * `ITEM_NAMES`, the item's details (its title as `item_title`), and `proof`, as `proofSql` makes it.
 */
export function itemUpsertedCte(
  bind: Bind,
  { partnerId, atMs }: { readonly partnerId: string; readonly atMs: number },
  from: string,
): string {
  return outboxCte(
    bind,
    { type: "catalog.item.upserted", partnerId, atMs },
    {
      from,
      data: {
        ...ITEM_NAMES,
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
  );
}

/** A column of `proofs`; of `sha256`, its hexadecimal digits. */
type ProofColumn =
  | "kind"
  | "media_url"
  | "sha256"
  | "captured_at"
  | "captured_lat"
  | "captured_lng"
  | "received_at"
  | "distance_from_location_m";

/** SQL of a proof as events show it, by the SQL of its columns; null where `proofId`, a UUID, is. */
export function proofSql(proofId: string, columnSql: (column: ProofColumn) => string): string {
  const members = {
    proof_id: `wire_id('prf', ${proofId})`,
    kind: columnSql("kind"),
    media_url: columnSql("media_url"),
    sha256: columnSql("sha256"),
    captured_at: isoSql(columnSql("captured_at")),
    captured_lat: columnSql("captured_lat"),
    captured_lng: columnSql("captured_lng"),
    received_at: isoSql(columnSql("received_at")),
    distance_from_location_m: `round(${columnSql("distance_from_location_m")})`,
  };
  return `CASE WHEN ${proofId} IS NOT NULL THEN ${jsonSql(members)} END`;
}

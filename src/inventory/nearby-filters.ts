import type { Bind } from "../db/statement-values.ts";
import { gtin14 } from "../gtin.ts";
import { queryKeys } from "../words.ts";
import type { NearbyQuery } from "./nearby-query.ts";

/** Why a row within the radius that matches the words and filters is left out; SQL can decide these. */
export type RowReason = "availability" | "quantity" | "stale" | "no_proof" | "price";

/** What a stock row `s` must be to be shown, in the order in which `explain` gives reasons. */
export function rowConditions(
  query: NearbyQuery,
  nowMs: number,
  bind: Bind,
): readonly (readonly [RowReason, string])[] {
  const { availability, minQty, maxAgeS, proofRequired, maxPrice, currency } = query;
  const oldest = new Date(nowMs - maxAgeS * 1000).toISOString();
  const conditions: (readonly [RowReason, string])[] = [
    ["availability", `s.availability = ANY (${bind(availability, "availability[]")})`],
    [
      "quantity",
      `(greatest(s.quantity - s.reserved, 0) >= ${bind(minQty, "int")} OR s.availability IN ('on_request', 'scheduled_only'))`,
    ],
    ["stale", `s.verified_at >= ${bind(oldest, "timestamptz")}`],
  ];
  if (proofRequired) conditions.push(["no_proof", "s.proof_id IS NOT NULL"]);
  if (currency !== undefined) conditions.push(["price", `s.price_currency = ${bind(currency, "text")}`]);
  if (maxPrice !== undefined) conditions.push(["price", `s.price_amount <= ${bind(maxPrice, "bigint")}`]);
  return conditions;
}

/** What the item `i` of a stock row must be; none when the query does not look at items. */
export function itemConditions(query: NearbyQuery, bind: Bind): readonly string[] {
  const conditions: string[] = [];
  if (query.category !== undefined) conditions.push(`i.category = ${bind(query.category, "text")}`);
  if (query.gtin !== undefined) conditions.push(`i.gtin = ${bind(query.gtin, "text")}`);
  if (query.product !== undefined) conditions.push(productCondition(query.product, bind));
  return conditions;
}

function productCondition(product: string, bind: Bind): string {
  const words = queryKeys(product).map((keys) => `i.search_keys && ${bind(keys, "text[]")}`);
  if (words.length === 0) return "false";
  const gtin = gtin14(product);
  const allWords = words.join(" AND ");
  return gtin === undefined ? allWords : `(i.gtin = ${bind(gtin, "text")} OR (${allWords}))`;
}

/** A SELECT of stock rows `s` at a location `l` of an approved partner; a caller may add to its end. */
export type StockRowsAt = (columns: string) => string;

/** Listed stock rows whose item and which themselves satisfy the conditions. */
export function stockRowsAt(ofItem: readonly string[], ofRow: readonly string[]): StockRowsAt {
  const tables =
    ofItem.length === 0
      ? "stock_rows s"
      : "items i JOIN stock_rows s ON s.item_id = i.item_id AND s.partner_id = i.partner_id AND i.partner_id = l.partner_id";
  const where = [...ofItem, ...ofRow].map((condition) => `\n  AND ${condition}`).join("");
  return (columns) => `SELECT ${columns} FROM ${tables}
WHERE s.location_id = l.location_id AND s.partner_id = l.partner_id AND s.listed
  AND EXISTS (SELECT FROM partners p WHERE p.partner_id = l.partner_id AND p.status = 'approved')${where}`;
}

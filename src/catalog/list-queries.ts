import type { Database } from "../db/client.ts";
import { bindInstant, statementValues } from "../db/statement-values.ts";
import type { Availability } from "../stock-words.ts";
import type { ListPosition } from "./list-cursor.ts";
import type { ListedRow } from "./records.ts";

export type CatalogListQuery = {
  readonly updatedSinceMs: number | undefined;
  readonly externalRef: string | undefined;
  readonly locationRef: string | undefined;
  readonly availability: readonly Availability[];
  readonly after: ListPosition | undefined;
  readonly limit: number;
};

/** The partner's listed rows in the order of their last change, then item, then location. */
export async function readListed(
  database: Pick<Database, "queryRows">,
  partnerId: string,
  { updatedSinceMs, externalRef, locationRef, availability, after, limit }: CatalogListQuery,
): Promise<ListedRow[]> {
  const { bind, values } = statementValues();
  const partner = bind(partnerId, "uuid");
  const conditions = [
    `s.partner_id = ${partner}`,
    "s.listed",
    `s.availability = ANY (${bind(availability, "availability[]")})`,
  ];
  if (updatedSinceMs !== undefined) conditions.push(`s.updated_at >= ${bindInstant(bind, updatedSinceMs)}`);
  if (externalRef !== undefined) {
    const ref = bind(externalRef, "text");
    conditions.push(
      `s.item_id = (SELECT item_id FROM items WHERE partner_id = ${partner} AND external_ref = ${ref})`,
    );
  }
  if (locationRef !== undefined) {
    const ref = bind(locationRef, "text");
    conditions.push(
      `s.location_id = (SELECT location_id FROM locations WHERE partner_id = ${partner} AND location_ref = ${ref})`,
    );
  }
  if (after !== undefined) {
    const position = [
      bindInstant(bind, after.updatedAtMs),
      bind(after.itemId, "uuid"),
      bind(after.locationId, "uuid"),
    ];
    conditions.push(`(s.updated_at, s.item_id, s.location_id) > (${position.join(", ")})`);
  }
  const rows = await database.queryRows(
    `WITH page AS MATERIALIZED (
  SELECT s.* FROM stock_rows s WHERE ${conditions.join(" AND ")}
  ORDER BY s.updated_at, s.item_id, s.location_id LIMIT ${bind(limit, "int4")})
SELECT row_to_json(r) FROM (
  SELECT page.item_id, page.location_id, i.external_ref, l.location_ref, i.title, i.description, i.brand, i.category, i.gtin, i.image_url, i.buy_url,
    page.price_amount, page.price_currency, page.quantity, page.availability, page.verification_method, page.verified_at,
    coalesce(greatest(page.price_observed_at, page.stock_observed_at), page.verified_at) AS observed_at, page.version, page.updated_at,
    page.proof_id, f.kind, f.media_url, encode(f.sha256, 'hex') AS sha256, f.captured_at, f.captured_lat, f.captured_lng, f.received_at, f.distance_from_location_m
  FROM page
  JOIN items i ON i.item_id = page.item_id AND i.partner_id = page.partner_id
  JOIN locations l ON l.location_id = page.location_id AND l.partner_id = page.partner_id
  LEFT JOIN proofs f ON f.proof_id = page.proof_id AND f.partner_id = page.partner_id) AS r
ORDER BY r.updated_at, r.item_id, r.location_id`,
    values,
  );
  return rows.map(([row]) => row as ListedRow);
}

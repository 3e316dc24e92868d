import { Client } from "pg";
import { migrateDatabase } from "../../scripts/service/migrations.ts";

export const PARTNER_ID = "0198f000-0000-7000-8000-000000000001";
const NEIGHBOUR_ID = "0198f000-0000-7000-8000-000000000002";
const ITEMS = 1000;

/** How many shops each partner has; everything is at all of them. */
const SHOPS: Readonly<Record<string, number>> = { [PARTNER_ID]: 1000, [NEIGHBOUR_ID]: 200 };

/** A hash of its arguments, from 0 to 1: the same market each time. */
const CREATE_CHANCE = `CREATE FUNCTION pg_temp.chance(VARIADIC what text[]) RETURNS float8 LANGUAGE sql IMMUTABLE
  AS $$ SELECT (hashtextextended(array_to_string(what, '/'), 6) & 1048575) / 1048576.0 $$`;
const CREATE_ID = `CREATE FUNCTION pg_temp.id(VARIADIC what text[]) RETURNS uuid LANGUAGE sql IMMUTABLE
  AS $$ SELECT md5(array_to_string(what, '/'))::uuid $$`;

/**
 * A migrated database with a partner of 1,000 shops that have 1,000 items each, in 20 categories, 40 in 100 with a proof
 * and verified within the last 20 days, most of them lately; and a neighbour a fifth of its size.
 */
export async function createMillionRows(url: string): Promise<Client> {
  await migrateDatabase(url);
  const client = new Client({ connectionString: url, application_name: "snapact-bench" });
  client.on("error", () => undefined);
  await client.connect();
  // What triggers keep, metrics do not look at.
  for (const statement of ["SET session_replication_role = replica", CREATE_CHANCE, CREATE_ID]) {
    await client.query(statement);
  }
  for (const [partnerId, shops] of Object.entries(SHOPS)) {
    for (const statement of FILL) {
      await client.query(
        statement
          .replaceAll("$1", `'${partnerId}'`)
          .replaceAll("$2", String(shops))
          .replaceAll("$3", String(ITEMS)),
      );
    }
  }
  for (const statement of ["SET session_replication_role = origin", "VACUUM ANALYZE"]) {
    await client.query(statement);
  }
  return client;
}

const FILL = [
  "INSERT INTO partners (partner_id, name, contact_email, status) VALUES ($1, 'Marlow', 'pos@marlow.example', 'approved')",
  `INSERT INTO locations (location_id, partner_id, location_ref, name, lat, lng, h3_cell, x_m, y_m, z_m, timezone)
   SELECT pg_temp.id('shop', $1, l::text), $1, 'shop-' || lpad(l::text, 4, '0'), 'Shop ' || l, 6.5, 3.4, l, 1, 2, 3, 'Africa/Lagos'
   FROM generate_series(1, $2) AS l`,
  `INSERT INTO items (item_id, partner_id, external_ref, title, category, search_keys)
   SELECT pg_temp.id('item', $1, i::text), $1, 'SKU-' || i, 'Article ' || i, CASE WHEN i % 50 > 0 THEN 'category ' || i % 20 END, '{}'
   FROM generate_series(1, $3) AS i`,
  `CREATE TEMP TABLE shelf AS
   SELECT l, i, pg_temp.chance('stock', l::text, i::text) AS stock, pg_temp.chance('proof', l::text, i::text) AS proof,
     now() - pg_temp.chance('age', l::text, i::text) ^ 3 * interval '20 days' AS at
   FROM generate_series(1, $2) AS l, generate_series(1, $3) AS i`,
  `INSERT INTO proofs (proof_id, partner_id, location_id, item_id, kind, media_url, sha256, captured_at, received_at, distance_from_location_m, observed_json)
   SELECT pg_temp.id('proof', $1, l::text, i::text), $1, pg_temp.id('shop', $1, l::text), pg_temp.id('item', $1, i::text),
     CASE WHEN proof < 0.35 THEN 'shelf_snap' ELSE 'count' END::verification_method, 'https://media.example/' || l || '/' || i || '.jpg',
     sha256(convert_to(l || '/' || i, 'UTF8')), at, at + interval '4 seconds', 12, '{"captured_at":"2026-01-01T00:00:00.000Z","kind":"shelf_snap"}'
   FROM shelf WHERE proof < 0.4`,
  `INSERT INTO stock_rows (location_id, item_id, partner_id, proof_id, verified_at, price_amount, price_currency, availability, verification_method,
     quantity, price_observed_at, stock_observed_at, counted_observed_at, updated_at)
   SELECT pg_temp.id('shop', $1, l::text), pg_temp.id('item', $1, i::text), $1, CASE WHEN proof < 0.4 THEN pg_temp.id('proof', $1, l::text, i::text) END,
     at, 125000, 'NGN', (CASE WHEN stock < 0.8 THEN 'in_stock' WHEN stock < 0.9 THEN 'low_stock' WHEN stock < 0.96 THEN 'out_of_stock'
       WHEN stock < 0.98 THEN 'on_request' ELSE 'scheduled_only' END)::availability,
     (CASE WHEN proof < 0.35 THEN 'shelf_snap' WHEN proof < 0.4 THEN 'count' ELSE 'pos_sync' END)::verification_method,
     CASE WHEN stock < 0.8 THEN 6 + 100 * proof WHEN stock < 0.9 THEN 1 + 4 * proof ELSE 0 END, at, at, at, at - interval '1 day' * stock
   FROM shelf`,
  "DROP TABLE shelf",
];

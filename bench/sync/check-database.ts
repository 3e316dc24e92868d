import type { Client } from "pg";
import type { Phase } from "./phases.ts";
import type { Shelf } from "./shops.ts";

/** Every stock row as one text, in the order of the shelves; its events are those that name both of its refs. */
const READ_ROWS = `
  WITH events AS (
    SELECT data->>'external_ref' AS external_ref, data->>'location_ref' AS location_ref, count(*) AS count
    FROM (SELECT payload::json->'data' AS data FROM outbox_events WHERE type = 'catalog.item.upserted' OFFSET 0) e
    GROUP BY 1, 2)
  SELECT concat_ws('|', location_ref, external_ref, i.title, i.brand, i.category, i.gtin, i.description, i.image_url,
    i.buy_url, price_amount, price_currency, quantity, listed, version, pg_temp.epoch_ms(price_observed_at),
    pg_temp.epoch_ms(stock_observed_at), pg_temp.epoch_ms(verified_at), verification_method, encode(p.sha256, 'hex'), events.count)
  FROM stock_rows s JOIN items i USING (partner_id, item_id) JOIN locations l USING (partner_id, location_id)
  LEFT JOIN proofs p ON p.proof_id = s.proof_id LEFT JOIN events USING (external_ref, location_ref)
  ORDER BY location_ref COLLATE "C", external_ref COLLATE "C"`;

const CREATE_EPOCH_MS = `
  CREATE OR REPLACE FUNCTION pg_temp.epoch_ms(timestamptz) RETURNS int8 LANGUAGE sql AS 'SELECT (extract(epoch FROM $1) * 1000)::int8'`;

const READ_COUNTS = `
  SELECT (SELECT count(*) FROM items)::int4 AS items, (SELECT count(*) FROM stock_rows)::int4 AS stock_rows,
    (SELECT count(*) FROM proofs)::int4 AS proofs, (SELECT count(*) FROM outbox_events)::int4 AS events`;

/** Throws unless the database holds what it must after a phase: nothing else, each row to the last value. */
export async function requireDatabase(
  client: Client,
  shelves: readonly Shelf[],
  phase: Phase,
): Promise<void> {
  const wanted = shelves.map((shelf, row) => rowText(phase.shelfAt(shelf, row), row, phase)).sort();
  const versions = shelves.reduce((sum, _, row) => sum + phase.versionAt(row), 0);
  const counts = {
    items: new Set(shelves.map(({ product }) => product)).size,
    stock_rows: shelves.length,
    proofs: shelves.filter(({ proof }) => proof !== null).length,
    events: versions,
  };
  const { rows: counted } = await client.query(READ_COUNTS);
  requireSame(`after ${phase.name}`, JSON.stringify(counted[0]), JSON.stringify(counts));
  await client.query(CREATE_EPOCH_MS);
  const { rows } = await client.query<[string]>({ text: READ_ROWS, rowMode: "array" });
  const found = rows.map(([text]) => text).sort();
  for (const [i, text] of wanted.entries()) requireSame(`after ${phase.name}, row ${i}`, found[i], text);
}

function rowText(shelf: Shelf, row: number, phase: Phase): string {
  const { product, shop, proof } = shelf;
  const version = phase.versionAt(row);
  return [
    shop.locationRef,
    product.externalRef,
    product.title,
    product.brand,
    product.category,
    product.gtin,
    product.description,
    product.imageUrl,
    product.buyUrl,
    shelf.priceAmount,
    "USD",
    shelf.quantity,
    "t",
    version,
    phase.observedAtMs,
    phase.observedAtMs,
    phase.observedAtMs,
    proof === null ? "pos_sync" : "shelf_snap",
    proof?.sha256 ?? null,
    // One event for each version.
    version,
  ]
    .filter((value) => value !== null)
    .join("|");
}

function requireSame(what: string, found: string | undefined, wanted: string): void {
  if (found !== wanted) throw new Error(`${what}: the database has ${found} instead of ${wanted}`);
}

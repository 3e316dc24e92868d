import { apiKeySha256 } from "../../src/auth/api-key.ts";
import { SCOPES } from "../../src/auth/principal.ts";
import type { Point } from "../../src/geo/point.ts";
import { wireId } from "../../src/ids.ts";
import { demoApiKey } from "../dev-secrets.ts";
import { seededUuid } from "../import/random.ts";
import { FRESHEST_AGE_MS } from "./shelf.ts";
import { DEMO_PARTNERS, type DemoPartner, FIRST_ID_AFTER_SEED, ID_TIME_MS, SHOPS } from "./shops.ts";
import { demoTown, type Row, type Town } from "./town.ts";

/** Runs one statement and returns its rows. Parameters travel as text. */
export type Query = (text: string, params: readonly string[]) => Promise<readonly unknown[]>;

const DEMO_PARTNER: DemoPartner = firstPartner();

/** Whose API key the demo has: an approved partner with branches all over town. A wire id. */
export const demoPartnerId = wireId("ptr", DEMO_PARTNER.partnerId);

/** A delivery point in Yaba, with shops all around. */
export const demoPoint: Point = { lat: 6.5095, lng: 3.3711 };

const KEY_ID = seededUuid("demo/key", ID_TIME_MS);
const KEY_PREFIX_LENGTH = 14;

/**
 * Fills a migrated database with the demo town and the demo partner's API key; does nothing where the key already
 * is. It comes last, so that a seed that was cut short is completed by the next.
 */
export async function seedDemo(query: Query, nowMs: number): Promise<void> {
  const seeded = await query("SELECT FROM api_keys WHERE key_id = $1", [KEY_ID]);
  if (seeded.length > 0) return;
  const town: Town = demoTown(nowMs);
  for (const [table, rows] of Object.entries(town)) await insert(query, table, rows);
  await insert(query, "api_keys", [await apiKeyRow(nowMs)]);
}

/**
 * Moves the seed's verifications and proofs forward in time, so that the town looks at `nowMs` as it did when it
 * was seeded, however long it lay in `.data`: as if each shop had confirmed what it has. What was observed or verified
 * since, or made by anybody else, stays as it is.
 */
export async function refreshDemo(query: Query, nowMs: number): Promise<void> {
  await query(REFRESH, [
    `{${DEMO_PARTNERS.map(({ partnerId }) => partnerId).join(",")}}`,
    FIRST_ID_AFTER_SEED,
    `{${SHOPS.map(({ locationId }) => locationId).join(",")}}`,
    new Date(nowMs - FRESHEST_AGE_MS).toISOString(),
  ]);
}

const REFRESH = `
  WITH freshest AS (
    SELECT max(captured_at) AS captured_at, $4::timestamptz - max(captured_at) AS lag
    FROM proofs WHERE partner_id = ANY ($1::uuid[]) AND proof_id < $2::uuid
  ), refreshed_proofs AS (
    UPDATE proofs SET captured_at = proofs.captured_at + lag, received_at = received_at + lag
    FROM freshest
    WHERE lag > interval '1 minute' AND partner_id = ANY ($1::uuid[]) AND proof_id < $2::uuid
  )
  UPDATE stock_rows SET verified_at = verified_at + lag, stock_observed_at = stock_observed_at + lag,
    counted_observed_at = counted_observed_at + lag
  FROM freshest
  WHERE lag > interval '1 minute' AND location_id = ANY ($3::uuid[]) AND item_id < $2::uuid
    AND verified_at <= freshest.captured_at AND stock_observed_at <= freshest.captured_at`;

async function insert(query: Query, table: string, rows: readonly Row[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).join(", ");
  await query(
    `INSERT INTO ${table} (${columns})
     SELECT ${columns} FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(rows)],
  );
}

async function apiKeyRow(nowMs: number): Promise<Row> {
  const key = demoApiKey();
  return {
    key_id: KEY_ID,
    partner_id: DEMO_PARTNER.partnerId,
    label: "Demo",
    prefix: key.slice(0, KEY_PREFIX_LENGTH),
    sha256: `\\x${Buffer.from(await apiKeySha256(key)).toString("hex")}`,
    scopes: SCOPES,
    created_at: new Date(nowMs).toISOString(),
  };
}

function firstPartner(): DemoPartner {
  const partner = DEMO_PARTNERS[0];
  if (partner === undefined) throw new Error("partners.csv is empty");
  return partner;
}

import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { type Random, seededRandom, seededUuid } from "../../scripts/import/random.ts";
import { LOAD_LIMIT } from "../../scripts/service/load-key.ts";
import { apiKeyBeginning, apiKeySha256, formatApiKey } from "../../src/auth/api-key.ts";
import { chordArcDistanceM } from "../../src/geo/chord-arc.ts";
import { toEcef } from "../../src/geo/ecef.ts";
import { CITY, CITY_RADIUS_M } from "./areas.ts";

/** What has been written since the writer was last asked. */
export type Written = {
  readonly seconds: number;
  readonly requests: number;
  readonly rows: number;
  /** Of requests that were not answered 200. */
  readonly failed: number;
};

/** A location to write to: half of them are in the city. */
type Shop = { readonly locationRef: string; readonly apiKey: string; readonly refs: readonly string[] };

const SHOPS_OF_EACH_KIND = 200;
const FEWEST_ROWS = 5;
const MOST_ROWS = 10;
const MOST_IN_WORK = 20;
const ITEMS_PATH = "/connect/v1/catalog/items";

const [databaseUrl = "", address = "", perSecondText = ""] = process.argv.slice(2);
const perSecond = Number(perSecondText);
const random = seededRandom("bench/writer");
const shops = await prepare(databaseUrl, random);
let since = { atMs: performance.now(), requests: 0, rows: 0, failed: 0 };
let inWork = 0;

process.on("message", () => {
  const { atMs, ...counts } = since;
  const nowMs = performance.now();
  since = { atMs: nowMs, requests: 0, rows: 0, failed: 0 };
  process.send?.({ ...counts, seconds: (nowMs - atMs) / 1000 } satisfies Written);
});
process.on("disconnect", () => process.exit());
setInterval(() => {
  if (inWork < MOST_IN_WORK) void write();
}, 1000 / perSecond);
process.send?.("ready");

/** Another quantity for some rows of a location. */
async function write(): Promise<void> {
  const shop = shops[random.integer(0, shops.length - 1)];
  if (shop === undefined) throw new Error("there is no shop to write to");
  const { apiKey, locationRef, refs } = shop;
  const items = random
    .shuffle(refs)
    .slice(0, random.integer(FEWEST_ROWS, MOST_ROWS))
    .map((external_ref) => ({
      external_ref,
      location_ref: locationRef,
      stock: { quantity: random.integer(1, 60) },
    }));
  inWork++;
  let isWritten = false;
  try {
    const response = await fetch(address + ITEMS_PATH, {
      method: "PATCH",
      headers: { Authorization: `Bearer ${apiKey}`, "Content-Type": "application/json" },
      body: JSON.stringify({ items }),
    });
    await response.arrayBuffer();
    isWritten = response.ok;
  } catch {
    // Counted, and the bench says so.
  }
  inWork--;
  since.requests++;
  if (isWritten) since.rows += items.length;
  else since.failed++;
}

/** Shops of the city and of elsewhere, with keys of their own for each partner, which may write as often as they like. */
async function prepare(url: string, chance: Random): Promise<Shop[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{
      location_id: string;
      partner_id: string;
      location_ref: string;
      lat: number;
      lng: number;
    }>("SELECT location_id, partner_id, location_ref, lat, lng FROM locations ORDER BY location_id");
    const centre = toEcef(CITY);
    const inCity = rows.filter((row) => chordArcDistanceM(centre, toEcef(row)) <= CITY_RADIUS_M);
    const chosen = [inCity, rows].flatMap((all) => chance.shuffle(all).slice(0, SHOPS_OF_EACH_KIND));
    const keys = new Map<string, string>();
    const prepared: Shop[] = [];
    for (const { location_id, partner_id, location_ref } of chosen) {
      const apiKey = keys.get(partner_id) ?? (await createWriterKey(client, partner_id));
      keys.set(partner_id, apiKey);
      const items = await client.query<{ external_ref: string }>(
        `SELECT external_ref FROM stock_rows JOIN items USING (item_id) WHERE location_id = $1 AND listed ORDER BY item_id LIMIT 40`,
        [location_id],
      );
      const refs = items.rows.map(({ external_ref }) => external_ref);
      prepared.push({ apiKey, locationRef: location_ref, refs });
    }
    return prepared;
  } finally {
    await client.end();
  }
}

async function createWriterKey(client: Client, partnerId: string): Promise<string> {
  const apiKey = formatApiKey("development", randomBytes(32));
  await client.query(
    `INSERT INTO api_keys (key_id, partner_id, label, prefix, sha256, scopes) VALUES ($1, $2, 'bench', $3, $4, $5)`,
    [
      seededUuid(`bench/writer/${partnerId}/${apiKey}`, Date.UTC(2026, 0, 1)),
      partnerId,
      apiKeyBeginning(apiKey),
      Buffer.from(await apiKeySha256(apiKey)),
      ["catalog:write"],
    ],
  );
  await client.query(
    "INSERT INTO limit_overrides (partner_id, policy, permits) VALUES ($1, 'catalog', $2) ON CONFLICT DO NOTHING",
    [partnerId, LOAD_LIMIT],
  );
  return apiKey;
}

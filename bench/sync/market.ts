import { randomBytes } from "node:crypto";
import { Client } from "pg";
import { seededUuid } from "../../scripts/import/random.ts";
import { migrateDatabase } from "../../scripts/service/migrations.ts";
import { apiKeyBeginning, apiKeySha256, formatApiKey } from "../../src/auth/api-key.ts";
import { locationPosition } from "../../src/geo/location-position.ts";
import { createScratchDatabase } from "../../test/support/scratch-database.ts";
import { PARTNER_ID, SHOPS } from "./shops.ts";

/** A migrated database with one partner, its shops and a key, and a connection to look at it. */
export type Market = {
  readonly url: string;
  readonly apiKey: string;
  readonly client: Client;
} & AsyncDisposable;

export async function createMarket(serverUrl: string): Promise<Market> {
  const database = await createScratchDatabase(serverUrl);
  const client = new Client({ connectionString: database.url, application_name: "snapact-bench" });
  client.on("error", () => undefined);
  const dispose = async (): Promise<void> => {
    await client.end();
    await database[Symbol.asyncDispose]();
  };
  try {
    await migrateDatabase(database.url);
    await client.connect();
    const apiKey = await insertPartner(client);
    return { url: database.url, apiKey, client, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function insertPartner(client: Client): Promise<string> {
  const apiKey = formatApiKey("development", randomBytes(32));
  await client.query(
    "INSERT INTO partners (partner_id, name, contact_email, status) VALUES ($1, 'Marlow', 'pos@marlow.example', 'approved')",
    [PARTNER_ID],
  );
  await client.query(
    `INSERT INTO api_keys (key_id, partner_id, label, prefix, sha256, scopes) VALUES ($1, $2, 'till', $3, $4, $5)`,
    [
      seededUuid("bench/sync/key", Date.UTC(2026, 0, 1)),
      PARTNER_ID,
      apiKeyBeginning(apiKey),
      Buffer.from(await apiKeySha256(apiKey)),
      ["catalog:write"],
    ],
  );
  for (const { locationId, locationRef, name, lat, lng } of SHOPS) {
    const { h3Cell, xM, yM, zM } = locationPosition({ lat, lng });
    await client.query(
      `INSERT INTO locations (location_id, partner_id, location_ref, name, lat, lng, h3_cell, x_m, y_m, z_m, timezone)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'Africa/Lagos')`,
      [locationId, PARTNER_ID, locationRef, name, lat, lng, h3Cell.toString(), xM, yM, zM],
    );
  }
  return apiKey;
}

import { apiKeySha256 } from "../../src/auth/api-key.ts";
import { demoApiKey } from "../dev-secrets.ts";
import type { LocalNeon } from "../local-neon/local-neon.ts";
import { refreshDemo, seedDemo } from "../seed/seed.ts";

/**
 * Sees to the demo town: seeded where there is none, its verifications as recent as when it was seeded. A database
 * of someone's own that already has partners gets none.
 */
export async function provideDemo(database: LocalNeon): Promise<void> {
  const isOurs = database.databaseUrl === undefined || (await hasDemo(database));
  if (!isOurs && (await database.query("SELECT FROM partners LIMIT 1")).length > 0) return;
  const nowMs = Date.now();
  await seedDemo(database.query, nowMs);
  await refreshDemo(database.query, nowMs);
}

/** Whether the demo API key opens anything. */
export async function hasDemo(database: LocalNeon): Promise<boolean> {
  const sha256 = Buffer.from(await apiKeySha256(demoApiKey())).toString("hex");
  const found = await database.query("SELECT FROM api_keys WHERE sha256 = decode($1, 'hex')", [sha256]);
  return found.length > 0;
}

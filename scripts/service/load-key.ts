import { apiKeyBeginning, apiKeySha256 } from "../../src/auth/api-key.ts";
import { SCOPES } from "../../src/auth/principal.ts";
import { loadApiKey } from "../dev-secrets.ts";
import { seededUuid } from "../import/random.ts";
import type { LocalNeon } from "../local-neon/local-neon.ts";

/** Requests to `/inventory/nearby` within 300 s that the key of load generators may send: the most there is. */
export const LOAD_LIMIT = 10_000_000;

const ID_TIME_MS = Date.UTC(2025, 0, 1);

/**
 * Sees to a partner without shops whose key has all scopes and a limit for nearby beyond what one machine can send;
 * returns the key. Another database's key is the same.
 */
export async function provideLoadKey({ query }: LocalNeon): Promise<string> {
  const key = loadApiKey();
  const partnerId = seededUuid("load/partner", ID_TIME_MS);
  await query(
    `INSERT INTO partners (partner_id, name, contact_email, status) VALUES ($1, 'Load test', 'load@example.com', 'approved')
     ON CONFLICT DO NOTHING`,
    [partnerId],
  );
  await query(
    `INSERT INTO api_keys (key_id, partner_id, label, prefix, sha256, scopes)
     VALUES ($1, $2, 'load', $3, decode($4, 'hex'), $5) ON CONFLICT DO NOTHING`,
    [
      seededUuid("load/key", ID_TIME_MS),
      partnerId,
      apiKeyBeginning(key),
      Buffer.from(await apiKeySha256(key)).toString("hex"),
      `{${SCOPES.map((scope) => `"${scope}"`).join(",")}}`,
    ],
  );
  await query(
    `INSERT INTO limit_overrides (partner_id, policy, permits) VALUES ($1, 'nearby', $2) ON CONFLICT DO NOTHING`,
    [partnerId, String(LOAD_LIMIT)],
  );
  return key;
}

import { randomBytes, randomUUID } from "node:crypto";
import type { LocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { apiKeySha256, formatApiKey } from "../../src/auth/api-key.ts";

export type KeyFixture = { readonly key: string; readonly keyId: string; readonly partnerId: string };

type KeyState = {
  readonly scopes?: readonly string[];
  readonly partnerStatus?: "pending" | "approved" | "suspended";
  readonly expiresAt?: Date;
  readonly revokedAt?: Date;
};

/** A new partner with one new development key. */
export async function createKey(localNeon: LocalNeon, state: KeyState = {}): Promise<KeyFixture> {
  const { scopes = ["inventory:read"], partnerStatus = "approved", expiresAt, revokedAt } = state;
  const key = formatApiKey("development", randomBytes(32));
  const [keyId, partnerId] = [randomUUID(), randomUUID()];
  await localNeon.query(
    "insert into partners (partner_id, name, contact_email, status) values ($1, 'Shop', 'shop@example.com', $2)",
    [partnerId, partnerStatus],
  );
  await localNeon.query(
    `insert into api_keys (key_id, partner_id, label, prefix, sha256, scopes, expires_at, revoked_at)
     values ($1, $2, 'till', $3, decode($4, 'hex'), $5, $6, $7)`,
    [
      keyId,
      partnerId,
      key.slice(0, 14),
      Buffer.from(await apiKeySha256(key)).toString("hex"),
      `{${scopes.map((scope) => `"${scope}"`).join(",")}}`,
      expiresAt?.toISOString() ?? null,
      revokedAt?.toISOString() ?? null,
    ],
  );
  return { key, keyId, partnerId };
}

import type { Database } from "../db/client.ts";
import { hex } from "../hex.ts";
import { apiKeySha256 } from "./api-key.ts";
import { type KeyPrincipal, type LimitOverrides, SCOPES } from "./principal.ts";
import { createSharedLookup, type WaitUntil } from "./shared-lookup.ts";

/** How long a looked-up key is believed: the longest that a revoked key still opens the door. */
const KEY_BELIEVED_MS = 5000;
const REFRESH_AFTER_MS = 2500;
/** Hashing takes longer than finding what is near: of so many keys in use the hash is remembered. */
const HASHES_REMEMBERED = 1000;

/**
 * Awaited before the database is asked for a key. It returns what is to be called when the key turned out good or nobody
 * could tell, but not when it opens nothing; what it throws, the look-up throws.
 */
export type BeforeLookUp = () => Promise<(() => void) | undefined>;

/**
 * The principal that a well-formed key stands for at `nowMs`, or undefined when it opens nothing. `beforeLookUp` is
 * called when the database has to be waited for, and no other request is asking it for this key.
 */
export type FindKey = {
  (key: string, nowMs: number, beforeLookUp?: BeforeLookUp): Promise<KeyPrincipal | undefined>;
  /** The same of any text, without a promise; undefined also when nobody knows without asking the database. */
  readonly known: (text: string, nowMs: number) => KeyPrincipal | undefined;
};

type KeyRecord = { readonly principal: KeyPrincipal; readonly expiresAtMs: number };

const FIND_KEY = `
  select k.key_id, k.partner_id, k.scopes, k.expires_at,
    (select jsonb_object_agg(o.policy, o.permits) from limit_overrides o where o.partner_id = k.partner_id)
  from api_keys k join partners p using (partner_id)
  where k.sha256 = decode($1, 'hex') and k.revoked_at is null and p.status = 'approved'`;

/**
 * Looks keys up by their SHA-256, and believes what it found, "unknown" included, for five seconds. Of requests that
 * come at once with one key, one asks the database.
 * The result throws `DatabaseUnavailable` when the database is away and nothing young enough is known.
 */
export function createKeyLookup(queryRows: Database["queryRows"], waitUntil: WaitUntil): FindKey {
  const findRecord = createSharedLookup({
    lookUp: async (sha256) => {
      const [row] = await queryRows(FIND_KEY, [sha256]);
      return { record: row === undefined ? undefined : toRecord(row) };
    },
    believedMs: KEY_BELIEVED_MS,
    refreshAfterMs: REFRESH_AFTER_MS,
    waitUntil,
  });
  /** Of keys that opened something, so that no stranger can have them forgotten. */
  const hashes = new Map<string, string>();
  const remember = (key: string, sha256: string): void => {
    if (hashes.size >= HASHES_REMEMBERED) hashes.clear();
    hashes.set(key, sha256);
  };
  const known = (text: string, nowMs: number): KeyPrincipal | undefined => {
    const sha256 = hashes.get(text);
    return sha256 === undefined ? undefined : unexpired(findRecord.known(sha256, nowMs)?.record, nowMs);
  };
  const find = async (
    key: string,
    nowMs: number,
    beforeLookUp?: BeforeLookUp,
  ): Promise<KeyPrincipal | undefined> => {
    const remembered = hashes.get(key);
    const sha256 = remembered ?? hex(await apiKeySha256(key));
    const { record } = await findRecord(sha256, nowMs, async () => {
      const afterGoodKey = await beforeLookUp?.();
      return (found) => {
        const opensNothing = found !== undefined && unexpired(found.record, nowMs) === undefined;
        if (!opensNothing) afterGoodKey?.();
      };
    });
    const principal = unexpired(record, nowMs);
    if (principal === undefined) hashes.delete(key);
    else if (remembered === undefined) remember(key, sha256);
    return principal;
  };
  return Object.assign(find, { known });
}

function unexpired(record: KeyRecord | undefined, nowMs: number): KeyPrincipal | undefined {
  return record !== undefined && nowMs < record.expiresAtMs ? record.principal : undefined;
}

function toRecord(row: readonly unknown[]): KeyRecord {
  const [keyId, partnerId, scopes, expiresAtMs, limits] = row as [
    string,
    string,
    string[],
    number | null,
    LimitOverrides | null,
  ];
  return {
    principal: {
      kind: "key",
      keyId,
      partnerId,
      scopes: SCOPES.filter((scope) => scopes.includes(scope)),
      limits: limits ?? {},
    },
    expiresAtMs: expiresAtMs ?? Number.POSITIVE_INFINITY,
  };
}

import type { Database } from "../db/client.ts";
import { hex } from "../hex.ts";
import { apiKeySha256 } from "./api-key.ts";
import { type KeyPrincipal, type LimitOverrides, SCOPES } from "./principal.ts";
import { ValueCache } from "./value-cache.ts";

/** How long a looked-up key is believed: the longest that a revoked key still opens the door. */
const KEY_BELIEVED_MS = 5000;
/** From this age on, a key in use is looked up again behind the answer, so that its callers rarely wait. */
const REFRESH_AFTER_MS = 2500;
const CACHE_CAPACITY = 10_000;
/** For how long a request waits for another that looks the same key up: in all twice the longest pause. */
const MAX_PAUSE_MS = 256;
/** A look-up that began longer ago has ended with the request that made it. */
const LOOK_UP_GONE_MS = 1000;

/** Carries work on after the answer is sent. */
export type WaitUntil = (work: Promise<unknown>) => void;

/**
 * The principal that a well-formed key stands for at `nowMs`, or undefined when it opens nothing. When the caller has to
 * wait for the database, `beforeLookUp` is awaited first, and what it throws is thrown.
 */
export type FindKey = (
  key: string,
  nowMs: number,
  beforeLookUp?: () => Promise<void>,
) => Promise<KeyPrincipal | undefined>;

type KeyRecord = { readonly principal: KeyPrincipal; readonly expiresAtMs: number };

type KnownKey = {
  /** Undefined when there is no such key. */
  readonly record: KeyRecord | undefined;
  readonly asOfMs: number;
  refreshing: boolean;
};

const FIND_KEY = `
  select k.key_id, k.partner_id, k.scopes, k.expires_at,
    (select jsonb_object_agg(o.policy, o.permits) from limit_overrides o where o.partner_id = k.partner_id)
  from api_keys k join partners p using (partner_id)
  where k.sha256 = decode($1, 'hex') and k.revoked_at is null and p.status = 'approved'`;

/**
 * Looks keys up by their SHA-256, and believes what it found, "unknown" included, for five seconds. Of requests that
 * come at once with one key, one asks the database; the others wait for the value that it finds.
 * The result throws `DatabaseUnavailable` when the database is away and nothing young enough is known.
 */
export function createKeyLookup(queryRows: Database["queryRows"], waitUntil: WaitUntil): FindKey {
  const cache = new ValueCache<KnownKey>(CACHE_CAPACITY);
  /** Since when keys are being looked up for requests that wait. */
  const sinceMs = new Map<string, number>();

  const believed = (sha256: string, nowMs: number): KnownKey | undefined => {
    const known = cache.get(sha256);
    // A negative age means that the clock was set back, and nobody knows how old the value is.
    const ageMs = known === undefined ? -1 : nowMs - known.asOfMs;
    return ageMs >= 0 && ageMs <= KEY_BELIEVED_MS ? known : undefined;
  };

  const foundByAnother = async (sha256: string, nowMs: number): Promise<KnownKey | undefined> => {
    for (let pauseMs = 1; pauseMs <= MAX_PAUSE_MS; pauseMs *= 2) {
      const began = sinceMs.get(sha256);
      if (began === undefined || Math.abs(nowMs - began) > LOOK_UP_GONE_MS) return undefined;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      const known = believed(sha256, nowMs);
      if (known !== undefined) return known;
    }
    return undefined;
  };

  const lookUp = async (sha256: string, nowMs: number): Promise<KeyRecord | undefined> => {
    const rows = await queryRows(FIND_KEY, [sha256]);
    const record = rows[0] === undefined ? undefined : toRecord(rows[0]);
    cache.put(sha256, { record, asOfMs: nowMs, refreshing: false });
    return record;
  };

  const refresh = async (sha256: string, known: KnownKey, nowMs: number): Promise<void> => {
    known.refreshing = true;
    try {
      await lookUp(sha256, nowMs);
    } catch {
      // The known value serves until it is too old; who asks after that waits for the database and gets its error.
      known.refreshing = false;
    }
  };

  return async (key, nowMs, beforeLookUp) => {
    const sha256 = hex(await apiKeySha256(key));
    const known = believed(sha256, nowMs) ?? (await foundByAnother(sha256, nowMs));
    if (known === undefined) {
      sinceMs.set(sha256, nowMs);
      try {
        await beforeLookUp?.();
        return unexpired(await lookUp(sha256, nowMs), nowMs);
      } finally {
        sinceMs.delete(sha256);
      }
    }
    if (nowMs - known.asOfMs > REFRESH_AFTER_MS && !known.refreshing) {
      waitUntil(refresh(sha256, known, nowMs));
    }
    return unexpired(known.record, nowMs);
  };
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

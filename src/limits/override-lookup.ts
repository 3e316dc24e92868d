import type { WaitUntil } from "../auth/api-key-lookup.ts";
import type { LimitOverrides } from "../auth/principal.ts";
import { ValueCache } from "../auth/value-cache.ts";
import type { Database } from "../db/client.ts";

/** How long a partner's overrides are believed: a change is effective within 60 s, the look-up included. */
const BELIEVED_MS = 55_000;
/** From this age on they are looked up again behind the answer. */
const REFRESH_AFTER_MS = 30_000;
const CACHE_CAPACITY = 10_000;

/** The overrides of a partner (a UUID) as of less than a minute ago. */
export type FindOverrides = (partnerId: string, nowMs: number) => Promise<LimitOverrides>;

type Known = { readonly overrides: LimitOverrides; readonly asOfMs: number; refreshing: boolean };

const FIND_OVERRIDES = "select jsonb_object_agg(policy, permits) from limit_overrides where partner_id = $1";

/**
 * Looks up the overrides of those who ask by token; keys bring theirs along. The result throws `DatabaseUnavailable`
 * when the database is away and nothing young enough is known.
 */
export function createOverrideLookup(queryRows: Database["queryRows"], waitUntil: WaitUntil): FindOverrides {
  const cache = new ValueCache<Known>(CACHE_CAPACITY);

  const lookUp = async (partnerId: string, nowMs: number): Promise<LimitOverrides> => {
    const rows = await queryRows(FIND_OVERRIDES, [partnerId]);
    const overrides = (rows[0]?.[0] ?? {}) as LimitOverrides;
    cache.put(partnerId, { overrides, asOfMs: nowMs, refreshing: false });
    return overrides;
  };

  const refresh = async (partnerId: string, known: Known, nowMs: number): Promise<void> => {
    known.refreshing = true;
    try {
      await lookUp(partnerId, nowMs);
    } catch {
      // The known value serves until it is too old; who asks after that waits for the database and gets its error.
      known.refreshing = false;
    }
  };

  return async (partnerId, nowMs) => {
    const known = cache.get(partnerId);
    const ageMs = known === undefined ? Number.POSITIVE_INFINITY : nowMs - known.asOfMs;
    if (known === undefined || ageMs > BELIEVED_MS || ageMs < 0) return await lookUp(partnerId, nowMs);
    if (ageMs > REFRESH_AFTER_MS && !known.refreshing) waitUntil(refresh(partnerId, known, nowMs));
    return known.overrides;
  };
}

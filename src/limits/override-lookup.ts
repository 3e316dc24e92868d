import type { LimitOverrides } from "../auth/principal.ts";
import { createSharedLookup, type WaitUntil } from "../auth/shared-lookup.ts";
import type { Database } from "../db/client.ts";

/** How long a partner's overrides are believed: a change is effective within 60 s, the look-up included. */
const BELIEVED_MS = 55_000;
const REFRESH_AFTER_MS = 30_000;

/** The overrides of a partner (a UUID) as of less than a minute ago. */
export type FindOverrides = (partnerId: string, nowMs: number) => Promise<LimitOverrides>;

const FIND_OVERRIDES = "select jsonb_object_agg(policy, permits) from limit_overrides where partner_id = $1";

/**
 * Looks up the overrides of those who ask by token; keys bring theirs along. The result throws `DatabaseUnavailable`
 * when the database is away and nothing young enough is known.
 */
export function createOverrideLookup(queryRows: Database["queryRows"], waitUntil: WaitUntil): FindOverrides {
  return createSharedLookup({
    lookUp: async (partnerId) => {
      const [row] = await queryRows(FIND_OVERRIDES, [partnerId]);
      return (row?.[0] ?? {}) as LimitOverrides;
    },
    believedMs: BELIEVED_MS,
    refreshAfterMs: REFRESH_AFTER_MS,
    waitUntil,
  });
}

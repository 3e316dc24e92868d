import type { Database } from "../db/client.ts";
import type { FindKey } from "./api-key-lookup.ts";
import type { KeyPrincipal } from "./principal.ts";
import type { WaitUntil } from "./shared-lookup.ts";
import { ValueCache } from "./value-cache.ts";

/** How old the noted last use of a key in use may be. */
const NOTED_EVERY_MS = 60_000;
const CACHE_CAPACITY = 10_000;

const NOTE_USE = `
  update api_keys set last_used_at = $3
  where partner_id = $1 and key_id = $2 and (last_used_at is null or last_used_at <= $3::timestamptz - interval '1 minute')`;

/** `findKey`, which also notes behind the answer that the key was used: at most once a minute for each key. */
export function noteKeyUse(findKey: FindKey, write: Database["write"], waitUntil: WaitUntil): FindKey {
  const noted = new ValueCache<{ readonly asOfMs: number }>(CACHE_CAPACITY);

  const note = async ({ partnerId, keyId }: KeyPrincipal, nowMs: number): Promise<void> => {
    try {
      await write(NOTE_USE, [partnerId, keyId, new Date(nowMs).toISOString()]);
    } catch {
      // Nobody waits for this: the next use after a minute is noted instead.
    }
  };

  return async (key, nowMs, beforeLookUp) => {
    const principal = await findKey(key, nowMs, beforeLookUp);
    if (principal === undefined) return undefined;
    const last = noted.get(principal.keyId);
    if (last === undefined || nowMs - last.asOfMs >= NOTED_EVERY_MS) {
      noted.put(principal.keyId, { asOfMs: nowMs });
      waitUntil(note(principal, nowMs));
    }
    return principal;
  };
}

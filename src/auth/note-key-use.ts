import type { Database } from "../db/client.ts";
import type { BeforeLookUp, FindKey } from "./api-key-lookup.ts";
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

  const used = (principal: KeyPrincipal | undefined, nowMs: number): KeyPrincipal | undefined => {
    if (principal === undefined) return undefined;
    const last = noted.get(principal.keyId);
    if (last === undefined || nowMs - last.asOfMs >= NOTED_EVERY_MS) {
      noted.put(principal.keyId, { asOfMs: nowMs });
      waitUntil(note(principal, nowMs));
    }
    return principal;
  };

  const find = async (key: string, nowMs: number, beforeLookUp?: BeforeLookUp) =>
    used(await findKey(key, nowMs, beforeLookUp), nowMs);
  return Object.assign(find, {
    known: (text: string, nowMs: number) => used(findKey.known(text, nowMs), nowMs),
  });
}

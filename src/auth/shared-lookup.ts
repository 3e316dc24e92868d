import { DatabaseUnavailable } from "../db/errors.ts";
import { ValueCache } from "./value-cache.ts";

const CACHE_CAPACITY = 10_000;
/** A look-up that began longer ago has ended, or is no more: a permit and the database's answer take less. */
const LOOK_UP_LIFE_MS = 8000;
const MAX_PAUSE_MS = 64;

/** Carries work on after the answer is sent. */
export type WaitUntil = (work: Promise<unknown>) => void;

/** Awaited before a look-up begins; what it returns is called with the value, or undefined when there is none to be had. */
type Before<V> = () => Promise<((value: V | undefined) => void) | undefined>;

type SharedLookupOptions<V> = {
  readonly lookUp: (key: string) => Promise<V>;
  /** How long a value is believed. */
  readonly believedMs: number;
  /** From this age on, a value in use is looked up again behind the answer, so that its users rarely wait. */
  readonly refreshAfterMs: number;
  /** Of when a value is; without it, of when it was asked for. */
  readonly asOfMs?: (value: V) => number;
  /** How many values are kept. */
  readonly capacity?: number;
  readonly waitUntil: WaitUntil;
};

type Known<V> = { readonly value: V; readonly asOfMs: number; refreshing: boolean };

/** A look-up for which requests wait. They share values, never promises: also why it failed. */
type LookUp = { readonly sinceMs: number; failure?: unknown };

/**
 * Finds the value of a key for a request that arrived at `nowMs`. It throws what `lookUp` and `before` throw, and
 * `DatabaseUnavailable` when others' look-ups take too long.
 */
export type SharedLookup<V> = {
  (key: string, nowMs: number, before?: Before<V>): Promise<V>;
  /** What is believed at `nowMs`, without a promise; undefined when nothing is. */
  readonly known: (key: string, nowMs: number) => V | undefined;
};

/**
 * Looks values up, and believes them for a while. Of requests that come at once for one key, one looks it up; the others
 * wait for the value that it finds, or its failure.
 */
export function createSharedLookup<V extends object>({
  lookUp,
  believedMs,
  refreshAfterMs,
  asOfMs,
  capacity = CACHE_CAPACITY,
  waitUntil,
}: SharedLookupOptions<V>): SharedLookup<V> {
  const cache = new ValueCache<Known<V>>(capacity);
  /** Those that requests wait for, the oldest first. */
  const underWay = new Map<string, LookUp>();

  const believed = (key: string, nowMs: number): Known<V> | undefined => {
    const known = cache.get(key);
    // A negative age means that the clock was set back, and nobody knows how old the value is.
    const ageMs = known === undefined ? -1 : nowMs - known.asOfMs;
    return ageMs >= 0 && ageMs <= believedMs ? known : undefined;
  };

  const lookUpAndKeep = async (key: string, nowMs: number): Promise<V> => {
    const value = await lookUp(key);
    cache.put(key, { value, asOfMs: Math.min(nowMs, asOfMs?.(value) ?? nowMs), refreshing: false });
    return value;
  };

  const refresh = async (key: string, known: Known<V>, nowMs: number): Promise<void> => {
    known.refreshing = true;
    try {
      await lookUpAndKeep(key, nowMs);
    } catch {
      // The known value serves until it is too old; who asks after that waits for the database and gets its error.
      known.refreshing = false;
    }
  };

  const knownValue = (key: string, nowMs: number): V | undefined => {
    const known = believed(key, nowMs);
    if (known === undefined) return undefined;
    const isOld = nowMs - known.asOfMs > refreshAfterMs;
    if (isOld && !known.refreshing) waitUntil(refresh(key, known, nowMs));
    return known.value;
  };

  const begin = (key: string, nowMs: number): LookUp => {
    underWay.delete(key);
    for (const [other, { sinceMs }] of underWay) {
      if (nowMs - sinceMs <= LOOK_UP_LIFE_MS) break;
      underWay.delete(other);
    }
    const begun: LookUp = { sinceMs: nowMs };
    underWay.set(key, begun);
    return begun;
  };

  const lookUpForAll = async (key: string, nowMs: number, before?: Before<V>): Promise<V> => {
    const begun = begin(key, nowMs);
    try {
      const after = await before?.();
      try {
        const value = await lookUpAndKeep(key, nowMs);
        after?.(value);
        return value;
      } catch (error) {
        begun.failure = error;
        after?.(undefined);
        throw error;
      }
    } finally {
      if (underWay.get(key) === begun) underWay.delete(key);
    }
  };

  const find = async (key: string, arrivedMs: number, before?: Before<V>): Promise<V> => {
    const startedMs = Date.now();
    let nowMs = arrivedMs;
    for (let pauseMs = 1; ; pauseMs = Math.min(2 * pauseMs, MAX_PAUSE_MS)) {
      const known = knownValue(key, nowMs);
      if (known !== undefined) return known;
      const other = underWay.get(key);
      if (other === undefined || Math.abs(nowMs - other.sinceMs) > LOOK_UP_LIFE_MS) break;
      if (nowMs - arrivedMs > LOOK_UP_LIFE_MS) throw new DatabaseUnavailable("timeout");
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (other.failure !== undefined) throw other.failure;
      nowMs = arrivedMs + Math.max(0, Date.now() - startedMs);
    }
    const found = lookUpForAll(key, nowMs, before);
    // Goes on when the client is gone: permits come back, and others get the value.
    waitUntil(found.catch(() => undefined));
    return await found;
  };

  return Object.assign(find, { known: knownValue });
}

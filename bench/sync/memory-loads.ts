import type { TemporaryServer } from "../support/temporary-server.ts";
import type { Sending } from "./loader.ts";
import { createMarket } from "./market.ts";
import { buffersMb, type MemoryLoad, type MemorySeen, watchMemory } from "./memory.ts";
import { entryOf, phasesAt } from "./phases.ts";
import { type HeapLimit, startService } from "./service.ts";
import { LOCATION_COUNT, type Shelf, stockedShelves } from "./shops.ts";
import { ENTRIES_PER_REQUEST, ITEMS_PATH } from "./sync.ts";

export type MemoryResult = MemorySeen & {
  readonly name: string;
  readonly concurrency: number;
  /** The least of `ISOLATE_LIMITS_MB` in which the Worker lives through it; null when it dies in each. */
  readonly livesInMb: number | null;
};

/** The aim, and what Cloudflare allows. */
const ISOLATE_LIMITS_MB = [100, 128];
const REQUESTS = 24;
/** The most that a body may have. */
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const MAX_DESCRIPTION_CHARACTERS = 2000;

/** What requests of 1,000 entries do to a Worker's memory: each load to a Worker and a database of its own. */
export async function measureMemories(server: TemporaryServer): Promise<MemoryResult[]> {
  const results: MemoryResult[] = [];
  for (const load of loads(Date.now())) {
    console.error(`memory: ${load.name}`);
    const { seen, buffers } = await tryLoad(server, load);
    let livesInMb: number | null = null;
    for (const limitMb of ISOLATE_LIMITS_MB) {
      livesInMb ??= (await livesThrough(server, load, limitMb - buffers)) ? limitMb : null;
    }
    results.push({ name: load.name, concurrency: load.concurrency, ...seen, livesInMb });
  }
  return results;
}

async function livesThrough(server: TemporaryServer, load: MemoryLoad, heapMb: number): Promise<boolean> {
  try {
    await tryLoad(server, load, { heapMib: Math.floor((heapMb * 1e6) / 2 ** 20) });
    return true;
  } catch {
    return false;
  }
}

async function tryLoad(server: TemporaryServer, load: MemoryLoad, limit?: HeapLimit) {
  await using market = await createMarket(server.url);
  await using service = await startService(market.url, limit);
  const buffers = await buffersMb(service);
  return { seen: await watchMemory(market, service, load), buffers };
}

function loads(nowMs: number): MemoryLoad[] {
  const shelves = stockedShelves(LOCATION_COUNT * ENTRIES_PER_REQUEST, nowMs);
  const observedAtMs = phasesAt(nowMs)[0]?.observedAtMs ?? nowMs;
  const requests = (description: string): Sending[] =>
    Array.from({ length: REQUESTS }, (_, i) => requestOf(shelves, i, observedAtMs + i, description));
  const usual = requests("");
  const usualBytes = usual[0]?.body.length ?? 0;
  // In characters that take three bytes in a body and two in memory.
  const characters = Math.floor((MAX_BODY_BYTES - usualBytes) / ENTRIES_PER_REQUEST / 3) - 10;
  const full = requests("店".repeat(Math.min(characters, MAX_DESCRIPTION_CHARACTERS)));
  const megabytes = ({ body }: Sending): string => `${(body.length / 1e6).toFixed(1)} MB`;
  return [usual, full].flatMap((sendings) =>
    [1, 8].map((concurrency) => ({
      name: `1,000 entries in ${sendings[0] === undefined ? "" : megabytes(sendings[0])}`,
      sendings,
      concurrency,
    })),
  );
}

function requestOf(
  shelves: readonly Shelf[],
  round: number,
  observedAtMs: number,
  description: string,
): Sending {
  const from = (round % LOCATION_COUNT) * ENTRIES_PER_REQUEST;
  const items = shelves.slice(from, from + ENTRIES_PER_REQUEST).map((shelf) => {
    const entry = entryOf(shelf, observedAtMs);
    return description === "" ? entry : { ...entry, description };
  });
  return { method: "POST", path: ITEMS_PATH, body: Buffer.from(JSON.stringify({ items })) };
}

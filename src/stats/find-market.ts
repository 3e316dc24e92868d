import { createSharedLookup, type WaitUntil } from "../auth/shared-lookup.ts";
import type { Database } from "../db/client.ts";
import { readMarket } from "./market-queries.ts";
import type { MarketFigures } from "./metrics.ts";

const BELIEVED_MS = 60_000;
const WHOLE_MARKET = "all";

/** Reads the market at most once a minute, however many ask. The result throws what the database throws. */
export function createMarketLookup(
  database: Pick<Database, "queryRows">,
  now: () => number,
  waitUntil: WaitUntil,
): (nowMs: number) => Promise<MarketFigures> {
  const find = createSharedLookup({
    lookUp: () => readMarket(database, now()),
    believedMs: BELIEVED_MS,
    refreshAfterMs: BELIEVED_MS,
    waitUntil,
  });
  return (nowMs) => find(WHOLE_MARKET, nowMs);
}

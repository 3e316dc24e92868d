import type { Database } from "../db/client.ts";
import { loggableError } from "../db/errors.ts";
import type { Log } from "../http/router.ts";
import { counterFigures } from "./counter-figures.ts";
import { oldestUndeliveredMs } from "./market-queries.ts";
import type { AdminMetrics, MarketFigures } from "./metrics.ts";
import type { RequestStats } from "./request-stats.ts";

export type MetricsContext = {
  readonly database: Pick<Database, "queryRows">;
  readonly stats: Pick<RequestStats, "totals">;
  /** The market as of at most a minute ago. */
  readonly findMarket: (nowMs: number) => Promise<MarketFigures>;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * How the service and the market are doing. It is asked above all when something is away: each part that cannot be read is
 * null, and the log says why.
 */
export async function readMetrics(context: MetricsContext): Promise<AdminMetrics> {
  const { database, stats, findMarket, log, now } = context;
  const nowMs = now();
  const orNull = async <Figures>(part: string, figures: Promise<Figures>): Promise<Figures | null> => {
    try {
      return await figures;
    } catch (error) {
      log({ level: "warning", code: "metrics_part_missing", part, ...loggableError(error) });
      return null;
    }
  };
  const readCounters = async () => counterFigures(await stats.totals());
  const readOutbox = async () => {
    const oldestMs = await oldestUndeliveredMs(database, nowMs);
    return { oldest_undelivered_age_s: oldestMs === undefined ? 0 : Math.max(0, nowMs - oldestMs) / 1000 };
  };
  const [counters, outbox, market] = await Promise.all([
    orNull("counters", readCounters()),
    orNull("outbox", readOutbox()),
    orNull("market", findMarket(nowMs)),
  ]);
  return { as_of: new Date(nowMs).toISOString(), counters, outbox, market };
}

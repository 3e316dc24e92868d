import { env, waitUntil } from "cloudflare:workers";
import { type AppDeps, createApp, createSchedule } from "./app.ts";
import { parseConfig } from "./config.ts";
import { createDatabase } from "./db/client.ts";
import { createTileCache } from "./inventory/tiles/tile-cache.ts";
import { createLimiter } from "./limits/limiter-binding.ts";
import { LimiterObject } from "./limits/limiter-object.ts";
import type { RequestDataset } from "./stats/request-points.ts";
import { createStatsStore } from "./stats/stats-binding.ts";
import { StatsObject } from "./stats/stats-object.ts";

export { LimiterObject, StatsObject };

declare global {
  namespace Cloudflare {
    interface Env {
      LIMITS: DurableObjectNamespace<LimiterObject>;
      STATS: DurableObjectNamespace<StatsObject>;
      /** In production alone. */
      REQUEST_STATS?: RequestDataset;
    }
  }
}

// Parsed as the module loads, so that an upload with unfit variables is refused rather than served.
const config = parseConfig({ ...env });

const deps: AppDeps = {
  config,
  database: createDatabase(config),
  limiter: config.rateLimits === "off" ? undefined : createLimiter(env.LIMITS, waitUntil),
  tileCache: createTileCache(() => caches.open("tiles"), databaseName(config.databaseUrl)),
  statsStore: createStatsStore(env.STATS),
  requestDataset: env.REQUEST_STATS,
  log: (entry) => (entry["level"] === "info" ? console.log : console.error)(JSON.stringify(entry)),
  waitUntil,
  now: Date.now,
};
const app = createApp(deps);
const runSchedule = createSchedule(deps);

export default {
  fetch: (request, _env, context) => app.fetch(request, {}, context),
  scheduled: runSchedule,
} satisfies ExportedHandler;

/** Host and database, without credentials. */
function databaseName(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return host + pathname;
}

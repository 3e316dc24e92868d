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
import { type ConsumerDeps, consumeWakeUp } from "./webhooks/consume-wake-up.ts";
import { createSender } from "./webhooks/create-sender.ts";
import { EndpointSender } from "./webhooks/endpoint-sender.ts";
import type { WakeUp } from "./webhooks/wake-ups.ts";

export { LimiterObject, StatsObject };

declare global {
  namespace Cloudflare {
    interface Env {
      LIMITS: DurableObjectNamespace<LimiterObject>;
      STATS: DurableObjectNamespace<StatsObject>;
      SENDERS: DurableObjectNamespace<SenderObject>;
      WEBHOOK_QUEUE: Queue<WakeUp>;
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
  wakeUpQueue: env.WEBHOOK_QUEUE,
  log: (entry) => (entry["level"] === "info" ? console.log : console.error)(JSON.stringify(entry)),
  waitUntil,
  now: Date.now,
};
const app = createApp(deps);
const runSchedule = createSchedule(deps);
const consumerDeps: ConsumerDeps = {
  ...deps,
  queue: env.WEBHOOK_QUEUE,
  wakeSender: (endpointId) => env.SENDERS.getByName(endpointId).wake(endpointId),
};

export class SenderObject extends EndpointSender {
  protected override readonly deliver = createSender(deps);
}

export default {
  fetch: (request, _env, context) => app.fetch(request, {}, context),
  scheduled: runSchedule,
  async queue({ messages }) {
    for (const { body } of messages) await consumeWakeUp(consumerDeps, body);
  },
} satisfies ExportedHandler;

/** Host and database, without credentials. */
function databaseName(databaseUrl: string): string {
  const { host, pathname } = new URL(databaseUrl);
  return host + pathname;
}

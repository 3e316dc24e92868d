import { createKeyLookup } from "./auth/api-key-lookup.ts";
import type { AuthDeps } from "./auth/authenticate.ts";
import { createTokenVerifier } from "./auth/jwt.ts";
import { noteKeyUse } from "./auth/note-key-use.ts";
import type { WaitUntil } from "./auth/shared-lookup.ts";
import { catalogRoutes } from "./catalog/routes.ts";
import { sweepTombstones } from "./catalog/sweep-tombstones.ts";
import type { Config } from "./config.ts";
import { OPEN_API_CONTRIBUTIONS } from "./contributions.ts";
import type { Database } from "./db/client.ts";
import { countErrors } from "./db/count-errors.ts";
import { loggableError } from "./db/errors.ts";
import { sweepWriteKeys } from "./db/write-once.ts";
import { eventsRoutes } from "./events/routes.ts";
import { sweepEvents } from "./events/sweep-events.ts";
import { BodyBudget } from "./http/body-budget.ts";
import { corsFor } from "./http/cors.ts";
import { descriptionRoutes } from "./http/description-routes.ts";
import { healthRoute } from "./http/health.ts";
import { createLimits } from "./http/limits.ts";
import { requestLog } from "./http/request-log.ts";
import { type Cors, createRouter, type Handlers, type Log, type Router } from "./http/router.ts";
import { metricsRoute } from "./inventory/metrics/routes.ts";
import { sweepMetrics, takeSnapshots } from "./inventory/metrics/take-snapshots.ts";
import { nearbyRoute } from "./inventory/routes.ts";
import { NearbyTiles } from "./inventory/tiles/nearby-tiles.ts";
import type { TileCache } from "./inventory/tiles/tile-cache.ts";
import type { RequestLimiter } from "./limits/limiter.ts";
import { createOverrideLookup } from "./limits/override-lookup.ts";
import type { RouteClass } from "./limits/policies.ts";
import { locationsRoutes } from "./locations/routes.ts";
import { ordersRoutes } from "./orders/routes.ts";
import { sweepContacts } from "./orders/sweep-contacts.ts";
import { partnersRoutes } from "./partners/routes.ts";
import { createMarketLookup } from "./stats/find-market.ts";
import type { RequestDataset } from "./stats/request-points.ts";
import { createRequestStats } from "./stats/request-stats.ts";
import { adminMetricsRoute } from "./stats/routes.ts";
import type { StatsStore } from "./stats/stats-store.ts";
import { webhooksRoutes } from "./webhooks/routes.ts";
import { createSecretBox } from "./webhooks/secret-box.ts";
import { sweepDeliveries } from "./webhooks/sweep-deliveries.ts";
import { wakeAfterWrites } from "./webhooks/wake-after-writes.ts";
import { wakeMissed } from "./webhooks/wake-missed.ts";
import { createWakeUps, type WakeUpQueue } from "./webhooks/wake-ups.ts";

/** What the app needs of the world around it. */
export type AppDeps = {
  readonly config: Config;
  readonly database: Database;
  /** Undefined: no limits. */
  readonly limiter: RequestLimiter | undefined;
  /** Undefined: tiles are shared with no other isolate. */
  readonly tileCache: TileCache | undefined;
  /** Undefined: what is counted stays in this isolate. */
  readonly statsStore: StatsStore | undefined;
  /** Undefined: no data point is written of a request. */
  readonly requestDataset: RequestDataset | undefined;
  /** Undefined: nobody is woken to deliver events. */
  readonly wakeUpQueue: WakeUpQueue | undefined;
  readonly log: Log;
  readonly waitUntil: WaitUntil;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
};

/** Whose writes may leave events. */
const TELLING: ReadonlySet<RouteClass> = new Set(["catalog", "events", "orders"]);

/** The whole service: every path it answers, and what answers there. */
export function createApp(appDeps: AppDeps): Router {
  const { statsStore: store, requestDataset: dataset, config, limiter, log, now, waitUntil } = appDeps;
  const stats = createRequestStats({ store, dataset, log, now, waitUntil });
  const database = countErrors(appDeps.database, stats.countDatabaseError);
  const deps = { ...appDeps, database };
  const auth = createAuth(deps);
  const partners = partnersRoutes({ database, environment: config.environment, now, auth });
  const locations = locationsRoutes({ database, now, auth });
  const bodies = new BodyBudget();
  const catalog = catalogRoutes({ database, now, auth, bodies });
  const events = eventsRoutes({ database, now, auth, bodies });
  const orders = ordersRoutes({ database, now, auth });
  const wakeUps = createWakeUps({ queue: appDeps.wakeUpQueue, log, now, waitUntil });
  const webhooks = webhooksRoutes({
    database,
    urlRules: config,
    secretBox: createSecretBox(config.encryptionKey),
    wakeEndpoint: wakeUps.endpointIsDue,
    now,
    auth,
  });
  const { openApi, docs } = descriptionRoutes(OPEN_API_CONTRIBUTIONS);
  const requestLines = config.requestLog === "on" ? log : undefined;
  const router = createRouter(log, requestLog({ log: requestLines, observe: stats.observe, now }));
  const findOverrides = createOverrideLookup(database.queryRows, waitUntil);
  const limited = createLimits({ limiter, auth, findOverrides, log, now });
  const route = (path: string, limits: RouteClass, handlers: Handlers, cors?: Cors): void => {
    const telling = TELLING.has(limits) ? wakeAfterWrites(handlers, wakeUps) : handlers;
    router.mount(path, limited(limits, telling), cors);
  };

  const tiles = createTiles(deps);
  const nearby = { GET: nearbyRoute({ database, tiles, now, auth }) };
  route("/inventory/nearby", "nearby", nearby, corsFor(config.corsOrigins));
  route("/inventory/metrics", "metrics", { GET: metricsRoute({ database, auth, waitUntil, now }) });

  route("/connect/v1/catalog/items", "catalog", {
    GET: catalog.list,
    POST: catalog.post,
    PATCH: catalog.patch,
    DELETE: catalog.remove,
  });
  route("/connect/v1/locations", "catalog", { GET: locations.list });
  route("/connect/v1/locations/:location_ref", "catalog", {
    GET: locations.read,
    PUT: locations.put,
    DELETE: locations.remove,
  });
  route("/connect/v1/events", "events", { POST: events.post });

  route("/orders", "orders", { POST: orders.place });
  route("/connect/v1/orders", "orders", { GET: orders.list });
  route("/connect/v1/orders/:order_id", "orders", { GET: orders.read, PATCH: orders.changeStatus });

  route("/partners/applications", "applications", { POST: partners.apply });
  route("/partners/me", "dashboard", { GET: partners.readOwnPartner });
  route("/partners/me/audit", "dashboard", { GET: partners.listOwnAudit });
  route("/partners/me/connect/keys", "dashboard", { GET: partners.listKeys, POST: partners.createKey });
  route("/partners/me/connect/keys/:key_id", "dashboard", { DELETE: partners.revokeKey });
  route("/partners/me/connect/keys/:key_id/rotate", "dashboard", { POST: partners.rotateKey });
  const webhook = "/partners/me/connect/webhooks/:webhook_id";
  route("/partners/me/connect/webhooks", "dashboard", { GET: webhooks.list, POST: webhooks.create });
  route(webhook, "dashboard", { GET: webhooks.read, PATCH: webhooks.change, DELETE: webhooks.remove });
  route(`${webhook}/rotate`, "dashboard", { POST: webhooks.rotate });
  route(`${webhook}/test`, "dashboard", { POST: webhooks.test });
  route(`${webhook}/redeliver`, "dashboard", { POST: webhooks.redeliverFailed });
  route(`${webhook}/deliveries`, "dashboard", { GET: webhooks.listDeliveries });
  route(`${webhook}/deliveries/:delivery_id/redeliver`, "dashboard", { POST: webhooks.redeliver });
  route("/admin/partners", "admin", { GET: partners.listPartners });
  route("/admin/partners/:partner_id/approve", "admin", { POST: partners.approve });
  route("/admin/partners/:partner_id/suspend", "admin", { POST: partners.suspend });
  route("/admin/partners/:partner_id/limits", "admin", { GET: partners.listLimits });
  route("/admin/partners/:partner_id/limits/:policy", "admin", {
    PUT: partners.setLimit,
    DELETE: partners.removeLimit,
  });
  route("/admin/audit", "admin", { GET: partners.listAudit });
  const findMarket = createMarketLookup(database, now, waitUntil);
  route("/admin/metrics", "admin", {
    GET: adminMetricsRoute({ database, stats, findMarket, auth, log, now }),
  });

  route("/healthz", "service", { GET: healthRoute(database) });
  route("/openapi.json", "service", { GET: openApi });
  route("/docs", "service", { GET: docs });
  return router;
}

/** What the cron trigger runs, every minute. A failure is logged, and made good by the next run. */
export function createSchedule({
  database,
  wakeUpQueue,
  log,
  now,
}: Pick<AppDeps, "database" | "wakeUpQueue" | "log" | "now">): () => Promise<void> {
  const tasks = [
    async () => wakeUpQueue && (await wakeMissed(database, wakeUpQueue, now())),
    () => sweepWriteKeys(database),
    () => sweepTombstones(database, now()),
    () => sweepContacts(database, now()),
    () => takeSnapshots({ database, now }),
    () => sweepMetrics({ database, now }),
    () => sweepDeliveries(database, now()),
    () => sweepEvents(database, now()),
  ];
  return async () => {
    for (const task of tasks) {
      try {
        await task();
      } catch (error) {
        log({ level: "error", code: "scheduled_task_failed", ...loggableError(error) });
      }
    }
  };
}

/** What `authenticate` needs, made once: it remembers keys between requests. */
function createAuth({ config, database, waitUntil }: AppDeps): AuthDeps {
  return {
    environment: config.environment,
    findKey: noteKeyUse(createKeyLookup(database.queryRows, waitUntil), database.write, waitUntil),
    verifyToken: createTokenVerifier(config.tokens),
  };
}

/** The tiles of this isolate; undefined when they are turned off. */
function createTiles({ config, database, tileCache, log, waitUntil, now }: AppDeps): NearbyTiles | undefined {
  const { maxAgeS, maxBytes } = config.tiles;
  if (maxAgeS === 0) return undefined;
  return new NearbyTiles({
    database,
    cache: tileCache,
    maxAgeMs: 1000 * maxAgeS,
    maxBytes,
    now,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    waitUntil,
    onFailure: (error) => log({ level: "warning", code: "tiles_not_refreshed", ...loggableError(error) }),
  });
}

import { createKeyLookup, type WaitUntil } from "./auth/api-key-lookup.ts";
import type { AuthDeps } from "./auth/authenticate.ts";
import { createTokenVerifier } from "./auth/jwt.ts";
import { noteKeyUse } from "./auth/note-key-use.ts";
import { catalogRoutes } from "./catalog/routes.ts";
import { sweepTombstones } from "./catalog/sweep-tombstones.ts";
import type { Config } from "./config.ts";
import { OPEN_API_CONTRIBUTIONS } from "./contributions.ts";
import type { Database } from "./db/client.ts";
import { loggableError } from "./db/errors.ts";
import { sweepWriteKeys } from "./db/write-once.ts";
import { corsFor } from "./http/cors.ts";
import { descriptionRoutes } from "./http/description-routes.ts";
import { healthRoute } from "./http/health.ts";
import { createRouter, type Log, mount, type Router } from "./http/router.ts";
import { nearbyRoute } from "./inventory/routes.ts";
import { locationsRoutes } from "./locations/routes.ts";
import { partnersRoutes } from "./partners/routes.ts";

/** What the app needs of the world around it. */
export type AppDeps = {
  readonly config: Config;
  readonly database: Database;
  readonly log: Log;
  readonly waitUntil: WaitUntil;
  /** The clock, epoch milliseconds. */
  readonly now: () => number;
};

/** The whole service: every path it answers, and what answers there. */
export function createApp(deps: AppDeps): Router {
  const { config, database, log, now } = deps;
  const auth = createAuth(deps);
  const partners = partnersRoutes({ database, environment: config.environment, now, auth });
  const locations = locationsRoutes({ database, now, auth });
  const catalog = catalogRoutes({ database, now, auth });
  const { openApi, docs } = descriptionRoutes(OPEN_API_CONTRIBUTIONS);
  const router = createRouter(log);
  router.use("/inventory/nearby", corsFor(config.corsOrigins));

  mount(router, "/inventory/nearby", { GET: nearbyRoute({ database, now, auth }) });

  mount(router, "/connect/v1/catalog/items", {
    GET: catalog.list,
    POST: catalog.post,
    PATCH: catalog.patch,
    DELETE: catalog.remove,
  });
  mount(router, "/connect/v1/locations", { GET: locations.list });
  mount(router, "/connect/v1/locations/:location_ref", {
    GET: locations.read,
    PUT: locations.put,
    DELETE: locations.remove,
  });

  mount(router, "/partners/applications", { POST: partners.apply });
  mount(router, "/partners/me", { GET: partners.readOwnPartner });
  mount(router, "/partners/me/audit", { GET: partners.listOwnAudit });
  mount(router, "/partners/me/connect/keys", { GET: partners.listKeys, POST: partners.createKey });
  mount(router, "/partners/me/connect/keys/:key_id", { DELETE: partners.revokeKey });
  mount(router, "/partners/me/connect/keys/:key_id/rotate", { POST: partners.rotateKey });
  mount(router, "/admin/partners", { GET: partners.listPartners });
  mount(router, "/admin/partners/:partner_id/approve", { POST: partners.approve });
  mount(router, "/admin/partners/:partner_id/suspend", { POST: partners.suspend });
  mount(router, "/admin/audit", { GET: partners.listAudit });

  mount(router, "/healthz", { GET: healthRoute(database) });
  mount(router, "/openapi.json", { GET: openApi });
  mount(router, "/docs", { GET: docs });
  return router;
}

/** What the cron trigger runs, every minute. A failure is logged, and made good by the next run. */
export function createSchedule({
  database,
  log,
  now,
}: Pick<AppDeps, "database" | "log" | "now">): () => Promise<void> {
  const tasks = [() => sweepWriteKeys(database), () => sweepTombstones(database, now())];
  return async () => {
    for (const task of tasks) {
      try {
        await task();
      } catch (error) {
        log({ level: "error", code: "sweep_failed", ...loggableError(error) });
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

import { createKeyLookup, type WaitUntil } from "./auth/api-key-lookup.ts";
import type { AuthDeps } from "./auth/authenticate.ts";
import { createTokenVerifier } from "./auth/jwt.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/client.ts";
import { corsFor } from "./http/cors.ts";
import { descriptionRoutes } from "./http/description-routes.ts";
import { healthRoute } from "./http/health.ts";
import { createRouter, type Log, mount, type Router } from "./http/router.ts";
import { inventoryOpenApi } from "./inventory/openapi.ts";
import { nearbyRoute } from "./inventory/routes.ts";

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
  const { openApi, docs } = descriptionRoutes([inventoryOpenApi]);
  const router = createRouter(log);
  router.use("/inventory/nearby", corsFor(config.corsOrigins));

  mount(router, "/inventory/nearby", { GET: nearbyRoute({ database, now, auth }) });
  mount(router, "/healthz", { GET: healthRoute(database) });
  mount(router, "/openapi.json", { GET: openApi });
  mount(router, "/docs", { GET: docs });
  return router;
}

/** What `authenticate` needs, made once: it remembers keys between requests. */
function createAuth({ config, database, waitUntil }: AppDeps): AuthDeps {
  return {
    environment: config.environment,
    findKey: createKeyLookup(database.queryRows, waitUntil),
    verifyToken: createTokenVerifier(config.tokens),
  };
}

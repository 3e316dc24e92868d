import type { Database } from "../db/client.ts";
import type { RouteHandler } from "./router.ts";

const HEALTH_TIMEOUT_MS = 2000;

/** `GET /healthz`: 200 when the database answers within two seconds, else the 503 of a database that is away. */
export function healthRoute(database: Database): RouteHandler {
  return async (c) => {
    await database.queryRows("select 1", [], HEALTH_TIMEOUT_MS);
    return c.json({ status: "ok" });
  };
}

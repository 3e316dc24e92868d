import { DEV_JWT_SECRET, mintDevToken } from "../../../scripts/dev-secrets.ts";
import { createKeyLookup } from "../../../src/auth/api-key-lookup.ts";
import { createTokenVerifier } from "../../../src/auth/jwt.ts";
import type { Role } from "../../../src/auth/principal.ts";
import { parseConfig } from "../../../src/config.ts";
import { createDatabase } from "../../../src/db/client.ts";
import { createRouter } from "../../../src/http/router.ts";
import { wireId } from "../../../src/ids.ts";
import type { InventoryMetrics } from "../../../src/inventory/metrics/metrics.ts";
import { metricsRoute } from "../../../src/inventory/metrics/routes.ts";
import { assertResponseConforms } from "../../support/conforms.ts";

const METRICS = "/inventory/metrics";

/** One isolate that answers for metrics, with a clock that the test moves. */
export type MetricsApp = {
  nowMs: number;
  readonly log: Readonly<Record<string, unknown>>[];
  /** What goes on behind the answers. */
  readonly behind: Promise<unknown>[];
  /** How often it has asked the database to compute what is not there. */
  recomputeCalls: number;
  /** An answer that the document allows. */
  ask(query: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** What the partner (a UUID) is told. @throws unless it is 200. */
  metrics(partnerId: string, query?: string): Promise<InventoryMetrics>;
};

export async function startMetricsApp(localNeon: {
  url: string;
  connectionString: string;
}): Promise<MetricsApp> {
  const config = parseConfig({
    ENVIRONMENT: "development",
    DATABASE_URL: localNeon.connectionString,
    NEON_SQL_ENDPOINT: localNeon.url,
    DEV_JWT_SECRET,
  });
  const created = createDatabase(config);
  const database = {
    ...created,
    writeBatch: (...call: Parameters<typeof created.writeBatch>) => {
      app.recomputeCalls++;
      return created.writeBatch(...call);
    },
  };
  const waitUntil = (work: Promise<unknown>) => app.behind.push(work);
  const auth = {
    environment: config.environment,
    findKey: createKeyLookup(database.queryRows, waitUntil),
    verifyToken: createTokenVerifier(config.tokens),
  };
  const router = createRouter((entry) => app.log.push(entry));
  router.mount(METRICS, { GET: metricsRoute({ database, auth, waitUntil, now: () => app.nowMs }) });
  const app: MetricsApp = {
    nowMs: Date.now(),
    log: [],
    behind: [],
    recomputeCalls: 0,
    ask: async (query, headers) => {
      const response = await router.request(METRICS + query, { headers: { ...headers } });
      await assertResponseConforms("GET", `https://connect.example${METRICS}`, response.clone());
      return response;
    },
    metrics: async (partnerId, query = "") => {
      const response = await app.ask(query, await bearer("partner", partnerId));
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${query} → ${response.status} ${text}`);
      return JSON.parse(text) as InventoryMetrics;
    },
  };
  return app;
}

/** The headers of a person; `partnerId` is a UUID. */
export async function bearer(role: Role, partnerId?: string): Promise<Record<string, string>> {
  const token = await mintDevToken(role, partnerId && wireId("ptr", partnerId));
  return { Authorization: `Bearer ${token}` };
}

/** The query of these parameters, encoded. */
export function query(parameters: Readonly<Record<string, string>>): string {
  return `?${new URLSearchParams(parameters)}`;
}

import { DEV_JWT_SECRET, mintDevToken } from "../../scripts/dev-secrets.ts";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createDatabase } from "../../src/db/client.ts";
import type { NearbyAnswer } from "../../src/inventory/schema.ts";
import type { TileCache } from "../../src/inventory/tiles/tile-cache.ts";

/** The whole service in this process, with a clock that the test moves. */
export type NearbyApp = {
  nowMs: number;
  /** What was logged since the test emptied it. */
  log: Readonly<Record<string, unknown>>[];
  /** What goes on behind the answers. */
  behind: Promise<unknown>[];
  /** The answer to a buyer, or to who sends these headers. */
  ask(path: string, headers?: Record<string, string>): Promise<Response>;
  /** The answer to a buyer who sends this `Cache-Control`; `no-cache`: the database's, whatever tiles there are. */
  askControlled(path: string, cacheControl: string): Promise<Response>;
  /** The body of a buyer's answer. @throws unless it is 200. */
  answer(path: string): Promise<NearbyAnswer>;
  /** Waits for all that goes on behind the answers, and what it leads to. */
  settle(): Promise<void>;
};

/** What an isolate is told of tiles. */
export type TileOptions = {
  /** Default 0: it has none, and every question asks the database. */
  readonly tileMaxAgeS?: number;
  readonly tileMaxBytes?: number;
  /** Shared with other isolates. */
  readonly tileCache?: TileCache | undefined;
};

export async function startNearbyApp(
  localNeon: { url: string; connectionString: string },
  { tileMaxAgeS = 0, tileMaxBytes, tileCache }: TileOptions = {},
): Promise<NearbyApp> {
  const config = parseConfig({
    ENVIRONMENT: "development",
    DATABASE_URL: localNeon.connectionString,
    NEON_SQL_ENDPOINT: localNeon.url,
    DEV_JWT_SECRET,
    REQUEST_LOG: "off",
    TILE_MAX_AGE_S: String(tileMaxAgeS),
    ...(tileMaxBytes !== undefined && { TILE_MAX_BYTES: String(tileMaxBytes) }),
  });
  const router = createApp({
    config,
    database: createDatabase(config),
    limiter: undefined,
    tileCache,
    statsStore: undefined,
    requestDataset: undefined,
    wakeUpQueue: undefined,
    log: (entry) => app.log.push(entry),
    waitUntil: (work) => app.behind.push(work),
    now: () => app.nowMs,
  });
  const buyer = { Authorization: `Bearer ${await mintDevToken("buyer")}` };
  const app: NearbyApp = {
    nowMs: Date.now(),
    log: [],
    behind: [],
    ask: async (path, headers = buyer) => await router.request(path, { headers }),
    askControlled: (path, cacheControl) => app.ask(path, { ...buyer, "Cache-Control": cacheControl }),
    answer: async (path) => {
      const response = await app.ask(path);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path} → ${response.status} ${text}`);
      return JSON.parse(text);
    },
    settle: async () => {
      while (app.behind.length > 0) await Promise.allSettled(app.behind.splice(0));
    },
  };
  return app;
}

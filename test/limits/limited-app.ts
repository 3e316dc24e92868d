import { DEV_JWT_SECRET } from "../../scripts/dev-secrets.ts";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import type { Database } from "../../src/db/client.ts";
import type { Router } from "../../src/http/router.ts";
import { Ledger } from "../../src/limits/ledger.ts";
import { Limiter } from "../../src/limits/limiter.ts";
import type { StatsStore } from "../../src/stats/stats-store.ts";

/** The whole service in this process, limited by ledgers in memory, with a clock that the test moves. */
export type LimitedApp = {
  nowMs: number;
  /** Whether the limiter objects answer. */
  isReachable: boolean;
  /** How many statements the database was sent. */
  statements: number;
  readonly log: Readonly<Record<string, unknown>>[];
  readonly router: Router;
  ask(path: string, init?: RequestInit): Promise<Response>;
  /** Waits for what goes on behind the answers. */
  settle(): Promise<void>;
};

export function startLimitedApp({
  database,
  statsStore,
  tileMaxAgeS = 0,
  ...neon
}: {
  readonly database: Database;
  readonly url: string;
  readonly connectionString: string;
  /** Undefined: nothing sums what is counted. */
  readonly statsStore?: StatsStore | undefined;
  /** 0: every question asks the database. */
  readonly tileMaxAgeS?: number;
}): LimitedApp {
  const config = parseConfig({
    ENVIRONMENT: "development",
    DATABASE_URL: neon.connectionString,
    NEON_SQL_ENDPOINT: neon.url,
    DEV_JWT_SECRET,
    TILE_MAX_AGE_S: String(tileMaxAgeS),
  });
  const ledgers = new Map<string, Ledger>();
  const behind: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => behind.push(work);
  const limiter = new Limiter({
    ask: async (name, call) => {
      if (!app.isReachable) throw new Error("out of reach");
      const ledger = ledgers.get(name) ?? new Ledger();
      ledgers.set(name, ledger);
      return ledger.answer(call, app.nowMs).reply;
    },
    now: () => app.nowMs,
    wait: async (ms) => {
      app.nowMs += ms;
    },
    waitUntil,
    newHolderId: () => "isolate",
  });
  const counted =
    (query: Database["queryRows"]): Database["queryRows"] =>
    (...asked) => {
      app.statements++;
      return query(...asked);
    };
  const router = createApp({
    config,
    database: { ...database, queryRows: counted(database.queryRows), write: counted(database.write) },
    limiter,
    tileCache: undefined,
    statsStore,
    requestDataset: undefined,
    wakeUpQueue: undefined,
    log: (entry) => app.log.push(entry),
    waitUntil,
    now: () => app.nowMs,
  });
  const app: LimitedApp = {
    nowMs: Date.now(),
    isReachable: true,
    statements: 0,
    log: [],
    router,
    ask: async (path, init) => await router.request(path, init),
    async settle() {
      while (behind.length > 0) await Promise.all(behind.splice(0));
    },
  };
  return app;
}

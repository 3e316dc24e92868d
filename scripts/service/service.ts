import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Miniflare } from "miniflare";
import { DEV_JWT_SECRET } from "../dev-secrets.ts";
import type { LocalNeon } from "../local-neon/local-neon.ts";
import { analyzeEveryMinute } from "./analyze.ts";
import { buildWorker } from "./build-worker.ts";
import { fireCronEveryMinute } from "./cron.ts";
import { lockDataFolder } from "./data-folder.ts";
import { provideDemo } from "./demo.ts";
import { openDatabase } from "./open-database.ts";
import { ROOT } from "./paths.ts";
import { readPort, requireFreePort } from "./ports.ts";
import { runWorker, type WorkerSetup } from "./run-worker.ts";
import { StartError } from "./start-error.ts";

export type Env = Readonly<Record<string, string | undefined>>;

export type Service = {
  /** Without a slash at the end. */
  readonly address: string;
  readonly database: LocalNeon;
  readonly miniflare: Miniflare;
  readonly setup: WorkerSetup;
};

const DATA_FOLDER = join(ROOT, ".data");
/** The Worker's variables that may be given to `npm start`. */
const PASSED_ON = [
  "CORS_ORIGINS",
  "ENCRYPTION_KEY",
  "JWKS_URL",
  "JWT_AUDIENCE",
  "JWT_ISSUER",
  "OWN_ZONES",
  "RATE_LIMITS",
  "REQUEST_LOG",
  "TILE_MAX_AGE_S",
  "TILE_MAX_BYTES",
];
const READY_TIMEOUT_MS = 30_000;
const READY_POLL_MS = 50;

/**
 * Starts everything and returns when the service answers that it is ready; what has to be stopped is put on the
 * stack.
 * @throws {StartError} with what to do about it.
 */
export async function startService(stack: AsyncDisposableStack, env: Env): Promise<Service> {
  const port = readPort(env["PORT"]);
  await requireFreePort(port);
  stack.use(await lockDataFolder(DATA_FOLDER));
  const [worker, database] = await Promise.all([buildWorker(), openLocalDatabase(stack, env)]);
  if (env["DEMO_SEED"] !== "0") await provideDemo(database);

  const variables = workerVariables(env, database);
  const setup = { worker, port, variables, stateFolder: join(DATA_FOLDER, "worker") };
  const miniflare = await runWorker(setup).catch((cause: unknown) => {
    throw new StartError("The Worker does not start, for the reason above.", { cause });
  });
  stack.defer(() => miniflare.dispose());
  stack.use(fireCronEveryMinute(miniflare));
  if (database.databaseUrl === undefined) stack.use(analyzeEveryMinute(database));
  const address = `http://127.0.0.1:${port}`;
  await untilReady(`${address}/healthz`);
  return { address, database, miniflare, setup };
}

/** A data folder whose first start was cut short holds nothing yet, and may hold half a database. */
async function openLocalDatabase(stack: AsyncDisposableStack, env: Env): Promise<LocalNeon> {
  const completed = join(DATA_FOLDER, "pg-completed");
  const databaseUrl = env["DATABASE_URL"] || undefined;
  if (databaseUrl === undefined && !existsSync(completed)) {
    rmSync(join(DATA_FOLDER, "pg"), { recursive: true, force: true });
  }
  const database = await openDatabase(DATA_FOLDER, databaseUrl);
  stack.defer(() => database.close());
  if (databaseUrl === undefined) writeFileSync(completed, "");
  return database;
}

/** What the Worker is told here: where its database is, how tokens are verified, and what `env` passes on. */
export function workerVariables(env: Env, database: LocalNeon): Record<string, string> {
  const passedOn = PASSED_ON.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  return {
    ENVIRONMENT: "development",
    DATABASE_URL: database.connectionString,
    NEON_SQL_ENDPOINT: database.url,
    ...(env["JWKS_URL"] ? {} : { DEV_JWT_SECRET }),
    ...Object.fromEntries(passedOn),
  };
}

/** Returns once the address answers 200. @throws {StartError} when it does not within half a minute. */
export async function untilReady(url: string): Promise<void> {
  const deadlineMs = Date.now() + READY_TIMEOUT_MS;
  while (!(await answersOk(url))) {
    if (Date.now() > deadlineMs) throw new StartError(`The service did not become ready: ${url} is not 200.`);
    await delay(READY_POLL_MS);
  }
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

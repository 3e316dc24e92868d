import type { Miniflare } from "miniflare";
import { startLocalNeon } from "../local-neon/local-neon.ts";
import { buildWorker } from "./build-worker.ts";
import { fireCronEveryMinute } from "./cron.ts";
import { provideDemo } from "./demo.ts";
import { provideLoadKey } from "./load-key.ts";
import { migrateDatabase } from "./migrations.ts";
import { readPort, requireFreePort } from "./ports.ts";
import { type ModuleWorker, runWorkersDirectly } from "./run-worker.ts";
import { type Env, untilReady, workerVariables } from "./service.ts";
import { StartError } from "./start-error.ts";

/** The built Worker as it is measured. */
export type BuiltService = {
  /** Without a slash at the end. */
  readonly address: string;
  /** Opens everything, and may ask nearby as often as it likes. */
  readonly apiKey: string;
  /** Somewhere with a shop, if there is one. */
  readonly place: { readonly lat: string; readonly lng: string } | undefined;
  readonly miniflare: Miniflare;
};

const COMMAND = "npm run serve:built";

/**
 * Starts the built Worker in workerd on the Postgres of DATABASE_URL, reached at PORT without anything in between, and
 * returns when it is ready; what has to be stopped is put on the stack. Nothing is kept but what is in the database.
 * `beside` are Workers that share its workerd.
 * @throws {StartError} with what to do about it.
 */
export async function startBuiltService(
  stack: AsyncDisposableStack,
  env: Env,
  beside: readonly ModuleWorker[] = [],
): Promise<BuiltService> {
  const databaseUrl = env["DATABASE_URL"];
  if (!databaseUrl) throw new StartError(`Set DATABASE_URL to a Postgres: DATABASE_URL=… ${COMMAND}`);
  const port = env["PORT"] === "0" ? 0 : readPort(env["PORT"]);
  await requireFreePort(port, COMMAND);
  const [worker] = await Promise.all([buildWorker(), migrateDatabase(databaseUrl)]);
  const database = await startLocalNeon({ databaseUrl });
  stack.defer(() => database.close());
  if (env["DEMO_SEED"] !== "0") await provideDemo(database);
  const apiKey = await provideLoadKey(database);

  const setup = { worker, port, variables: workerVariables(env, database) };
  const miniflare = await runWorkersDirectly(setup, beside).catch((cause: unknown) => {
    throw new StartError("The Worker does not start, for the reason above.", { cause });
  });
  stack.defer(() => miniflare.dispose());
  stack.use(fireCronEveryMinute(miniflare));
  const { origin: address } = await miniflare.unsafeGetDirectURL();
  await untilReady(`${address}/healthz`);
  const [place] = await database.query("SELECT lat, lng FROM locations LIMIT 1");
  return { address, apiKey, place: place as BuiltService["place"], miniflare };
}

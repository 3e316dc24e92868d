import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DEV_JWT_SECRET } from "../../scripts/dev-secrets.ts";
import { type LocalNeon, startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { type BuiltWorker, buildWorker } from "../../scripts/service/build-worker.ts";
import { applyMigrations } from "../../scripts/service/migrations.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { startWorkerCopies, type WorkerCopies } from "../../test/support/worker-copies.ts";
import { childrenOf } from "../sync/processes.ts";

/** Isolates that share the limiter objects of each contender. */
const COPIES = 4;

export type Contender = WorkerCopies & { readonly workerdPid: number };

export type Contenders = {
  readonly database: LocalNeon;
  /** The built Worker without limits, with them, and with the obvious limiter, which asks for each request. */
  readonly off: Contender;
  readonly leases: Contender;
  readonly asking: Contender;
};

/** Starts them all on one database. */
export async function startContenders(stack: AsyncDisposableStack): Promise<Contenders> {
  const database = await startLocalNeon();
  stack.defer(() => database.close());
  await applyMigrations(database);
  const folder = mkdtempSync(join(tmpdir(), "snapact-bench-limits-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const variables = {
    ENVIRONMENT: "development",
    DATABASE_URL: database.connectionString,
    NEON_SQL_ENDPOINT: database.url,
    DEV_JWT_SECRET,
  };
  const start = async (name: string, worker: BuiltWorker, rateLimits: "on" | "off"): Promise<Contender> => {
    const others = childrenOf(process.pid, "workerd");
    const copies = stack.use(
      await startWorkerCopies(worker, {
        copies: COPIES,
        variables: { ...variables, RATE_LIMITS: rateLimits },
        stateFolder: join(folder, name),
      }),
    );
    const workerdPid = childrenOf(process.pid, "workerd").find((pid) => !others.includes(pid));
    if (workerdPid === undefined) throw new Error("a Worker runs in a workerd");
    return { ...copies, workerdPid };
  };
  const built = await buildWorker();
  const asking = { ...built, script: await bundleAskingWorker(join(folder, "bundle")) };
  return {
    database,
    off: await start("off", built, "off"),
    leases: await start("leases", built, "on"),
    asking: await start("asking", asking, "on"),
  };
}

async function bundleAskingWorker(outdir: string): Promise<string> {
  const wrangler = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
  const entry = join("bench", "limits", "asking-worker.ts");
  const env = { ...process.env, XDG_CONFIG_HOME: join(ROOT, ".wrangler", "config") };
  await promisify(execFile)(
    process.execPath,
    [wrangler, "deploy", entry, "--dry-run", "--outdir", outdir, "--env", ""],
    { cwd: ROOT, env },
  );
  return join(outdir, "asking-worker.js");
}

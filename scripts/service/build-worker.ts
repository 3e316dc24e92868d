import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { V4WorkerOptionsShape } from "miniflare";
import { ROOT } from "./paths.ts";
import { StartError } from "./start-error.ts";

/** A bundle as wrangler would upload it, and what wrangler.toml says of it in Miniflare's words. */
export type BuiltWorker = { readonly script: string; readonly options: V4WorkerOptionsShape };

const WRANGLER = join(ROOT, "node_modules", "wrangler", "bin", "wrangler.js");
const BUILDS = join(ROOT, "dist", "local");
const OPTIONS_FILE = "miniflare.json";
/** Whatever can change the bundle or the options. */
const INPUTS = ["package-lock.json", "src", "tsconfig.json", "wrangler.toml"];
const run = promisify(execFile);

/** What `wrangler deploy` would upload for development; built once for the same inputs, also by two at a time. */
export async function buildWorker(): Promise<BuiltWorker> {
  const folder = join(BUILDS, hashOfInputs());
  if (!existsSync(folder)) await build(folder);
  return {
    script: join(folder, "worker.js"),
    options: JSON.parse(readFileSync(join(folder, OPTIONS_FILE), "utf8")),
  };
}

/** Runs `wrangler deploy --dry-run` into the folder and returns what it printed. */
export async function bundleWorker(outdir: string, environment: string): Promise<string> {
  const args = [WRANGLER, "deploy", "--dry-run", "--outdir", outdir, "--env", environment];
  // Else wrangler writes into the home folder, which need not be there.
  const env = { ...process.env, XDG_CONFIG_HOME: join(ROOT, ".wrangler", "config") };
  try {
    const { stdout } = await run(process.execPath, args, { cwd: ROOT, env });
    return stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new StartError(`The Worker does not build.\n${stdout}${stderr}`);
  }
}

async function build(folder: string): Promise<void> {
  const unfinished = `${folder}.${process.pid}`;
  try {
    // wrangler takes a second or two to load, and is not needed while nothing has changed.
    const [{ unstable_getMiniflareWorkerOptions: readOptions }] = await Promise.all([
      import("wrangler"),
      bundleWorker(unfinished, ""),
    ]);
    const { modulesRules: _bundled, ...options } = readOptions(join(ROOT, "wrangler.toml")).workerOptions;
    writeFileSync(join(unfinished, OPTIONS_FILE), JSON.stringify(options));
    if (!existsSync(folder)) renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  removeOtherBuilds(folder);
}

function removeOtherBuilds(folder: string): void {
  for (const name of readdirSync(BUILDS)) {
    const isFinished = !name.includes(".");
    if (isFinished && join(BUILDS, name) !== folder) rmSync(join(BUILDS, name), { recursive: true });
  }
}

function hashOfInputs(): string {
  const hash = createHash("sha256");
  for (const file of INPUTS.flatMap(filesOf)) hash.update(file).update(readFileSync(join(ROOT, file)));
  return hash.digest("hex").slice(0, 16);
}

function filesOf(input: string): string[] {
  if (input !== "src") return [input];
  return readdirSync(join(ROOT, input), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath.slice(ROOT.length), entry.name))
    .sort();
}

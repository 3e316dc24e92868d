// What every npm script goes through. It must run on Node 20 with nothing installed: plain JavaScript, no
// dependencies. It installs what package-lock.json names if that is not there yet, then runs the command on the
// Node that came with it.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const BIN = join(ROOT, "node_modules", ".bin");
const INSTALL_LOCK = join(ROOT, ".data", "installing");
const FORWARDED_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const LOCK_POLL_MS = 300;
const PARENT_POLL_MS = 1000;

/** Nothing here reports to anyone, asks for newer versions, or writes outside this folder. */
const QUIET_TOOLS = {
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DO_NOT_TRACK: "1",
  REDOCLY_SUPPRESS_UPDATE_NOTICE: "true",
  REDOCLY_TELEMETRY: "off",
  WRANGLER_CACHE_DIR: join(ROOT, ".wrangler", "cache"),
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_LOG_PATH: join(ROOT, ".wrangler", "logs"),
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_SEND_METRICS: "false",
};

const [target, ...targetArgs] = process.argv.slice(2);
if (target === undefined) {
  console.error("Usage: node scripts/bootstrap.mjs <script.ts | tool> [arguments]");
  process.exit(2);
}
if (!isInstalled()) await install();
await run(target, targetArgs);

/** Whether npm finished installing what package-lock.json names, but for optional packages that it left out. */
function isInstalled() {
  const installed = readLock(join(ROOT, "node_modules", ".package-lock.json"));
  const wanted = readLock(join(ROOT, "package-lock.json"));
  if (installed === undefined || wanted === undefined || !existsSync(join(BIN, "node"))) return false;
  return Object.entries(wanted).every(
    ([path, { version, optional = false }]) =>
      path === "" || (path in installed ? installed[path].version === version : optional),
  );
}

function readLock(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).packages : undefined;
}

async function install() {
  await takeInstallLock();
  try {
    if (isInstalled()) return;
    console.error("Installing the toolchain into node_modules (once; takes about half a minute) ...");
    const { code, output } = await npm([
      "ci",
      "--include=dev",
      "--no-audit",
      "--no-fund",
      "--loglevel=error",
    ]);
    if (code === 0) return;
    console.error(`${output}\nnpm ci failed. Is the npm registry reachable?`);
    process.exitCode = 1;
  } finally {
    rmSync(INSTALL_LOCK, { force: true });
  }
  process.exit();
}

/** Waits while another process installs here. The lock is a link that names its owner: made in one step. */
async function takeInstallLock() {
  mkdirSync(dirname(INSTALL_LOCK), { recursive: true });
  for (let waiting = false; ; waiting = true) {
    try {
      symlinkSync(String(process.pid), INSTALL_LOCK);
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (!isAlive(readInstallLockOwner())) {
      rmSync(INSTALL_LOCK, { force: true });
      continue;
    }
    if (!waiting) console.error("Waiting for another install in this folder ...");
    await delay(LOCK_POLL_MS);
  }
}

function readInstallLockOwner() {
  try {
    return Number(readlinkSync(INSTALL_LOCK));
  } catch {
    return 0;
  }
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** npm on the Node that it came with: the one in node_modules goes away while npm works. */
function npm(args) {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== BIN);
  const child = spawn("npm", args, {
    cwd: ROOT,
    env: { ...process.env, PATH: path.join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  forwardSignals(child);
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code, output: output.trim() }));
  });
}

/** Runs a TypeScript file of ours or a tool of node_modules/.bin, and ends as it ends. */
async function run(name, args) {
  const [command, commandArgs] = name.endsWith(".ts")
    ? [join(BIN, "node"), [join(ROOT, name), ...args]]
    : [join(BIN, name), args];
  const child = spawn(command, commandArgs, {
    cwd: ROOT,
    env: { ...process.env, ...QUIET_TOOLS, PATH: [BIN, process.env.PATH].join(delimiter) },
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  forwardSignals(child);
  const { code, signal } = await new Promise((resolve) => {
    child.on("error", (error) => {
      console.error(error.message);
      resolve({ code: 1, signal: null });
    });
    child.on("exit", (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  if (signal === null) process.exit(code);
  for (const name of FORWARDED_SIGNALS) process.removeAllListeners(name);
  process.kill(process.pid, signal);
}

/** A child must not outlive npm, also when npm was killed without a chance to tell. */
function forwardSignals(child) {
  for (const signal of FORWARDED_SIGNALS) process.on(signal, () => child.kill(signal));
  const parents = readParents();
  const timer = setInterval(() => {
    if (readParents() !== parents) child.kill("SIGTERM");
  }, PARENT_POLL_MS);
  timer.unref();
}

/** The process that started this one, which is npm's shell, and on Linux the one that started that. */
function readParents() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(")")).split(" ")[2]}`;
  } catch {
    return String(process.ppid);
  }
}

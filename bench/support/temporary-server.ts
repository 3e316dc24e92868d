import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { StartError } from "../../scripts/service/start-error.ts";

const BIN = "/usr/lib/postgresql/15/bin";
const HOST = "127.0.0.1";
const USER = "postgres";
const READY = "database system is ready to accept connections";

/** What is measured lies in memory; nothing here outlives the run, so nothing needs to reach the disk. */
const SETTINGS = [
  `shared_buffers=${Math.min(1024, Math.floor(totalmem() / 8 / 2 ** 20))}MB`,
  "max_wal_size=8GB",
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "autovacuum=off",
];

export type TemporaryServer = {
  readonly url: string;
  /** Of its first process, whose children are all the others. */
  readonly pid: number;
};

/**
 * A PostgreSQL 15 on a free port of this machine, with its data in a temporary folder: stopped and removed at the end.
 * `alternative` says what else one can do where there is none.
 * @throws {StartError} when PostgreSQL 15 is not installed.
 */
export async function startTemporaryServer(alternative = ""): Promise<TemporaryServer & AsyncDisposable> {
  if (!existsSync(join(BIN, "initdb"))) {
    throw new StartError(
      `PostgreSQL 15 is not installed here (apt-get install postgresql-15 postgresql-15-postgis-3). ${alternative}`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "snapact-bench-"));
  const owner = ordinaryUser();
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  const data = join(folder, "data");
  try {
    const initdbArgs = ["-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"];
    execFileSync(join(BIN, "initdb"), initdbArgs, {
      ...owner,
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    const port = await freePort();
    const settings = [
      `port=${port}`,
      `listen_addresses=${HOST}`,
      `unix_socket_directories=${folder}`,
      ...SETTINGS,
    ];
    const server = spawn(
      join(BIN, "postgres"),
      ["-D", data, ...settings.flatMap((setting) => ["-c", setting])],
      // A group of its own: Ctrl-C is for us, and we end it.
      { ...owner, cwd: folder, stdio: ["ignore", "ignore", "pipe"], detached: true },
    );
    const ended = once(server, "exit");
    await untilReady(server.stderr);
    if (server.pid === undefined) throw new Error("a process that runs has an id");
    return {
      url: `postgres://${USER}@${HOST}:${port}/postgres`,
      pid: server.pid,
      [Symbol.asyncDispose]: async () => {
        // What a fast shutdown is asked for by.
        if (server.exitCode === null) server.kill("SIGINT");
        await ended;
        rmSync(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root; its packages bring a user for it. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number => Number(execFileSync("id", [flag, USER], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, HOST);
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a TCP server has a port");
  return address.port;
}

async function untilReady(log: NodeJS.ReadableStream): Promise<void> {
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface(log)
      .on("line", (line) => {
        lines.push(line);
        if (line.includes(READY)) resolve();
      })
      .on("close", () => reject(new StartError(`PostgreSQL did not start:\n${lines.join("\n")}`)));
  });
}

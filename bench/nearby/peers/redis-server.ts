import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Redis } from "./resp.ts";

export type RedisServer = AsyncDisposable & { readonly socketPath: string; readonly pid: number };

const READY_POLL_MS = 50;

/** A Redis of our own, in memory only, on a unix socket in a temporary folder; undefined when it is not installed. */
export async function startRedisServer(): Promise<RedisServer | undefined> {
  const folder = mkdtempSync(join(tmpdir(), "snapact-bench-redis-"));
  const socketPath = join(folder, "redis.sock");
  const settings = ["--port", "0", "--unixsocket", socketPath, "--save", "", "--appendonly", "no"];
  // A group of its own: Ctrl-C is for us, and we end it.
  const server = spawn("redis-server", settings, { cwd: folder, stdio: "ignore", detached: true });
  const started = await once(server, "spawn").then(
    () => true,
    () => false,
  );
  if (!started || server.pid === undefined) {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  await untilReady(socketPath, () => server.exitCode === null);
  return {
    socketPath,
    pid: server.pid,
    [Symbol.asyncDispose]: async () => {
      if (server.exitCode === null) {
        const ended = once(server, "exit");
        server.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(socketPath: string, isRunning: () => boolean): Promise<void> {
  while (isRunning()) {
    try {
      (await Redis.open(socketPath)).close();
      return;
    } catch {
      await delay(READY_POLL_MS);
    }
  }
  throw new Error("redis-server ended before it answered");
}

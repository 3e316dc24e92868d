import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

const CHANNEL = "child_process";

/**
 * Makes every workerd that this process starts end with it, also when it is killed without a chance to clean up;
 * left alone, workerd would keep the port. A small shell in a session of its own waits until its standard input,
 * held by this process, is closed.
 */
export function reapWorkerd(): void {
  if (process.platform === "win32") return;
  unsubscribe(CHANNEL, onChildProcess);
  subscribe(CHANNEL, onChildProcess);
}

function onChildProcess(message: unknown): void {
  const { process: child } = message as { process: ChildProcess };
  child.once("spawn", () => {
    if (child.spawnfile.endsWith("workerd")) watch(child);
  });
}

function watch(workerd: ChildProcess): void {
  const watcher = spawn("sh", ["-c", `read -r _; kill -9 ${workerd.pid}`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watcher.unref();
  workerd.once("exit", () => watcher.kill());
}

import { dirname } from "node:path";
import { convertV4MiniflareOptions, Miniflare, type MiniflareOptions } from "miniflare";
import type { BuiltWorker } from "./build-worker.ts";
import { HOST } from "./ports.ts";
import { reapWorkerd } from "./reap-workerd.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

export type WorkerSetup = {
  readonly worker: BuiltWorker;
  /** 0: any free port. */
  readonly port: number;
  /** The Worker's environment variables; they win over those of wrangler.toml. */
  readonly variables: Readonly<Record<string, string>>;
  /** Where Durable Objects, queues and caches keep their state; forgotten at the end when absent. */
  readonly stateFolder?: string;
};

/**
 * Runs the built Worker in workerd on the loopback interface. Nothing is fetched from anywhere to do so. Rejects
 * when the Worker does not start, with what it said in the message (and on stderr).
 */
export async function runWorker(setup: WorkerSetup): Promise<Miniflare> {
  reapWorkerd();
  const miniflare = keepingSignalHandlers(() => new Miniflare(miniflareOptions(setup)));
  try {
    await miniflare.ready;
    return miniflare;
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    throw error;
  }
}

/** Miniflare ends the process at once when it is signalled, before a database beside it can be closed. */
function keepingSignalHandlers<T>(action: () => T): T {
  const before = SIGNALS.map((signal) => process.listeners(signal));
  const result = action();
  SIGNALS.forEach((signal, i) => {
    const added = process.listeners(signal).filter((listener) => !before[i]?.includes(listener));
    for (const listener of added) process.removeListener(signal, listener);
  });
  return result;
}

export function miniflareOptions(setup: WorkerSetup): MiniflareOptions {
  const { options, script } = setup.worker;
  return convertV4MiniflareOptions({
    ...options,
    bindings: { ...options.bindings, ...setup.variables },
    modules: [{ type: "ESModule", path: script }],
    modulesRoot: dirname(script),
    host: HOST,
    port: setup.port,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    ...(setup.stateFolder === undefined ? {} : { resourcePersistencePath: setup.stateFolder }),
  });
}

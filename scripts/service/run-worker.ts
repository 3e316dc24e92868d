import { dirname } from "node:path";
import {
  convertV4MiniflareOptions,
  Miniflare,
  type MiniflareOptions,
  type V4WorkerOptionsShape,
} from "miniflare";
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
  return await runMiniflare(miniflareOptions(setup));
}

/**
 * Runs the built Worker, and Workers beside it in the same workerd, each listening itself, without Miniflare's own
 * Worker in front of them: that one takes longer for a request than what it would stand before. Each is at
 * `unsafeGetDirectURL(name)`.
 */
export async function runWorkersDirectly(
  setup: WorkerSetup,
  beside: readonly ModuleWorker[],
): Promise<Miniflare> {
  const direct = (worker: ModuleWorker, port: number) => ({
    ...worker,
    unsafeDirectSockets: [{ host: HOST, port }],
  });
  const options = convertV4MiniflareOptions({
    ...hostOptions(setup),
    port: 0,
    workers: [direct(workerOptions(setup), setup.port), ...beside.map((worker) => direct(worker, 0))],
  });
  return await runMiniflare(options);
}

async function runMiniflare(options: MiniflareOptions): Promise<Miniflare> {
  reapWorkerd();
  const miniflare = keepingSignalHandlers(() => new Miniflare(options));
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
  return convertV4MiniflareOptions({ ...hostOptions(setup), ...workerOptions(setup), port: setup.port });
}

function workerOptions({ worker, variables }: WorkerSetup): ModuleWorker {
  const { options, script } = worker;
  return { ...options, bindings: { ...options.bindings, ...variables }, ...moduleAt(script) };
}

/** A Worker of one module: where it is, and what Miniflare needs to know besides. */
export type ModuleWorker = V4WorkerOptionsShape & ReturnType<typeof moduleAt>;

/** What Miniflare is told of a Worker that is one module. */
export function moduleAt(path: string) {
  return { modules: [{ type: "ESModule" as const, path }], modulesRoot: dirname(path) };
}

function hostOptions({ stateFolder }: WorkerSetup) {
  return {
    host: HOST,
    cf: false,
    logRequests: false,
    telemetry: { enabled: false },
    ...(stateFolder === undefined ? {} : { resourcePersistencePath: stateFolder }),
  } as const;
}

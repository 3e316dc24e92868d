import { dirname } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import type { BuiltWorker } from "../../scripts/service/build-worker.ts";
import { HOST } from "../../scripts/service/ports.ts";
import { reapWorkerd } from "../../scripts/service/reap-workerd.ts";

/** Services of one Worker in one workerd, each an isolate, that share the objects of the first. */
export type WorkerCopies = AsyncDisposable & {
  /** Where each answers, without a slash at the end. */
  readonly addresses: readonly string[];
  /** Takes a limiter object out of memory as the platform does, if it is in there. */
  evict(object: string): Promise<void>;
  /** What a limiter object's tables answer. */
  query(object: string, sql: string): Promise<unknown[]>;
};

/** Starts `copies` services of a Worker; the state of their objects is kept in `stateFolder`. */
export async function startWorkerCopies(
  { script, options }: BuiltWorker,
  {
    copies,
    variables,
    stateFolder,
  }: {
    readonly copies: number;
    readonly variables: Readonly<Record<string, string>>;
    readonly stateFolder: string;
  },
): Promise<WorkerCopies> {
  reapWorkerd();
  const names = Array.from({ length: copies }, (_, i) => `copy-${i}`);
  const first = "copy-0";
  const className = "LimiterObject";
  const objectOf = (copy: string, className: string) => ({
    className,
    useSQLite: true,
    ...(copy !== first && { scriptName: first }),
  });
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: 0,
      cf: false,
      logRequests: false,
      telemetry: { enabled: false },
      unsafeInspectDurableObjects: true,
      resourcePersistencePath: stateFolder,
      workers: names.map((name) => ({
        ...options,
        name,
        bindings: { ...options.bindings, ...variables },
        modules: [{ type: "ESModule" as const, path: script }],
        modulesRoot: dirname(script),
        durableObjects: {
          LIMITS: objectOf(name, className),
          STATS: objectOf(name, "StatsObject"),
          SENDERS: objectOf(name, "SenderObject"),
        },
        // A queue has one consumer.
        ...(name !== first && { queueConsumers: {} }),
        unsafeDirectSockets: [{ host: HOST, port: 0 }],
      })),
    }),
  );
  await miniflare.ready;
  const urls = await Promise.all(names.map((name) => miniflare.unsafeGetDirectURL(name)));
  return {
    addresses: urls.map(({ origin }) => origin),
    async evict(name) {
      await miniflare.unsafeEvictDurableObject(first, className, { name });
    },
    async query(name, sql) {
      const storage = await miniflare.unsafeGetDurableObjectStorage(first, className, { name });
      return await storage.exec(sql);
    },
    [Symbol.asyncDispose]: () => miniflare.dispose(),
  };
}

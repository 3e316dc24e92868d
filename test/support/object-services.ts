import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { HOST } from "../../scripts/service/ports.ts";
import { SOURCES, type workerModules } from "./worker-modules.ts";

/** Worker services that share the Durable Objects of the first of them, in one workerd. */
export type ObjectServices = {
  /** Asks the `i`th service. */
  fetch(
    i: number,
    path: string,
    init?: { method: string; body: string },
  ): Promise<{ ok: boolean; json(): Promise<unknown> }>;
  /** Takes the named object out of memory as the platform does. */
  evict(name: string): Promise<void>;
  /** The rows of one of the named object's tables. */
  rows(name: string, sql: string): Promise<unknown[]>;
  stop(): Promise<void>;
};

/** Starts `count` services of the Worker that `modules` are. Their objects are kept in `folder`. */
export async function startObjectServices({
  modules,
  binding,
  className,
  count,
  folder,
}: {
  readonly modules: ReturnType<typeof workerModules>;
  readonly binding: string;
  readonly className: string;
  readonly count: number;
  readonly folder: string;
}): Promise<ObjectServices> {
  const names = Array.from({ length: count }, (_, i) => `service-${i}`);
  const owner = "service-0";
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      unsafeInspectDurableObjects: true,
      resourcePersistencePath: folder,
      workers: names.map((name) => ({
        name,
        modules,
        modulesRoot: SOURCES,
        compatibilityDate: "2026-11-01",
        durableObjects: {
          [binding]: { className, useSQLite: true, ...(name !== owner && { scriptName: owner }) },
        },
      })),
    }),
  );
  await miniflare.ready;
  const workers = await Promise.all(names.map((name) => miniflare.getWorker(name)));
  return {
    fetch: (i, path, init) => workers[i % count]!.fetch(`http://service.example${path}`, init),
    evict: (name) => miniflare.unsafeEvictDurableObject(owner, className, { name }),
    async rows(name, sql) {
      const storage = await miniflare.unsafeGetDurableObjectStorage(owner, className, { name });
      return await storage.exec(sql);
    },
    stop: () => miniflare.dispose(),
  };
}

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { ROOT } from "../../scripts/service/paths.ts";
import { HOST } from "../../scripts/service/ports.ts";

const SOURCES = join(ROOT, "src");

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

/**
 * Starts `count` services of the Worker `source`, a module of the folder `sourceFolder` below `src`; `modules` are
 * the files below `src` that it is made of. Their objects are kept in `folder`.
 */
export async function startObjectServices({
  source,
  sourceFolder,
  modules,
  binding,
  className,
  count,
  folder,
}: {
  readonly source: string;
  readonly sourceFolder: string;
  readonly modules: readonly string[];
  readonly binding: string;
  readonly className: string;
  readonly count: number;
  readonly folder: string;
}): Promise<ObjectServices> {
  const files = modules.map((module) => join(SOURCES, module));
  const esModules = [
    { path: join(SOURCES, sourceFolder, "worker-under-test.ts"), contents: source },
    ...files.map((path) => ({ path, contents: stripTypeScriptTypes(readFileSync(path, "utf8")) })),
  ].map((module) => ({ type: "ESModule" as const, ...module }));
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
        modules: esModules,
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

import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { ROOT } from "../../scripts/service/paths.ts";
import { HOST } from "../../scripts/service/ports.ts";
import type { StatsTotals } from "../../src/stats/stats-store.ts";

/** A Worker that does nothing but count its requests, in an isolate of its own. */
const WORKER = `
  import { env, waitUntil } from "cloudflare:workers";
  import { Reporter } from "./reporter.ts";
  import { RequestCounter } from "./request-counter.ts";
  import { createStatsStore } from "./stats-binding.ts";
  export { StatsObject } from "./stats-object.ts";
  const counter = new RequestCounter();
  const store = createStatsStore(env.STATS);
  const reporter = new Reporter({
    counter,
    store,
    now: () => Date.now(),
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    waitUntil,
    newIsolateId: () => crypto.randomUUID(),
    onFailure: () => {},
  });
  export default {
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/totals") {
        await reporter.flush();
        return Response.json(await store.totals());
      }
      if (pathname === "/twice") {
        const delta = { isolate: "told twice", seq: 0, firstSentAtMs: Date.now(), counts: { twice: 1 } };
        await store.add(delta);
        await store.add(delta);
      }
      counter.countRequest({ route: pathname, method: request.method, status: 200, ms: 3 });
      reporter.report();
      return new Response();
    },
  };`;

const SERVICES = ["one", "two", "three"] as const;
const SOURCES = join(ROOT, "src", "stats");
/** What of the folder runs without the rest of the service. */
const MODULES = [
  "reporter",
  "request-counter",
  "series",
  "stats-binding",
  "stats-object",
  "sums",
  "sums-storage",
];

/** Worker services that share the stats object of the first of them, in one workerd. */
export type StatsServices = {
  /** Has the `i`th service count a request of this path. */
  ask(i: number, path: string): Promise<void>;
  /** What the `i`th service is told, once it has brought what it counted. */
  totals(i: number): Promise<StatsTotals>;
  /** Takes the object out of memory as the platform does. */
  evict(): Promise<void>;
  /** The rows of one of the object's tables. */
  rows(sql: string): Promise<unknown[]>;
  stop(): Promise<void>;
};

/** Starts the services; their object is kept in `folder`. */
export async function startStatsServices(folder: string): Promise<StatsServices> {
  const modules = [
    { type: "ESModule" as const, path: join(SOURCES, "worker-under-test.ts"), contents: WORKER },
    ...MODULES.map((module) => join(SOURCES, `${module}.ts`)).map((path) => ({
      type: "ESModule" as const,
      path,
      contents: stripTypeScriptTypes(readFileSync(path, "utf8")),
    })),
  ];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: HOST,
      port: 0,
      cf: false,
      telemetry: { enabled: false },
      unsafeInspectDurableObjects: true,
      resourcePersistencePath: folder,
      workers: SERVICES.map((name, i) => ({
        name,
        modules,
        modulesRoot: SOURCES,
        compatibilityDate: "2026-11-01",
        durableObjects: {
          STATS: { className: "StatsObject", useSQLite: true, ...(i > 0 && { scriptName: SERVICES[0] }) },
        },
      })),
    }),
  );
  await miniflare.ready;
  const workers = await Promise.all(SERVICES.map((name) => miniflare.getWorker(name)));
  const fetchOf = (i: number, path: string) =>
    workers[i % SERVICES.length]!.fetch(`http://stats.example${path}`);
  return {
    async ask(i, path) {
      const { ok } = await fetchOf(i, path);
      if (!ok) throw new Error("not counted");
    },
    totals: async (i) => (await (await fetchOf(i, "/totals")).json()) as StatsTotals,
    evict: () => miniflare.unsafeEvictDurableObject(SERVICES[0], "StatsObject", { name: "all" }),
    async rows(sql) {
      const storage = await miniflare.unsafeGetDurableObjectStorage(SERVICES[0], "StatsObject", {
        name: "all",
      });
      return await storage.exec(sql);
    },
    stop: () => miniflare.dispose(),
  };
}

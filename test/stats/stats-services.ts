import type { StatsTotals } from "../../src/stats/stats-store.ts";
import { startObjectServices } from "../support/object-services.ts";
import { workerModules } from "../support/worker-modules.ts";

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
  const services = await startObjectServices({
    modules: workerModules("stats/counting-worker.ts", WORKER),
    binding: "STATS",
    className: "StatsObject",
    count: 3,
    folder,
  });
  return {
    async ask(i, path) {
      const { ok } = await services.fetch(i, path);
      if (!ok) throw new Error("not counted");
    },
    totals: async (i) => (await (await services.fetch(i, "/totals")).json()) as StatsTotals,
    evict: () => services.evict("all"),
    rows: (sql) => services.rows("all", sql),
    stop: services.stop,
  };
}

import { readdirSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { ROOT } from "../../scripts/service/paths.ts";
import { HOST } from "../../scripts/service/ports.ts";
import type { Terms } from "../../src/limits/lease-call.ts";
import type { Outcome } from "../../src/limits/limiter.ts";

/** A Worker that does nothing but ask its limiter, in an isolate of its own. */
const WORKER = `
  import { env, waitUntil } from "cloudflare:workers";
  import { createLimiter } from "./limiter-binding.ts";
  export { LimiterObject } from "./limiter-object.ts";
  const limiter = createLimiter(env.LIMITS, waitUntil);
  export default {
    async fetch(request) {
      const { name, terms, giveBack } = await request.json();
      const outcome = await limiter.acquire(name, terms);
      const atMs = Date.now();
      if (giveBack && outcome.kind === "admitted") limiter.release(name, terms, outcome.permit);
      return Response.json({ outcome, atMs });
    },
  };`;

const SERVICES = ["one", "two", "three", "four"] as const;
const SOURCES = join(ROOT, "src", "limits");
/** Those of the folder that the Worker is made of know nothing of the rest of the service. */
const MODULES = readdirSync(SOURCES).filter((file) => file.endsWith(".ts"));

export type Answer = { readonly outcome: Outcome; readonly atMs: number };

/** Worker services that share the limiter object of the first of them, in one workerd. */
export type LimiterServices = {
  /** Asks the `i`th service. */
  ask(i: number, name: string, terms: Terms, giveBack?: boolean): Promise<Answer>;
  /** Takes the object out of memory as the platform does. */
  evict(name: string): Promise<void>;
  /** The rows of one of the object's tables. */
  rows(name: string, sql: string): Promise<unknown[]>;
  stop(): Promise<void>;
};

/** Starts the services; their objects are kept in `folder`. */
export async function startLimiterServices(folder: string): Promise<LimiterServices> {
  const modules = [
    { type: "ESModule" as const, path: join(SOURCES, "worker-under-test.ts"), contents: WORKER },
    ...MODULES.map((file) => ({
      type: "ESModule" as const,
      path: join(SOURCES, file),
      contents: stripTypeScriptTypes(readFileSync(join(SOURCES, file), "utf8")),
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
          LIMITS: { className: "LimiterObject", useSQLite: true, ...(i > 0 && { scriptName: SERVICES[0] }) },
        },
      })),
    }),
  );
  await miniflare.ready;
  const workers = await Promise.all(SERVICES.map((name) => miniflare.getWorker(name)));
  return {
    async ask(i, name, terms, giveBack = false) {
      const worker = workers[i % SERVICES.length]!;
      const body = JSON.stringify({ name, terms, giveBack });
      const response = await worker.fetch("http://limiter.example/", { method: "POST", body });
      return (await response.json()) as Answer;
    },
    evict: (name) => miniflare.unsafeEvictDurableObject(SERVICES[0], "LimiterObject", { name }),
    async rows(name, sql) {
      const storage = await miniflare.unsafeGetDurableObjectStorage(SERVICES[0], "LimiterObject", { name });
      return await storage.exec(sql);
    },
    stop: () => miniflare.dispose(),
  };
}

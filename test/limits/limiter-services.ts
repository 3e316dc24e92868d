import type { Terms } from "../../src/limits/lease-call.ts";
import type { Outcome } from "../../src/limits/limiter.ts";
import { type ObjectServices, startObjectServices } from "../support/object-services.ts";
import { workerModules } from "../support/worker-modules.ts";

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

export type Answer = { readonly outcome: Outcome; readonly atMs: number };

/** Worker services that share the limiter object of the first of them. */
export type LimiterServices = Pick<ObjectServices, "evict" | "rows" | "stop"> & {
  /** Asks the `i`th service. */
  ask(i: number, name: string, terms: Terms, giveBack?: boolean): Promise<Answer>;
};

/** Starts the services; their objects are kept in `folder`. */
export async function startLimiterServices(folder: string): Promise<LimiterServices> {
  const services = await startObjectServices({
    modules: workerModules("limits/asking-worker.ts", WORKER),
    binding: "LIMITS",
    className: "LimiterObject",
    count: 4,
    folder,
  });
  return {
    ...services,
    async ask(i, name, terms, giveBack = false) {
      const body = JSON.stringify({ name, terms, giveBack });
      return (await (await services.fetch(i, "/", { method: "POST", body })).json()) as Answer;
    },
  };
}

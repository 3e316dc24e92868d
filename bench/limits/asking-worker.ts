import { env, waitUntil } from "cloudflare:workers";
import { createApp } from "../../src/app.ts";
import { parseConfig } from "../../src/config.ts";
import { createDatabase } from "../../src/db/client.ts";
import type { RequestLimiter } from "../../src/limits/limiter.ts";
import { LimiterObject } from "../../src/limits/limiter-object.ts";

export { LimiterObject };

declare global {
  namespace Cloudflare {
    interface Env {
      LIMITS: DurableObjectNamespace<LimiterObject>;
    }
  }
}

const config = parseConfig({ ...env });
let holder: string | undefined;
let seq = 0;

/** The obvious exact limiter: it asks the object for each request. */
const limiter: RequestLimiter = {
  async acquire(name, { limit, windowMs }) {
    holder ??= crypto.randomUUID();
    const call = { holder, seq: seq++, limit, windowMs, needed: 1, ahead: 0, unspent: [] };
    const { granted, available, moreInMs } = await env.LIMITS.getByName(name).answer(call);
    if (granted === 0) return { kind: "refused", retryInMs: moreInMs };
    return { kind: "admitted", permit: { seq: call.seq }, remaining: available, moreInMs };
  },
  release() {},
};

const app = createApp({
  config,
  database: createDatabase(config),
  limiter,
  tileCache: undefined,
  statsStore: undefined,
  requestDataset: undefined,
  wakeUpQueue: undefined,
  log: (entry) => console.error(JSON.stringify(entry)),
  waitUntil,
  now: Date.now,
});

export default {
  fetch: (request, _env, context) => app.fetch(request, {}, context),
} satisfies ExportedHandler;

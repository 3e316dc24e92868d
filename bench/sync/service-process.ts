import { Miniflare } from "miniflare";
import { DEV_JWT_SECRET } from "../../scripts/dev-secrets.ts";
import { startLocalNeon } from "../../scripts/local-neon/local-neon.ts";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { reapWorkerd } from "../../scripts/service/reap-workerd.ts";
import { miniflareOptions } from "../../scripts/service/run-worker.ts";

/** What this process tells the one that started it when it is ready. */
export type ServiceReady = {
  /** Without a slash at the end. */
  readonly address: string;
  /** Where workerd speaks the Chrome DevTools protocol, over HTTP. */
  readonly inspectorAddress: string;
};

/**
 * The built Worker in workerd, and the local Neon endpoint in front of the database that the argument names. Ends
 * with the process that started it.
 */
const [databaseUrl] = process.argv.slice(2);
if (databaseUrl === undefined) throw new Error("which database?");
reapWorkerd();

const worker = await buildWorker();
const database = await startLocalNeon({ databaseUrl });
const miniflare = new Miniflare({
  ...miniflareOptions({
    worker,
    port: 0,
    variables: {
      ENVIRONMENT: "development",
      DATABASE_URL: database.connectionString,
      NEON_SQL_ENDPOINT: database.url,
      DEV_JWT_SECRET,
      RATE_LIMITS: "off",
    },
  }),
  inspectorPort: 0,
});
// The end of the channel is what ends this process.
process.on("disconnect", async () => {
  await miniflare.dispose();
  await database.close();
});
const { origin } = await miniflare.ready;
const inspector = await miniflare.getInspectorURL();
const ready: ServiceReady = { address: origin, inspectorAddress: `http://${inspector.host}` };
process.send?.(ready);

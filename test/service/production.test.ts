import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { unstable_getMiniflareWorkerOptions as readWranglerConfig } from "wrangler";
import { type BuiltWorker, buildWorker } from "../../scripts/service/build-worker.ts";
import { ROOT } from "../../scripts/service/paths.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";

/** What docs/guides/deploy.md has an engineer set. */
const PRODUCTION = {
  DATABASE_URL: "postgresql://connect:secret@ep-example.eu-central-1.aws.neon.tech/connect",
  JWKS_URL: "https://accounts.example/.well-known/jwks.json",
  JWT_ISSUER: "https://accounts.example",
  JWT_AUDIENCE: "snapact-connect",
  ENCRYPTION_KEY: "ZGVwbG95LWd1aWRlLWV4YW1wbGUtMzItYnl0ZXMtMDE=",
};

let worker: BuiltWorker;
beforeAll(async () => {
  const { options, script } = await buildWorker();
  const { bindings } = readWranglerConfig(join(ROOT, "wrangler.toml"), "production").workerOptions;
  worker = { script, options: { ...options, bindings: Object.assign({}, bindings) } };
});

async function startWith(variables: Record<string, string>): Promise<string> {
  const miniflare = await runWorker({ worker, port: 0, variables });
  await miniflare.dispose();
  return "started";
}

describe("the built Worker with the production environment of wrangler.toml", () => {
  it("starts when all variables are set", async () => {
    expect(await startWith(PRODUCTION)).toBe("started");
  });

  it("refuses to start with a development-only variable, and says which", async () => {
    const variables = { ...PRODUCTION, DEV_JWT_SECRET: "known-to-everyone-known-to-everyone" };
    await expect(startWith(variables)).rejects.toThrow("DEV_JWT_SECRET is for development only");
  });

  it("refuses to start without limits", async () => {
    await expect(startWith({ ...PRODUCTION, RATE_LIMITS: "off" })).rejects.toThrow(
      "RATE_LIMITS must not be off",
    );
  });

  it("refuses to start before it has been set up, and says what is missing", async () => {
    await expect(startWith({})).rejects.toThrow(/DATABASE_URL must be set.*JWKS_URL must be set/s);
  });
});

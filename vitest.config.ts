import { availableParallelism } from "node:os";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Tests wait for workerd and Postgres half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: ["test/**/*.worker.test.ts", "test/service/**"],
        },
      },
      {
        extends: true,
        plugins: [
          cloudflareTest(({ inject }) => ({
            main: "src/worker.ts",
            wrangler: { configPath: "wrangler.toml" },
            miniflare: { cf: false, bindings: inject("workerVariables") },
          })),
        ],
        test: { name: "workerd", include: ["test/**/*.worker.test.ts"] },
      },
      {
        extends: true,
        test: { name: "service", include: ["test/service/**/*.test.ts"] },
      },
    ],
  },
});

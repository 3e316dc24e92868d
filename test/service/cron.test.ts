import { expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { fireCron } from "../../scripts/service/cron.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";
import { sql } from "../support/database.ts";

it("the built Worker's cron handler forgets Idempotency-Keys of more than 24 hours ago", async () => {
  const keep = (key: string, age: string) => sql`
    INSERT INTO idempotency_records (scope, route, key, body_sha256, write_id, outcome, created_at)
    VALUES ('cron', 'POST /', ${key}, decode(repeat('ab', 32), 'hex'), gen_random_uuid(), '{}', now() - ${age}::interval)`;
  await keep("old", "24 hours 1 second");
  await keep("young", "23 hours");
  const miniflare = await runWorker({
    worker: await buildWorker(),
    port: 0,
    variables: inject("workerVariables"),
  });
  try {
    await fireCron(miniflare);
  } finally {
    await miniflare.dispose();
  }
  expect(await sql`SELECT key FROM idempotency_records WHERE scope = 'cron'`).toEqual([{ key: "young" }]);
});

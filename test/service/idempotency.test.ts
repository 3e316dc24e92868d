import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";
import { sql } from "../support/database.ts";

const ROUNDS = 15;
const AT_ONCE = 10;

/** On PGlite, which serves one connection at a time, nobody races. */
describe.skipIf(inject("databaseUrl") === null)("two built Workers racing with one Idempotency-Key", () => {
  let addresses: readonly string[];
  const stack = new AsyncDisposableStack();
  beforeAll(async () => {
    const setup = { worker: await buildWorker(), port: 0, variables: inject("workerVariables") };
    const second = await runWorker(setup);
    stack.defer(() => second.dispose());
    addresses = [inject("serviceAddress"), (await second.ready).origin];
  });
  afterAll(() => stack.disposeAsync());

  it("do the work once, and give all who ask the same answer or ask them to come back", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const name = `Raced for ${round}`;
      const apply = (i: number) =>
        fetch(`${addresses[i % 2]}/partners/applications`, {
          method: "POST",
          headers: { "Content-Type": "application/json", "Idempotency-Key": `race-${round}` },
          body: JSON.stringify({ name, contact_email: "shop@example.com" }),
        });
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => apply(i)));
      const texts = new Set<string>();
      for (const answer of answers) {
        const text = await answer.text();
        if (answer.status === 201) texts.add(text);
        else expect([answer.status, JSON.parse(text).code]).toEqual([409, "idempotency_key_in_use"]);
      }
      for (const i of [0, 1]) texts.add(await (await apply(i)).text());
      expect(texts.size).toBe(1);
      const [row] = await sql`SELECT count(*)::int AS applications FROM partners WHERE name = ${name}`;
      expect(row).toEqual({ applications: 1 });
    }
  });
});

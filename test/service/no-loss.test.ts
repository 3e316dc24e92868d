import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { seededRandom } from "../../scripts/import/random.ts";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { fireCron } from "../../scripts/service/cron.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";
import { addEndpoint } from "../support/add-endpoint.ts";
import { sql } from "../support/database.ts";
import { makeApiKey, makeLocation, makePartner } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { type Reaction, type Receiver, startReceiver } from "../webhooks/receiver.ts";

/** As many events as the suite can bear; `NO_LOSS_EVENTS=10000` is the full size. */
const EVENTS = Number(process.env["NO_LOSS_EVENTS"] || 120);
/** Items in one write: each of them is an event. */
const AT_ONCE = 10;
const WRITES = EVENTS / AT_ONCE;
const KILLS = EVENTS >= 10_000 ? 20 : 3;
const FULL_SIZE_TIMEOUT_MS = 900_000;
const random = seededRandom("no loss in workerd");

let receiver: Receiver;
let folder: string;
beforeAll(async () => {
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), "no-loss-"));
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** The built Worker, and its workerd to kill. */
async function startWorker() {
  let workerd: ChildProcess | undefined;
  const note = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    child.once("spawn", () => {
      if (child.spawnfile.endsWith("workerd")) workerd = child;
    });
  };
  subscribe("child_process", note);
  const variables = inject("workerVariables");
  const miniflare = await runWorker({ worker: await buildWorker(), port: 0, variables, stateFolder: folder });
  unsubscribe("child_process", note);
  const { origin } = await miniflare.ready;
  return {
    miniflare,
    items: `${origin}/connect/v1/catalog/items`,
    async kill() {
      workerd!.kill("SIGKILL");
      await once(workerd!, "exit");
      await miniflare.dispose().catch(() => undefined);
    },
  };
}
type RunningWorker = Awaited<ReturnType<typeof startWorker>>;

it(
  `each of ${EVENTS} committed events arrives, though workerd is killed ${KILLS} times and the receiver fails three in ten`,
  async () => {
    const partner = await makePartner();
    const { partnerId } = partner;
    await makeLocation(partner, (await claimRegion("no loss")).at(0, 0));
    const { key } = await makeApiKey(partner);
    const { path, endpointId } = await addEndpoint(receiver, partnerId);
    const failures = new Map<string, number>();
    receiver.react = ({ id }) => {
      const failed = failures.get(id) ?? 0;
      // Ten in a row would be given up.
      if (failed === 6 || random.fraction() >= 0.3) return { status: 204 };
      failures.set(id, failed + 1);
      return random.pick<Reaction>(["drop", { status: 503 }]);
    };

    let worker = await startWorker();
    let written = 0;
    /** Changes the stock of ten items once, until that is acknowledged: the key makes it once, whoever was killed meanwhile. */
    const write = async (): Promise<void> => {
      for (;;) {
        const answer = await post(worker, key, written).catch(() => undefined);
        if (answer === 200) break;
      }
      written++;
    };

    const perKill = Math.ceil(WRITES / (KILLS + 1));
    for (let kill = 0; kill < KILLS; kill++) {
      const killAfter = random.integer(0, perKill - 1);
      for (let i = 0; i < perKill && written < WRITES; i++) {
        await write();
        if (i !== killAfter) continue;
        const received = receiver.received.length;
        // In the middle of what it sends.
        await expect.poll(() => receiver.received.length, { timeout: 15_000 }).toBeGreaterThan(received);
        await worker.kill();
        worker = await startWorker();
      }
      await bringForward(endpointId);
    }
    while (written < WRITES) await write();

    // What was left behind waits for a lease, a retry or the cron trigger: their time comes sooner here.
    const undelivered = async (): Promise<number> => {
      await bringForward(endpointId);
      await fireCron(worker.miniflare);
      const [row] = await sql`
        SELECT (SELECT count(*) FROM outbox_events WHERE partner_id = ${partnerId} AND status = 'pending')
          + (SELECT count(*) FROM webhook_deliveries WHERE endpoint_id = ${endpointId} AND status <> 'delivered') AS n`;
      return Number(row!["n"]);
    };
    await expect.poll(undelivered, { timeout: FULL_SIZE_TIMEOUT_MS, interval: 500 }).toBe(0);
    await worker.miniflare.dispose();

    const committed = await sql`SELECT payload FROM outbox_events WHERE partner_id = ${partnerId}`;
    expect(committed).toHaveLength(EVENTS);
    const arrived = new Map<string, string>();
    for (const request of receiver.received) {
      expect(request.path).toBe(path);
      expect(arrived.get(request.id) ?? request.body).toBe(request.body);
      arrived.set(request.id, request.body);
    }
    expect(arrived).toEqual(new Map(committed.map(({ payload }) => [JSON.parse(payload).id, payload])));
    expect(receiver.forged).toBe(0);
  },
  FULL_SIZE_TIMEOUT_MS,
);

async function post({ items }: RunningWorker, key: string, n: number): Promise<number> {
  const response = await fetch(items, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${key}`,
      "Content-Type": "application/json",
      "Idempotency-Key": `write-${n}`,
    },
    body: JSON.stringify({
      items: Array.from({ length: AT_ONCE }, (_, i) => ({
        external_ref: `item-${i}`,
        title: "Bread",
        price: { amount: 100, currency: "NGN" },
        stock: { quantity: n },
      })),
    }),
  });
  await response.body?.cancel();
  return response.status;
}

/** Lets retries and leases be due now. */
async function bringForward(endpointId: string): Promise<void> {
  await sql`UPDATE webhook_deliveries SET next_attempt_at = now(), leased_until = CASE WHEN leased_until IS NOT NULL THEN now() END
    WHERE endpoint_id = ${endpointId} AND status = 'pending'`;
}

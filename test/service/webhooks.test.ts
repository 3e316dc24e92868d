import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Miniflare } from "miniflare";
import { afterAll, beforeAll, beforeEach, expect, inject, it } from "vitest";
import { buildWorker } from "../../scripts/service/build-worker.ts";
import { fireCron } from "../../scripts/service/cron.ts";
import { runWorker } from "../../scripts/service/run-worker.ts";
import { newId } from "../../src/new-id.ts";
import { addEndpoint } from "../support/add-endpoint.ts";
import { sql } from "../support/database.ts";
import { makeApiKey, makeLocation, makePartner } from "../support/factories.ts";
import { claimRegion } from "../support/regions.ts";
import { type Received, type Receiver, startReceiver } from "../webhooks/receiver.ts";

let folder: string;
let miniflare: Miniflare;
let address: string;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  folder = mkdtempSync(join(tmpdir(), "webhooks-"));
  const variables = inject("workerVariables");
  miniflare = await runWorker({ worker: await buildWorker(), port: 0, variables, stateFolder: folder });
  address = (await miniflare.ready).origin;
});
beforeEach(() => {
  receiver.react = () => ({ status: 204 });
});
afterAll(async () => {
  await miniflare.dispose();
  await receiver[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** A partner with a shop and a key. */
async function newShop() {
  const partner = await makePartner();
  await makeLocation(partner, (await claimRegion("webhooks")).at(0, 0));
  const { key } = await makeApiKey(partner);
  return { partnerId: partner.partnerId, key };
}

async function changeStock(key: string, externalRef: string, quantity: number): Promise<void> {
  const response = await fetch(`${address}/connect/v1/catalog/items`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      external_ref: externalRef,
      title: externalRef,
      price: { amount: 100, currency: "NGN" },
      stock: { quantity },
    }),
  });
  expect(response.status).toBe(200);
  await response.body?.cancel();
}

/** Returns once something is so. */
const until = (what: () => unknown) => expect.poll(what, { timeout: 20_000, interval: 20 });
const receivedAt = (path: string): Received[] => receiver.received.filter((request) => request.path === path);
const quantitiesAt = (path: string) =>
  receivedAt(path).map(({ body }) => JSON.parse(body).data.stock.quantity as number);

it("a change of stock arrives at whoever subscribed, signed, moments after it was answered", async () => {
  const { partnerId, key } = await newShop();
  const { path } = await addEndpoint(receiver, partnerId);
  await changeStock(key, "bread", 7);
  await until(() => quantitiesAt(path)).toEqual([7]);
  expect(receivedAt(path)[0]).toMatchObject({ type: "catalog.item.upserted" });
  expect(receiver.forged).toBe(0);
});

it("endpoints that hang hold up no other, be they twenty", async () => {
  const { partnerId, key } = await newShop();
  const hanging = await Promise.all(Array.from({ length: 20 }, () => addEndpoint(receiver, partnerId)));
  const hangingPaths = new Set(hanging.map(({ path }) => path));
  receiver.react = ({ path }) => (hangingPaths.has(path) ? "hang" : { status: 204 });
  for (let quantity = 1; quantity <= 6; quantity++) await changeStock(key, "bread", quantity);
  const hung = () => receiver.received.filter(({ path }) => hangingPaths.has(path)).length;
  // Each of them has five requests under way, as many as an invocation may.
  await until(hung).toBe(100);

  const good = await addEndpoint(receiver, partnerId);
  await changeStock(key, "bread", 50);
  await until(() => quantitiesAt(good.path)).toEqual([50]);
  await changeStock(key, "bread", 51);
  await until(() => quantitiesAt(good.path)).toEqual([50, 51]);
  // All of them hung all the while.
  expect(receiver.underWay).toBe(100);
  expect(hung()).toBe(100);
});

it("what failed is tried again when it is time, without anybody's doing", async () => {
  const { partnerId, key } = await newShop();
  const { path, endpointId } = await addEndpoint(receiver, partnerId);
  receiver.react = () => ({ status: 500 });
  await changeStock(key, "bread", 3);
  const failures = async () =>
    (
      await sql`SELECT failures, next_attempt_at > now() AS waits FROM webhook_deliveries WHERE endpoint_id = ${endpointId}`
    )[0];
  await until(failures).toEqual({ failures: 1, waits: true });
  receiver.react = () => ({ status: 204 });
  await until(() => receivedAt(path).length).toBe(2);
  const [first, second] = receivedAt(path);
  expect(second).toMatchObject({ id: first!.id, body: first!.body });
});

it("the cron trigger makes good what was not woken for", async () => {
  const { partnerId } = await newShop();
  const { path } = await addEndpoint(receiver, partnerId);
  const eventId = newId(Date.now());
  await sql`INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at)
    VALUES (${eventId}, ${partnerId}, 'order.paid', '{}', now())`;
  await fireCron(miniflare);
  await until(() => receivedAt(path).map(({ body }) => body)).toEqual(["{}"]);
});

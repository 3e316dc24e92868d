import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../scripts/import/random.ts";
import { consumeWakeUp } from "../../src/webhooks/consume-wake-up.ts";
import { deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { wakeMissed } from "../../src/webhooks/wake-missed.ts";
import type { WakeUp, WakeUpQueue } from "../../src/webhooks/wake-ups.ts";
import { type CatalogWorld, ITEMS, newShop, type Shop } from "../catalog/catalog-app.ts";
import { startPartnersApp } from "../partners/partners-app.ts";
import { type DeliveryWorld, makeEndpoint, pass, startDeliveryWorld } from "./delivery-world.ts";
import { killableSender } from "./killable.ts";
import type { Reaction } from "./receiver.ts";

/** As many events as the suite can bear; `NO_LOSS_EVENTS=10000` is the full size. */
const EVENTS = Number(process.env["NO_LOSS_EVENTS"] || 300);
const KILLS = 20;
const MINUTES_MS = 60_000;
const FULL_SIZE_TIMEOUT_MS = 900_000;

let world: DeliveryWorld;
let catalog: CatalogWorld;
beforeAll(async () => {
  world = await startDeliveryWorld();
  const app = await startPartnersApp(world.db.localNeon);
  catalog = { db: world.db, app, other: app };
});
afterAll(() => world.stop());

const random = seededRandom("no loss");

/** Changes the stock of items until so many events are due, each by a write that is repeated until it is answered. */
class Writer {
  written = 0;
  readonly #shop: Shop;
  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async write(events: number): Promise<void> {
    for (let left = events; left > 0; left -= 20) {
      await this.#send(Math.min(20, left));
    }
  }

  async #send(count: number): Promise<void> {
    const first = this.written;
    const items = Array.from({ length: count }, (_, i) => ({
      external_ref: `item-${(first + i) % 500}`,
      title: "Bread",
      price: { amount: 100, currency: "NGN" },
      stock: { quantity: first + i },
    }));
    const { app } = catalog;
    const idempotencyKey = `write-${first}`;
    for (;;) {
      app.nowMs = Date.now();
      const { status } = await app.ask("POST", ITEMS, {
        token: this.#shop.key,
        body: { items },
        idempotencyKey,
      });
      if (status === 200) break;
      expect([409, 503]).toContain(status);
    }
    this.written += count;
    // The next write observes later than this one.
    pass(1);
  }

  /** A write that is refused leaves nothing. */
  async writeRefused(): Promise<void> {
    const body = { items: [{ external_ref: "never", stock: { quantity: -1 } }] };
    await catalog.app.ask("POST", ITEMS, { token: this.#shop.key, body });
  }
}

/**
 * One life of whatever delivers: what was missed, then all that follows from it, until nothing is left or it is killed.
 * Returns whether it was.
 */
async function live(kill: { atCall: number; afterwards: boolean }): Promise<boolean> {
  const { database, killed } = killableSender(world.db.database, kill);
  const messages: WakeUp[] = [];
  // What is in this queue dies with the sender.
  const queue: WakeUpQueue = {
    send: async (message) => messages.push(message),
    sendBatch: async (batch) => messages.push(...batch.map(({ body }) => body)),
  };
  const wakeSender = async (endpointId: string): Promise<void> => {
    await deliverToEndpoint({ ...world.context, database }, endpointId);
  };
  const work = async (): Promise<void> => {
    await wakeMissed(database, queue, Date.now());
    for (let message = messages.shift(); message !== undefined; message = messages.shift()) {
      await consumeWakeUp({ database, queue, wakeSender, log: () => undefined, now: Date.now }, message);
    }
  };
  // A database that does not answer ends this run; the next one goes on.
  return await Promise.race([
    work().then(
      () => false,
      () => false,
    ),
    killed.then(() => true),
  ]);
}

/** What the receiver does: three in ten requests fail in some way, some of them after they have been taken note of. */
function failThreeInTen(): void {
  const failures = new Map<string, number>();
  world.receiver.react = ({ path, id }) => {
    const name = path + id;
    const failed = failures.get(name) ?? 0;
    // Ten in a row would be given up.
    if (failed === 6 || random.fraction() >= 0.3) return { status: 200 };
    failures.set(name, failed + 1);
    return random.pick<Reaction>(["drop", { status: 500 }, { status: 429 }, { status: 302 }]);
  };
}

const FAULTS = ["commit_then_drop", "truncate", "refuse", "error500"] as const;

describe("whatever fails on the way", () => {
  it(
    `each of ${EVENTS} committed events arrives, none that was not committed does, and an id has always the same bytes`,
    async () => {
      const shop = await newShop(catalog);
      const all = await makeEndpoint(world, shop.partnerId);
      const some = await makeEndpoint(world, shop.partnerId, { events: ["catalog.item.deleted"] });
      const writer = new Writer(shop);
      failThreeInTen();

      for (let kills = 0; kills < KILLS; ) {
        world.db.localNeon.clearFaults();
        for (const kind of FAULTS) {
          world.db.localNeon.setFault({ kind, times: 1, nth: random.integer(1, 20) });
        }
        const atCall = random.integer(1, Math.max(12, EVENTS / 25));
        const events = Math.min(Math.ceil(EVENTS / KILLS), EVENTS - writer.written);
        const [isKilled] = await Promise.all([
          live({ atCall, afterwards: random.pick([true, false]) }),
          writer.write(events),
          writer.writeRefused(),
        ]);
        if (isKilled) kills++;
        // Whoever was killed holds its leases until now.
        pass(MINUTES_MS);
      }
      world.db.localNeon.clearFaults();
      await writer.write(EVENTS - writer.written);
      for (let isWaiting = true; isWaiting; ) {
        await live({ atCall: Number.POSITIVE_INFINITY, afterwards: false });
        const [next] = await world.db.localNeon.query(
          `select (extract(epoch from min(greatest(next_attempt_at, leased_until))) * 1000)::int8 as ms
           from webhook_deliveries where status = 'pending'`,
        );
        isWaiting = next!["ms"] !== null;
        if (isWaiting) pass(Math.max(0, Number(next!["ms"]) - Date.now()));
      }

      const committed = await world.db.localNeon.query("select payload, status from outbox_events");
      expect(committed).toHaveLength(EVENTS);
      expect(new Set(committed.map(({ status }) => status))).toEqual(new Set(["dispatched"]));
      const bodies = new Map(committed.map(({ payload }) => [JSON.parse(payload!).id, payload]));
      const { received, forged } = world.receiver;
      const arrived = new Map<string, string>();
      for (const { path, id, body } of received) {
        expect(path).toBe(all.path);
        expect(arrived.get(id) ?? body).toBe(body);
        arrived.set(id, body);
      }
      expect(arrived).toEqual(bodies);
      expect(forged).toBe(0);
      // What a receiver sees of all that: some twice, and each quantity that ever was.
      expect(received.length).toBeGreaterThan(EVENTS);
      const quantities = [...arrived.values()].map((body) => JSON.parse(body).data.stock.quantity);
      expect(quantities.toSorted((a, b) => a - b)).toEqual(Array.from({ length: EVENTS }, (_, i) => i));
      const deliveries = await world.db.localNeon.query("select status, endpoint_id from webhook_deliveries");
      expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(["delivered"]));
      expect(deliveries.map(({ endpoint_id }) => endpoint_id)).not.toContain(some.endpointId);
    },
    FULL_SIZE_TIMEOUT_MS,
  );
});

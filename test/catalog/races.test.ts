import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Told } from "../partners/partners-app.ts";
import {
  type CatalogWorld,
  eventsOf,
  ITEMS,
  listed,
  newShop,
  ON_A_REAL_SERVER,
  resultsOf,
  type Shop,
  send,
  startCatalogWorld,
} from "./catalog-app.ts";
import { histories, NOW_MS } from "./catalog-arbitraries.ts";
import { CatalogModel } from "./catalog-model.ts";
import { requestsOf } from "./catalog-requests.ts";
import { endAt } from "./steps.ts";

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
  for (const app of [world.app, world.other]) app.nowMs = NOW_MS;
});
afterAll(() => world.db.stop());

const worker = (i: number) => (i % 2 === 0 ? world.app : world.other);
const ask = (i: number, { key }: Shop, method: string, body: unknown, idempotencyKey?: string) =>
  worker(i).ask(method, ITEMS, { token: key, body, ...(idempotencyKey && { idempotencyKey }) });

/** The answer of the service, asked again while it says that others write all the time, and that nothing is done. */
async function insist(asking: () => Promise<Told>): Promise<Told> {
  for (;;) {
    const answer = await asking();
    if (answer.status !== 503) return answer;
  }
}

const item = (ref: string, quantity = 1) => ({
  external_ref: ref,
  title: ref,
  price: { amount: 1, currency: "NGN" },
  stock: { quantity },
  observed_at: new Date(NOW_MS - 1000).toISOString(),
});
const quantitiesOf = async (shop: Shop) =>
  Object.fromEntries(
    (await listed(world.app, shop)).map(({ external_ref, stock }) => [
      external_ref,
      (stock as { quantity: number }).quantity,
    ]),
  );

/** What somebody knows who follows the events of each row in the order of their versions. */
async function followed(shop: Shop): Promise<Map<string, number>> {
  const versions = new Map<string, number[]>();
  for (const { data } of await eventsOf(world, shop)) {
    const row = JSON.stringify([data["external_ref"], data["location_ref"]]);
    if (data["version"] !== undefined)
      versions.set(row, [...(versions.get(row) ?? []), Number(data["version"])]);
  }
  for (const all of versions.values()) expect(new Set(all).size).toBe(all.length);
  return new Map([...versions].map(([row, all]) => [row, Math.max(...all)]));
}

describe.skipIf(!ON_A_REAL_SERVER)("when Workers race", () => {
  it("the requests of a history end as if they had come one after the other", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(histories, { minLength: 10, maxLength: 10 }),
        fc.integer({ min: 1, max: 3 }),
        async (all, locationCount) => {
          const shop = await newShop(world, locationCount);
          const requests = requestsOf(all, 0, locationCount).map((request) => ({
            ...request,
            nowMs: NOW_MS,
          }));
          const model = new CatalogModel(shop.locationRefs);
          for (const request of requests) model.apply(request);
          const answers = await Promise.all(
            requests.map((request, i) => insist(() => send(worker(i), shop, request))),
          );
          expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
          await endAt(world.app, shop, model, "version", "updated_at", "received_at");
          const told = await followed(shop);
          for (const { external_ref, location_ref, version } of await listed(world.app, shop)) {
            expect(told.get(JSON.stringify([external_ref, location_ref]))).toBe(version);
          }
        },
      ),
      { seed: 20_261_122, numRuns: Number(process.env["CATALOG_HISTORIES"] || 300) / 10 },
    );
  });

  it("100 adjustments at once of one row end exactly right, and never below 0", async () => {
    const shop = await newShop(world);
    await ask(0, shop, "POST", item("hot", 60));
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        ask(i, shop, "PATCH", { external_ref: "hot", stock: { adjust: -1 } }, `till-${i}`),
      ),
    );
    const statuses = Map.groupBy(answers, ({ status }) => status);
    expect([statuses.get(200)?.length, statuses.get(409)?.length]).toEqual([60, 40]);
    const refused = (statuses.get(409) ?? []).flatMap(resultsOf);
    expect(
      refused.every(({ errors }) => errors?.[0]?.code === "insufficient_stock" && errors[0].quantity === 0),
    ).toBe(true);
    const versions = (statuses.get(200) ?? []).flatMap(resultsOf).map(({ version }) => version);
    expect(versions.toSorted((a, b) => a! - b!)).toEqual(Array.from({ length: 60 }, (_, i) => i + 2));
    expect(await quantitiesOf(shop)).toEqual({ hot: 0 });
    expect(await eventsOf(world, shop)).toHaveLength(61);
  });

  it("100 adjustments at once of several rows, each sent twice with its key, count once", async () => {
    const refs = ["a", "b", "c", "d", "e"];
    const shop = await newShop(world);
    await ask(0, shop, "POST", { items: refs.map((ref) => item(ref, 10)) });
    const tills = Array.from({ length: 50 }, (_, i) => ({
      key: `till-${i}`,
      body: {
        items: refs.map((ref, r) => ({ external_ref: ref, stock: { adjust: (i + r) % 3 === 0 ? 2 : -2 } })),
      },
    }));
    const once = async (i: number) => ask(i, shop, "PATCH", tills[i % 50]!.body, tills[i % 50]!.key);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) => once(i % 2 === 0 ? i / 2 : 50 + (i - 1) / 2)),
    );
    expect(
      answers.every(({ status, json }) => [200, 409].includes(status) || json["code"] === "unavailable"),
    ).toBe(true);
    const expected = Object.fromEntries(refs.map((ref) => [ref, 10]));
    for (const [i, { body }] of tills.entries()) {
      // Those that all rejected may yet find what they want: what counts is what each key was answered in the end.
      const given = [answers[2 * i]!, answers[2 * i + 1]!].find(({ status }) => status === 200);
      if (given === undefined) continue;
      for (const { external_ref, status } of resultsOf(given)) {
        const { stock } = body.items.find((entry) => entry.external_ref === external_ref)!;
        if (status !== "rejected") expected[external_ref]! += stock.adjust;
      }
    }
    expect(Object.values(expected).every((quantity) => quantity >= 0)).toBe(true);
    expect(await quantitiesOf(shop)).toEqual(expected);
  });

  it("with one Idempotency-Key, one writes, and each of the others gets its answer or is told to come back", async () => {
    for (let round = 0; round < 20; round++) {
      const shop = await newShop(world);
      await ask(0, shop, "POST", item("bread", 100));
      const take = (i: number) =>
        ask(i, shop, "PATCH", { external_ref: "bread", stock: { adjust: -7 } }, "once");
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => take(i)));
      const done = answers.filter(({ status }) => status === 200);
      expect(new Set(done.map(({ text }) => text)).size).toBe(1);
      for (const { status, json } of answers) {
        if (status !== 200) expect([status, json["code"]]).toEqual([409, "idempotency_key_in_use"]);
      }
      expect(await take(1)).toEqual(done[0]);
      expect(await quantitiesOf(shop)).toEqual({ bread: 93 });
    }
  });

  it("to insert the same new items, each is created once and leaves one event", async () => {
    const refs = Array.from({ length: 40 }, (_, i) => `new-${i}`);
    for (const [round, keyed] of [false, true, false, true].entries()) {
      const shop = await newShop(world);
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) => {
          const mine = i % 2 === 0 ? refs : refs.toReversed();
          return ask(
            i,
            shop,
            "POST",
            { items: mine.map((ref) => item(ref)) },
            keyed ? `${round}-${i}` : undefined,
          );
        }),
      );
      expect(tally(answers)).toEqual({ created: 40, unchanged: 7 * 40 });
      expect(await eventsOf(world, shop)).toHaveLength(40);
      expect(await listed(world.app, shop)).toHaveLength(40);
    }
  });

  it("with one who deletes the location, what is listed and the events agree, one to one", async () => {
    for (let round = 0; round < 15; round++) {
      const shop = await newShop(world);
      const place = `/connect/v1/locations/${encodeURIComponent(shop.locationRefs[0]!)}`;
      const shopkeeping = async (i: number): Promise<Told[]> => {
        const answers: Told[] = [];
        for (let n = 0; n < 8; n++) {
          const refs = Array.from({ length: 5 }, (_, r) => `item-${(n + r) % 10}`);
          const items = refs.map((ref) => ({
            ...item(ref, n),
            observed_at: new Date(NOW_MS - 9000 + n * 10).toISOString(),
          }));
          answers.push(
            await insist(() =>
              ask(i, shop, "POST", {
                items: items.map((each) => ({ ...each, location_ref: shop.locationRefs[0] })),
              }),
            ),
          );
        }
        return answers;
      };
      const moving = async () => {
        const removed: Told[] = [];
        for (let n = 0; n < 3; n++) {
          removed.push(await insist(() => worker(n).ask("DELETE", place, { token: shop.key })));
          const body = { name: "Again", lat: 6.5, lng: 3.37, timezone: "Africa/Lagos" };
          await worker(n).ask("PUT", place, { token: shop.key, body });
        }
        return removed;
      };
      const [syncs, others, removed] = await Promise.all([shopkeeping(0), shopkeeping(1), moving()]);
      for (const { status, json } of [...syncs, ...others]) {
        if (status !== 200) expect([status, json["code"]]).toEqual([400, "invalid_body"]);
      }
      expect(removed.map(({ status }) => status)).toEqual([200, 200, 200]);
      const created = [...syncs, ...others]
        .flatMap(resultsOf)
        .filter(({ status }) => status === "created").length;
      const deleted = removed.reduce((sum, { json }) => sum + Number(json["deleted_items"]), 0);
      const events = await eventsOf(world, shop);
      const firsts = events.filter(
        ({ type, data }) => type === "catalog.item.upserted" && data["version"] === 1,
      );
      const lasts = events.filter(({ type }) => type === "catalog.item.deleted");
      expect([firsts.length, lasts.length]).toEqual([created, deleted]);
      expect(await listed(world.app, shop)).toHaveLength(created - deleted);
    }
  });
});

/** How many results have each status. */
function tally(answers: readonly Told[]): Record<string, number> {
  const results = answers.flatMap(resultsOf);
  return Object.fromEntries(
    [...Map.groupBy(results, ({ status }) => status)].map(([status, all]) => [status, all.length]),
  );
}

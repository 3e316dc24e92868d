import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Fault } from "../../scripts/local-neon/faults.ts";
import type { PartnersApp, Told } from "../partners/partners-app.ts";
import {
  type CatalogWorld,
  ITEMS,
  newShop,
  resultsOf,
  rowsAndEventsOf,
  type Shop,
  startCatalogWorld,
} from "./catalog-app.ts";
import { NOW_MS } from "./catalog-arbitraries.ts";

let world: CatalogWorld;
beforeAll(async () => {
  world = await startCatalogWorld();
});
afterEach(() => world.db.localNeon.clearFaults());
afterAll(() => world.db.stop());

type Sync = {
  readonly method: string;
  readonly body: unknown;
  readonly contentType?: string;
  /** What the shop has when it is sent: `stocked` unless said. */
  readonly onto?: "nothing";
};

const at = (second: number) => new Date(NOW_MS - 60_000 + second * 1000).toISOString();
const PROOF = {
  kind: "shelf_snap",
  media_url: "https://media.example/1.jpg",
  captured_at: at(0),
  captured_lat: 6.5,
  captured_lng: 3.37,
};
const item = (ref: string, quantity: number, second: number, more: object = {}) => ({
  external_ref: ref,
  location_ref: "yaba",
  title: `Title of ${ref}`,
  price: { amount: 100, currency: "NGN" },
  stock: { quantity },
  observed_at: at(second),
  ...more,
});
const STOCKED = {
  items: ["a", "b", "c", "d"].map((ref) => item(ref, 10, 1, ref === "a" ? { proof: PROOF } : {})),
};

const SYNCS: Readonly<Record<string, Sync>> = {
  "a first sync": { method: "POST", body: STOCKED, onto: "nothing" },
  "a sync of the same again, newer": {
    method: "POST",
    body: { items: ["a", "b"].map((ref) => item(ref, 10, 2)) },
  },
  "a sync of changes": {
    method: "POST",
    body: { items: [item("a", 7, 2), item("b", 3, 2, { proof: PROOF }), item("new", 1, 2), item("c", 9, 0)] },
  },
  "a sync by CSV": {
    method: "POST",
    contentType: "text/csv",
    body: `external_ref,location_ref,title,price,currency,quantity,observed_at\na,yaba,A,5,NGN,5,${at(3)}\nnew,yaba,N,5,NGN,5,${at(3)}\n`,
  },
  "a change of some details": {
    method: "PATCH",
    body: {
      items: [
        { external_ref: "a", location_ref: "yaba", brand: "B", observed_at: at(2) },
        { external_ref: "later", location_ref: "yaba", title: "L", observed_at: at(2) },
      ],
    },
  },
  "a change of prices, the location left out": {
    method: "PATCH",
    body: {
      items: ["a", "b", "c"].map((ref) => ({
        external_ref: ref,
        price: { amount: 7, currency: "EUR" },
        observed_at: at(2),
      })),
    },
  },
  adjustments: {
    method: "PATCH",
    body: {
      items: [
        { external_ref: "a", stock: { adjust: -3 } },
        { external_ref: "b", stock: { adjust: 2 } },
        { external_ref: "b", stock: { adjust: -1 } },
      ],
    },
  },
  "deletions at a location": {
    method: "DELETE",
    body: { items: ["a", "never"].map((ref) => ({ external_ref: ref, location_ref: "yaba" })) },
  },
  "deletions everywhere": {
    method: "DELETE",
    body: { items: ["a", "b", "never"].map((ref) => ({ external_ref: ref })) },
  },
};
const KINDS = ["refuse", "error500", "truncate", "commit_then_drop"] as const;

/** Key look-ups are not part of what is tested here. */
const NOT_A_KEY_LOOKUP = "^(?![\\s\\S]*api_keys)";

async function shopFor({ onto }: Sync): Promise<Shop> {
  const shop = await newShop(world);
  for (const app of [world.app, world.other]) {
    app.nowMs = NOW_MS;
    // Its key is known from here on.
    await app.ask("GET", ITEMS, { token: shop.key });
  }
  if (onto === undefined) await world.app.ask("POST", ITEMS, { token: shop.key, body: STOCKED });
  await Promise.all([...world.app.behind, ...world.other.behind]);
  return shop;
}

const sync = (by: PartnersApp, { key }: Shop, { method, body, contentType }: Sync, idempotencyKey?: string) =>
  by.ask(method, ITEMS, {
    token: key,
    body,
    ...(contentType && { contentType }),
    ...(idempotencyKey && { idempotencyKey }),
  });

const told = (answer: Told) => resultsOf(answer).map(({ item_id, ...result }) => result);

/** What there is before and after the sync when nothing goes wrong, what it answers, and its calls to the database. */
async function withoutFaults(what: Sync) {
  const shop = await shopFor(what);
  const before = await rowsAndEventsOf(world, shop);
  const calls = world.db.localNeon.requestCount();
  const answer = await sync(world.app, shop, what, "once");
  const callCount = world.db.localNeon.requestCount() - calls;
  expect(answer.status).toBe(200);
  return { before, after: await rowsAndEventsOf(world, shop), results: told(answer), callCount };
}

describe.each(Object.entries(SYNCS))("%s, whatever happens to its statements", (_name, what) => {
  let expected: Awaited<ReturnType<typeof withoutFaults>>;
  beforeAll(async () => {
    expected = await withoutFaults(what);
  });

  it.each(KINDS.flatMap((kind) => [1, 2].map((times) => [kind, times] as const)))(
    "happens once, or not at all and is told so: %s, %i times, at each of them",
    async (kind, times) => {
      for (let nth = 1; nth <= expected.callCount; nth++) {
        const shop = await shopFor(what);
        const fault: Fault = { kind, times, nth, sqlMatches: NOT_A_KEY_LOOKUP };
        world.db.localNeon.setFault(fault);
        const first = await sync(world.app, shop, what, "once");
        world.db.localNeon.clearFaults();
        expect([200, 503]).toContain(first.status);
        const state = await rowsAndEventsOf(world, shop);
        expect(first.status === 200 ? [expected.after] : [expected.before, expected.after]).toContainEqual(
          state,
        );

        const again = await sync(world.other, shop, what, "once");
        expect(again.status).toBe(200);
        expect(told(again)).toEqual(expected.results);
        if (first.status === 200) expect(again).toEqual(first);
        expect(await sync(world.app, shop, what, "once")).toEqual(again);
        expect(await rowsAndEventsOf(world, shop)).toEqual(expected.after);
      }
    },
  );

  it.skipIf(JSON.stringify(what.body).includes("adjust"))(
    "may be sent again without an Idempotency-Key: it ends as if it had been sent once",
    async () => {
      for (const kind of KINDS) {
        const shop = await shopFor(what);
        world.db.localNeon.setFault({
          kind,
          times: 1,
          nth: expected.callCount,
          sqlMatches: NOT_A_KEY_LOOKUP,
        });
        const first = await sync(world.app, shop, what);
        world.db.localNeon.clearFaults();
        expect([200, 503]).toContain(first.status);
        expect((await sync(world.other, shop, what)).status).toBe(200);
        expect(await rowsAndEventsOf(world, shop)).toEqual(expected.after);
      }
    },
  );
});

describe("a database that never answers", () => {
  it("is told as such, and nothing is adjusted until the retry", async () => {
    const what = SYNCS["adjustments"]!;
    const { before, after } = await withoutFaults(what);
    const shop = await shopFor(what);
    world.db.localNeon.setFault({ kind: "hang", times: 2, sqlMatches: NOT_A_KEY_LOOKUP });
    expect((await sync(world.app, shop, what, "once")).status).toBe(503);
    world.db.localNeon.clearFaults();
    expect(await rowsAndEventsOf(world, shop)).toEqual(before);
    expect((await sync(world.other, shop, what, "once")).status).toBe(200);
    expect(await rowsAndEventsOf(world, shop)).toEqual(after);
  });
});

describe("a list that the database does not give", () => {
  it.each(KINDS)("is asked for once more, and then told as such: %s", async (kind) => {
    const shop = await shopFor(SYNCS["a sync of changes"]!);
    const list = () => world.app.ask("GET", ITEMS, { token: shop.key });
    const whole = await list();
    world.db.localNeon.setFault({ kind, times: 1, sqlMatches: NOT_A_KEY_LOOKUP });
    const first = await list();
    if (first.status !== 503) expect(first).toEqual(whole);
    world.db.localNeon.clearFaults();
    world.db.localNeon.setFault({ kind, sqlMatches: NOT_A_KEY_LOOKUP });
    expect((await list()).status).toBe(503);
    world.db.localNeon.clearFaults();
    expect(await list()).toEqual(whole);
  });
});

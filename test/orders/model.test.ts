import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { wireId } from "../../src/ids.ts";
import type { Order } from "../../src/orders/schema.ts";
import {
  become,
  countsOf,
  eventsOf,
  ITEMS,
  itemOf,
  newShop,
  ORDERS,
  type OrdersWorld,
  place,
  type Shop,
  SPOT,
  startOrdersWorld,
} from "./orders-app.ts";
import { MODEL_LOCATIONS, OrdersModel, ROW_NAMES, type RowName } from "./orders-model.ts";

/** ORDER_HISTORIES=1000 by hand. */
const HISTORIES = Number(process.env["ORDER_HISTORIES"] || 12);

const row = fc.constantFrom(...ROW_NAMES);
/** How many seconds before it is said it was observed: most things at once, some late. */
const lateS = fc.constantFrom(0, 0, 0, 1, 2, 5, 30);
const quantity = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 20 }) },
  { weight: 1, arbitrary: fc.constantFrom(999_999, 1_000_000) },
);
const steps = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("count" as const),
      row,
      quantity,
      stated: fc.option(fc.constantFrom("in_stock", "low_stock", "out_of_stock", "on_request"), {
        nil: null,
        freq: 3,
      }),
      lateS,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("adjust" as const),
      row,
      by: fc.integer({ min: -4, max: 4 }).filter((by) => by !== 0),
      lateS: fc.option(lateS, { nil: undefined }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("delete" as const), row, lateS }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      lines: fc.uniqueArray(fc.record({ row, quantity: fc.integer({ min: 1, max: 6 }) }), {
        selector: (line) => line.row,
        minLength: 1,
        maxLength: 2,
      }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("become" as const),
      which: fc.nat(3),
      status: fc.constantFrom(
        "confirmed",
        "confirmed",
        "confirmed",
        "cancelled",
        "cancelled",
        "ready",
        "delivered",
      ),
    }),
  },
);
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never;

/** What is taken back after something happened to its count, which single steps seldom come to. */
const regrets = fc
  .record({
    row,
    quantity: fc.integer({ min: 1, max: 4 }),
    between: fc.array(steps, { maxLength: 1 }),
    counted: quantity,
    lateS,
  })
  .map(({ row, quantity, between, counted, lateS }): Step[] => [
    { kind: "order", lines: [{ row, quantity }] },
    { kind: "become", which: 0, status: "confirmed" },
    ...between,
    { kind: "count", row, quantity: counted, stated: null, lateS },
    { kind: "become", which: between[0]?.kind === "order" ? 1 : 0, status: "cancelled" },
  ]);
const histories = fc
  .array(fc.oneof({ weight: 9, arbitrary: steps.map((step) => [step]) }, { weight: 1, arbitrary: regrets }), {
    minLength: 15,
    maxLength: 40,
    size: "max",
  })
  .map((parts) => parts.flat());

/** Ids for items that nobody has heard of yet. */
const NOBODYS = { bread: "itm_01k9w2kt6fe1r8y3q5d7h9j2wa", milk: "itm_01k9w2kt6fe1r8y3q5d7h9j2wb" };

let world: OrdersWorld;
beforeAll(async () => {
  world = await startOrdersWorld();
});
afterAll(() => world.db.stop());

/** Of all runs, how often each thing was seen that makes them worth running. */
const seen: Record<string, number> = {};
const note = (what: string) => {
  seen[what] = (seen[what] ?? 0) + 1;
};

class Run {
  readonly model = new OrdersModel();
  readonly #shop: Shop;
  readonly #items = new Map<string, string>();
  readonly #orders: string[] = [];
  #taken = 0;

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  async take(step: Step): Promise<void> {
    world.app.nowMs += 1001;
    this.#taken++;
    switch (step.kind) {
      case "order":
        return await this.#order(step);
      case "become":
        return await this.#become(step);
      default:
        return await this.#say(step);
    }
  }

  async #say(step: Extract<Step, { kind: "count" | "adjust" | "delete" }>): Promise<void> {
    const { nowMs } = world.app;
    const [external_ref = "", location_ref = ""] = step.row.split("@");
    // No two steps come to the same instant, nor to one at which an order changed.
    const atMs = step.lateS === undefined ? nowMs : nowMs - 1001 * step.lateS - 500 - this.#taken;
    const observed = step.lateS === undefined ? {} : { observed_at: new Date(atMs).toISOString() };
    const names = { external_ref, location_ref };
    if (step.kind === "count") {
      const said = itemOf(external_ref, step.quantity, {
        location_ref,
        ...observed,
        stock: { quantity: step.quantity, ...(step.stated && { availability: step.stated }) },
      });
      const { json } = await this.#write("POST", said);
      this.#items.set(external_ref, (json["results"] as { item_id: string }[])[0]!.item_id);
      this.model.count(step.row, step.quantity, step.stated, atMs);
    } else if (step.kind === "delete") {
      await this.#write("DELETE", { ...names, ...observed });
      this.model.remove(step.row, atMs);
    } else {
      await this.#write("PATCH", { ...names, stock: { adjust: step.by }, ...observed }, crypto.randomUUID());
      this.model.adjust(step.row, step.by, step.lateS === undefined ? undefined : atMs, nowMs);
    }
  }

  async #write(method: string, body: unknown, idempotencyKey?: string) {
    const told = await world.app.ask(method, ITEMS, {
      token: this.#shop.key,
      body,
      ...(idempotencyKey && { idempotencyKey }),
    });
    // An adjustment that does not fit is refused whole.
    if (told.status >= 500 || (told.status >= 400 && method !== "PATCH")) throw new Error(told.text);
    return told;
  }

  async #order({ lines }: Extract<Step, { kind: "order" }>): Promise<void> {
    const wanted = lines.map((line) => {
      const [ref = "", at = ""] = line.row.split("@");
      const item = this.#items.get(ref) ?? NOBODYS[ref as keyof typeof NOBODYS];
      return { item, at: this.#shop.locationIds[at]!, quantity: line.quantity };
    });
    const { status, json } = await place(world, this.#shop, wanted);
    const left = this.model.order(lines);
    expect([status, left]).toEqual(left === undefined ? [201, undefined] : [409, left]);
    if (left === undefined) this.#orders.push(String(json["order_id"]));
    else expect((json["lines"] as { left: number }[]).map((line) => line.left)).toEqual(left);
    note(left === undefined ? "ordered" : "short");
  }

  async #become({ which, status }: Extract<Step, { kind: "become" }>): Promise<void> {
    if (this.#orders.length === 0) return;
    // Mostly one of the latest: old ones have ended.
    const n = Math.max(0, this.#orders.length - 1 - which);
    const order = this.model.orders[n]!;
    const was = order.status;
    const told = await become(world, this.#shop, this.#orders[n]!, status);
    const isSo = this.model.become(order, status, world.app.nowMs);
    expect([told.status, order.status]).toEqual([isSo ? 200 : 409, isSo ? status : was]);
    note(isSo ? `${was} → ${status}` : "refused");
    if (isSo && was === "confirmed" && status === "cancelled") {
      for (const { row, taken } of order.lines) {
        const knowsOfIt = this.model.row(row).countedAtMs !== taken?.countedAtMs;
        note(knowsOfIt ? "counted since" : "given back");
      }
    }
  }

  /** That all who look see what the model says. */
  async check(): Promise<void> {
    const counts = await countsOf(world, this.#shop);
    for (const name of ROW_NAMES) {
      const { count } = this.model.row(name);
      if (counts[name] === undefined) expect(count).toBeNull();
      else {
        expect([name, counts[name]]).toMatchObject([
          name,
          {
            quantity: count,
            reserved: this.model.reserved(name),
            availability: this.model.availability(name),
            listed: this.model.isListed(name),
          },
        ]);
      }
    }
    await this.#checkNearby();
    await this.#checkMetrics();
    await this.#checkEvents(counts);
    const { json } = await world.app.ask("GET", `${ORDERS}?limit=100`, { token: this.#shop.key });
    const statuses = new Map((json["items"] as Order[]).map(({ order_id, status }) => [order_id, status]));
    expect(this.#orders.map((id) => statuses.get(id))).toEqual(this.model.orders.map(({ status }) => status));
  }

  get #listed(): RowName[] {
    return ROW_NAMES.filter((name) => this.model.isListed(name));
  }

  #shown(name: RowName): number {
    return Math.max(0, this.model.row(name).count! - this.model.reserved(name));
  }

  async #checkNearby(): Promise<void> {
    const query = new URLSearchParams({
      lat: String(SPOT.lat),
      lng: String(SPOT.lng),
      partner_id: wireId("ptr", this.#shop.partnerId),
      availability: "in_stock,low_stock,out_of_stock,on_request,scheduled_only",
      min_qty: "0",
      limit: "100",
    });
    const { json } = await world.app.ask("GET", `/inventory/nearby?${query}`, { token: this.#shop.key });
    const found = json["items"] as {
      external_ref: string;
      location: { location_id: string };
      stock: { quantity: number; availability: string };
    }[];
    const refOf = new Map(Object.entries(this.#shop.locationIds).map(([ref, id]) => [id, ref]));
    const shown = found.map((item) => [
      `${item.external_ref}@${refOf.get(item.location.location_id)}`,
      item.stock.quantity,
      item.stock.availability,
    ]);
    const expected = this.#listed.map((name) => [name, this.#shown(name), this.model.availability(name)]);
    expect(shown.sort()).toEqual(expected.sort());
  }

  async #checkMetrics(): Promise<void> {
    const { json } = await world.app.ask("GET", "/inventory/metrics", { token: this.#shop.key });
    const { total, by_availability: counted } = json["items"] as {
      total: number;
      by_availability: Record<string, number>;
    };
    expect(total).toBe(this.#listed.length);
    for (const [availability, number] of Object.entries(counted)) {
      const those = this.#listed.filter((name) => this.model.availability(name) === availability);
      expect([availability, number]).toEqual([availability, those.length]);
    }
  }

  /** Who follows the events in the order of their versions knows the counts and the orders. */
  async #checkEvents(counts: Awaited<ReturnType<typeof countsOf>>): Promise<void> {
    const upserts = await eventsOf(world, this.#shop, "catalog.item.upserted");
    for (const name of this.#listed) {
      const mine = upserts.filter(({ data }) => `${data["external_ref"]}@${data["location_ref"]}` === name);
      const last = mine.reduce((a, b) =>
        Number(b.data["version"]) > Number(a.data["version"]) ? b : a,
      ).data;
      expect([last["version"], last["stock"]]).toEqual([
        counts[name]?.version,
        { quantity: counts[name]?.quantity, availability: counts[name]?.availability },
      ]);
      expect(new Set(mine.map(({ data }) => data["version"])).size).toBe(mine.length);
    }
    const paid = await eventsOf(world, this.#shop, "order.paid");
    expect(paid.map(({ data }) => data["order_id"]).sort()).toEqual(this.#orders.toSorted());
    const updates = await eventsOf(world, this.#shop, "order.status.updated");
    for (const [n, id] of this.#orders.entries()) {
      const path = updates
        .filter(({ data }) => data["order_id"] === id)
        .sort((a, b) => Number(a.data["version"]) - Number(b.data["version"]));
      let status: unknown = "paid";
      for (const [i, { data }] of path.entries()) {
        expect([data["version"], data["previous_status"]]).toEqual([i + 2, status]);
        status = data["status"];
      }
      expect(status).toBe(this.model.orders[n]!.status);
    }
  }
}

describe("counted, reserved and shown", () => {
  it("agree with the model through orders, confirmations, counts, sales, deletions and cancellations in any order", {
    timeout: 300_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const run = new Run(await newShop(world, [...MODEL_LOCATIONS]));
        for (const row of ROW_NAMES) {
          await run.take({ kind: "count", row, quantity: 9, stated: null, lateS: 0 });
        }
        for (const [n, step] of history.entries()) {
          await run.take(step);
          if (n % 8 === 7) {
            // Metrics may be as old as a minute.
            world.app.nowMs += 61_000;
            await run.check();
          }
        }
        world.app.nowMs += 61_000;
        await run.check();
      }),
      { seed: 20_261_122, numRuns: HISTORIES, endOnFailure: true },
    );
    for (const what of [
      "ordered",
      "short",
      "refused",
      "paid → confirmed",
      "paid → cancelled",
      "confirmed → cancelled",
      "given back",
      "counted since",
    ]) {
      expect([what, (seen[what] ?? 0) >= HISTORIES / 4]).toEqual([what, true]);
    }
  });
});

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MAX_PAYLOAD_BYTES } from "../../src/outbox/max-payload.ts";
import { ON_A_REAL_SERVER } from "../catalog/catalog-app.ts";
import { assertConforms } from "../support/conforms.ts";
import { DAY_MS, NOW_MS, normal, someEvents } from "./event-arbitraries.ts";
import {
  EVENTS,
  type EventsWorld,
  HASH,
  kept,
  newSender,
  resultsOf,
  startEventsWorld,
  statusesOf,
  told,
  track,
  type WireEvent,
} from "./events-app.ts";

let world: EventsWorld;
beforeAll(async () => {
  world = await startEventsWorld();
});
afterAll(() => world.db.stop());

const startAt = (nowMs: number) => {
  for (const app of [world.app, world.other]) app.nowMs = nowMs;
};
const dropNextWrite = () =>
  world.db.localNeon.setFault({
    kind: "commit_then_drop",
    sqlIncludes: "INSERT INTO commerce_events",
    nth: 1,
  });
const event = (event_id: string, more: WireEvent = {}): WireEvent => ({
  event_id,
  type: "commerce.purchase",
  occurred_at: new Date(NOW_MS).toISOString(),
  ...more,
});
/** Counts events as their senders would: the first that is right counts, whatever comes later. */
function counted(known: Map<string, WireEvent>, events: readonly WireEvent[]): string[] {
  return events.map((sent) => {
    if ("wrong" in sent) return "rejected";
    const name = String(sent["event_id"]);
    if (known.has(name)) return "duplicate";
    known.set(name, normal(sent));
    return "accepted";
  });
}
const withoutType = ({ type: _, ...data }: WireEvent) => data;
const someOrWrong = fc.oneof(
  { weight: 6, arbitrary: someEvents },
  { weight: 1, arbitrary: someEvents.map((right): WireEvent => ({ ...right, wrong: 1 })) },
);

describe("commerce events", () => {
  it("are counted once, kept and told as they first came, however often they come, within a request and later", {
    timeout: 120_000,
  }, async () => {
    const requests = fc.array(
      fc.record({
        events: fc.array(someOrWrong, { minLength: 1, maxLength: 12 }),
        key: fc.option(fc.nat(), { nil: undefined }),
        sentTwice: fc.boolean(),
        later: fc.integer({ min: 1, max: 1000 }),
      }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(requests, async (all) => {
        startAt(NOW_MS);
        const sender = await newSender(world);
        const known = new Map<string, WireEvent>();
        let accepted = 0;
        for (const [i, { events, key, sentTwice, later }] of all.entries()) {
          world.app.nowMs += later;
          const body = events.length === 1 && later % 2 === 0 ? events[0] : { events };
          const idempotencyKey = key === undefined ? undefined : `${i}-${key}`;
          const expected = counted(known, events);
          const answer = await track(world.app, sender, body, idempotencyKey);
          assertConforms({
            method: "POST",
            path: EVENTS,
            status: answer.status,
            contentType: answer.status === 200 ? "application/json" : "application/problem+json",
            body: answer.text,
          });
          expect(answer.status).toBe(expected.every((status) => status === "rejected") ? 400 : 200);
          expect(statusesOf(answer)).toEqual(expected);
          expect(resultsOf(answer).map(({ index, event_id }) => [index, event_id])).toEqual(
            events.map(({ event_id }, index) => [index, event_id]),
          );
          const times = (status: string) => expected.filter((each) => each === status).length;
          expect(answer.json["summary"]).toEqual({
            accepted: times("accepted"),
            duplicate: times("duplicate"),
            rejected: times("rejected"),
          });
          accepted += times("accepted");
          if (!sentTwice) continue;
          const again = await track(world.other, sender, body, idempotencyKey);
          if (idempotencyKey !== undefined && answer.status === 200) expect(again).toEqual(answer);
          else expect(statusesOf(again)).toEqual(counted(known, events));
        }
        expect(known.size).toBe(accepted);
        expect(await kept(world, sender)).toEqual(known);
        const outgoing = await told(world, sender);
        // What was told goes out in the order in which it came.
        expect(outgoing.map(({ type, data }) => ({ type, data }))).toEqual(
          [...known.values()].map((each) => ({ type: each["type"], data: withoutType(each) })),
        );
      }),
      { seed: 20_261_122, numRuns: 60 },
    );
  });

  it("of one partner are none of another's", async () => {
    startAt(NOW_MS);
    for (const sender of [await newSender(world), await newSender(world)]) {
      expect(statusesOf(await track(world.app, sender, event("same")))).toEqual(["accepted"]);
      expect((await told(world, sender)).map(({ data }) => data["event_id"])).toEqual(["same"]);
    }
  });

  it("come 500 to a request, and no more; each leaves no more than is sent", async () => {
    startAt(NOW_MS);
    const sender = await newSender(world);
    const { userData, long } = largest();
    const events = Array.from({ length: 501 }, (_, i) => ({
      ...event(String(i).padEnd(128, "\u0001"), { type: long, external_ref: "\u0001".repeat(128) }),
      value: { amount: Number.MAX_SAFE_INTEGER, currency: "NGN" },
      user_data: userData,
    }));
    const { status, json } = await track(world.app, sender, { events });
    expect([status, json["errors"]]).toMatchObject([400, [{ pointer: "/events", code: "invalid" }]]);
    const answer = await track(world.app, sender, { events: events.slice(1) }, "many");
    expect(answer.json["summary"]).toEqual({ accepted: 500, duplicate: 0, rejected: 0 });
    expect(await track(world.app, sender, { events: events.slice(1) }, "many")).toEqual(answer);
    const outgoing = await told(world, sender);
    expect(outgoing).toHaveLength(500);
    const bytes = Math.max(...outgoing.map(({ text }) => Buffer.byteLength(text)));
    expect(bytes).toBeGreaterThan(4000);
    expect(bytes).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES);
  });

  it("are taken from a key with the scope events:write, and from nobody else", async () => {
    startAt(NOW_MS);
    const shop = await newSender(world);
    const { token } = await world.app.approvedPartner("Shop");
    for (const key of [token, "", `${shop.key}x`]) {
      expect([401, 403]).toContain((await track(world.app, { ...shop, key }, event("x"))).status);
    }
    expect((await world.app.ask("GET", EVENTS, { token: shop.key })).status).toBe(405);
    expect(
      (await world.app.ask("POST", `${EVENTS}?test=1`, { token: shop.key, body: event("x") })).status,
    ).toBe(400);
    expect(await kept(world, shop)).toEqual(new Map());
  });

  it("sent again when they have become too old get the answer that they got, with their Idempotency-Key", async () => {
    startAt(NOW_MS);
    const sender = await newSender(world);
    const body = event("old", { occurred_at: new Date(NOW_MS - 90 * DAY_MS).toISOString() });
    const first = await track(world.app, sender, body, "k");
    expect(statusesOf(first)).toEqual(["accepted"]);
    world.app.nowMs += 1;
    expect(await track(world.app, sender, body, "k")).toEqual(first);
    const { status, json } = await track(world.app, sender, body);
    expect([status, json["errors"]]).toMatchObject([400, [{ pointer: "/occurred_at", code: "too_old" }]]);
    expect((await track(world.app, sender, event("other"), "k")).status).toBe(422);
  });

  it("whose acknowledgement is lost are found to be known when they are sent again", async () => {
    startAt(NOW_MS);
    const sender = await newSender(world);
    dropNextWrite();
    expect((await track(world.app, sender, { events: [event("a"), event("b")] })).status).toBe(503);
    expect(statusesOf(await track(world.app, sender, { events: [event("b"), event("c")] }))).toEqual([
      "duplicate",
      "accepted",
    ]);
    dropNextWrite();
    expect(statusesOf(await track(world.app, sender, event("d"), "k"))).toEqual(["accepted"]);
    const names = (await told(world, sender)).map(({ data }) => data["event_id"]);
    expect(names.toSorted()).toEqual(["a", "b", "c", "d"]);
  });
});

function largest() {
  return {
    userData: Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`n${i}`.padEnd(64, "_"), HASH])),
    long: `commerce.${"x".repeat(55)}`,
  };
}

describe.skipIf(!ON_A_REAL_SERVER)("when Workers race with the same commerce events", () => {
  it("each is counted and told once, without a deadlock", { timeout: 120_000 }, async () => {
    startAt(NOW_MS);
    for (let round = 0; round < 10; round++) {
      const sender = await newSender(world);
      const names = Array.from({ length: 200 }, (_, i) => `sale-${i}`);
      const answers = await Promise.all(
        Array.from({ length: 16 }, (_, i) => {
          const turned = [...names.slice(i * 10), ...names.slice(0, i * 10)];
          const mine = i % 2 === 0 ? turned : turned.toReversed();
          const key = i % 4 < 2 ? `${i}` : undefined;
          return track(
            i % 3 === 0 ? world.app : world.other,
            sender,
            { events: mine.map((name) => event(name)) },
            key,
          );
        }),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const accepted = answers.flatMap(resultsOf).filter(({ status }) => status === "accepted");
      expect(accepted.map(({ event_id }) => event_id).toSorted()).toEqual(names.toSorted());
      const outgoing = (await told(world, sender)).map(({ data }) => String(data["event_id"]));
      expect(outgoing.toSorted()).toEqual(names.toSorted());
    }
  });
});

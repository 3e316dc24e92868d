import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sweepEvents } from "../../src/events/sweep-events.ts";
import { DAY_MS } from "./event-arbitraries.ts";
import {
  type EventsWorld,
  kept,
  newSender,
  resultsOf,
  startEventsWorld,
  statusesOf,
  track,
} from "./events-app.ts";

let world: EventsWorld;
beforeAll(async () => {
  world = await startEventsWorld();
});
afterAll(() => world.db.stop());

const at = (ms: number) => new Date(ms).toISOString();

describe("a commerce event", () => {
  it("is kept for 90 days after it came, and is too old to be counted again then", async () => {
    const sender = await newSender(world);
    const sentMs = world.app.nowMs;
    const send = (event_id: string, occurredMs: number) =>
      track(world.app, sender, { event_id, type: "commerce.sale", occurred_at: at(occurredMs) });
    const occurred = { old: sentMs - 80 * DAY_MS, now: sentMs, ahead: sentMs + 300_000 };
    for (const [name, ms] of Object.entries(occurred)) {
      expect(statusesOf(await send(name, ms))).toEqual(["accepted"]);
    }
    for (const [days, left] of [
      [89.99, ["old", "now", "ahead"]],
      [90.001, ["ahead"]],
      [90.01, []],
    ] as const) {
      world.app.nowMs = sentMs + days * DAY_MS;
      await sweepEvents(world.db.database, world.app.nowMs);
      expect([...(await kept(world, sender)).keys()].toSorted()).toEqual(left.toSorted());
      for (const [name, ms] of Object.entries(occurred)) {
        const answer = await send(name, ms);
        const [{ status, errors } = { status: undefined, errors: [] }] = resultsOf(answer);
        if (status === "rejected") expect(errors).toMatchObject([{ code: "too_old" }]);
        else expect(status).toBe("duplicate");
      }
    }
  });

  it("goes with as many others as there are", async () => {
    const sender = await newSender(world);
    await world.db.localNeon.query(
      `INSERT INTO commerce_events (partner_id, event_id, type, occurred_at, received_at)
       SELECT $1, n::text, 'commerce.sale', now() - interval '91 days', now() - interval '91 days' FROM generate_series(1, 12000) AS n`,
      [sender.partnerId],
    );
    expect(await sweepEvents(world.db.database, Date.now())).toBe(12_000);
    expect(await kept(world, sender)).toEqual(new Map());
  });
});

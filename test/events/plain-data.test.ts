import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOW_MS } from "./event-arbitraries.ts";
import { type EventsWorld, HASH, newSender, startEventsWorld, track } from "./events-app.ts";

let world: EventsWorld;
beforeAll(async () => {
  world = await startEventsWorld();
  world.app.nowMs = NOW_MS;
});
afterAll(() => world.db.stop());

const ADA = "ada.lovelace@example.com";
const event = (n: number, user_data: unknown) => ({
  event_id: `sale-${n}`,
  type: "commerce.sale",
  occurred_at: new Date(NOW_MS).toISOString(),
  user_data,
});
const UNHASHED = [
  ADA,
  { email_sha256: ADA },
  { [ADA]: HASH },
  { em: ADA },
  { ada_lovelace: ADA },
  { ada_lovelace: HASH.slice(1) },
  { email_sha256: { [ADA]: "\0" } },
];

/** All that the database holds, whichever table and column it is in. */
async function everything(): Promise<string> {
  const tables = await world.db.localNeon.query(
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
  );
  expect(tables.length).toBeGreaterThan(10);
  const rows = tables.map(({ table_name }) =>
    world.db.localNeon.query(`SELECT row_to_json(t)::text AS row FROM "${table_name}" t`),
  );
  return JSON.stringify(await Promise.all(rows));
}

describe("personal data that was not hashed", () => {
  it("is found in no answer, no row and no line of the log, with an Idempotency-Key or without", async () => {
    const sender = await newSender(world);
    const events = [event(0, { email_sha256: HASH }), ...UNHASHED.map((data, i) => event(i + 1, data))];
    for (const body of [{ events }, { events: events.slice(1) }, ...events.slice(1)]) {
      for (const key of [undefined, crypto.randomUUID()]) {
        const { status, text } = await track(world.app, sender, body, key);
        expect(status).toBe("events" in body && body.events === events ? 200 : 400);
        expect(text).toContain("/user_data");
        expect(text).not.toContain("lovelace");
      }
    }
    const rows = await everything();
    expect(rows).toContain("sale-0");
    expect(rows).not.toContain("lovelace");
    expect(JSON.stringify(world.app.log)).toContain("/connect/v1/events");
    expect(JSON.stringify(world.app.log)).not.toContain("lovelace");
  });
});

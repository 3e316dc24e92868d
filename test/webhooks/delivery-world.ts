import { randomBytes, randomUUID } from "node:crypto";
import { expect, vi } from "vitest";
import { statementValues } from "../../src/db/statement-values.ts";
import { wireId } from "../../src/ids.ts";
import { newId } from "../../src/new-id.ts";
import { outboxCte } from "../../src/outbox/outbox-cte.ts";
import { type DeliveryContext, deliverToEndpoint } from "../../src/webhooks/deliver-to-endpoint.ts";
import { fanOut } from "../../src/webhooks/fan-out-queries.ts";
import { createSecretBox } from "../../src/webhooks/secret-box.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { type Received, type Receiver, startReceiver } from "./receiver.ts";

/** A database, a receiver, and a clock that the test moves, which the receiver's libraries look at too. */
export type DeliveryWorld = {
  readonly db: TestDatabase;
  readonly receiver: Receiver;
  /** What endpoints are sent with; what a test puts in its place is its own. */
  readonly context: DeliveryContext;
  readonly stop: () => Promise<void>;
};

export type EndpointFixture = {
  readonly endpointId: string;
  readonly partnerId: string;
  readonly path: string;
  readonly secret: string;
};

export const secretBox = createSecretBox(Buffer.alloc(32, 5).toString("base64"));

/** The middle of the jitter: delays are those of the schedule. */
const NO_JITTER = 0.5;

export async function startDeliveryWorld(): Promise<DeliveryWorld> {
  const [db, receiver] = [await startTestDatabase(), await startReceiver()];
  // Only the time of day: timers go on.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 22, 12) });
  return {
    db,
    receiver,
    context: {
      database: db.database,
      secretBox,
      urlRules: { environment: "development", ownZones: ["snapact.io"] },
      fetch,
      now: Date.now,
      timeout: (ms) => AbortSignal.timeout(ms),
      random: () => NO_JITTER,
    },
    async stop() {
      vi.useRealTimers();
      await receiver[Symbol.asyncDispose]();
      await db.stop();
    },
  };
}

/** After each test: whatever was sent was sent right; the next finds a receiver that takes everything. */
export function settleReceiver({ receiver }: DeliveryWorld): void {
  expect(receiver.forged).toBe(0);
  receiver.react = () => ({ status: 204 });
}

export const DAY_MS = 24 * 3_600_000;

export function pass(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}

export async function makePartner({ db }: DeliveryWorld, status = "approved"): Promise<string> {
  const partnerId = randomUUID();
  await db.localNeon.query(
    "insert into partners (partner_id, name, contact_email, status) values ($1, 'Shop', 'shop@example.com', $2)",
    [partnerId, status],
  );
  return partnerId;
}

export const newSecret = (): string => `whsec_${randomBytes(24).toString("base64")}`;

/** An endpoint on the receiver, at a path of its own; `url` has it somewhere else. */
export async function makeEndpoint(
  { db, receiver }: DeliveryWorld,
  partnerId: string,
  { events = ["*"], status = "active", url }: { events?: string[]; status?: string; url?: string } = {},
): Promise<EndpointFixture> {
  const [endpointId, secret] = [randomUUID(), newSecret()];
  const path = `/hooks/${endpointId}`;
  receiver.secrets.set(path, secret);
  const disabledAt = status === "disabled" ? new Date().toISOString() : null;
  await db.localNeon.query(
    `insert into webhook_endpoints (endpoint_id, partner_id, url, events, status, disabled_at, disabled_reason, sealed_secret)
     values ($1, $2, $3, $4, $5::webhook_status, $6::timestamptz, case when $5 = 'disabled' then 'failing' end, decode($7, 'hex'))`,
    [
      endpointId,
      partnerId,
      url ?? receiver.address + path,
      `{${events.join(",")}}`,
      status,
      disabledAt,
      await secretBox.seal(secret, endpointId),
    ],
  );
  return { endpointId, partnerId, path, secret };
}

/** The only endpoint of a new partner. */
export async function newEndpoint(
  world: DeliveryWorld,
  options: Parameters<typeof makeEndpoint>[2] = {},
): Promise<EndpointFixture> {
  return await makeEndpoint(world, await makePartner(world), options);
}

/** What the endpoint was sent, in the order in which it came. */
export const receivedBy = ({ receiver }: DeliveryWorld, { path }: EndpointFixture): Received[] =>
  receiver.received.filter((request) => request.path === path);

/** Commits `count` events as those who write do, and returns their wire ids. */
export async function commitEvents(
  { db }: DeliveryWorld,
  partnerId: string,
  { type = "order.paid", count = 1 }: { type?: string; count?: number } = {},
): Promise<string[]> {
  const { bind, values } = statementValues();
  const isCommerce = type.startsWith("commerce.");
  const rows = `rows AS (SELECT ${bind(type, "text")} AS type, n FROM generate_series(1, ${count}) AS n)`;
  const cte = outboxCte(
    bind,
    { type: isCommerce ? "commerce.*" : (type as "order.paid"), partnerId, atMs: Date.now() },
    { from: "rows", data: { n: "n" } },
  );
  const name = isCommerce ? "outbox_commerce" : `outbox_${type.replaceAll(".", "_")}`;
  const written = await db.database.write(`WITH ${rows}, ${cte} SELECT event_id FROM ${name}`, values);
  return written.map(([eventId]) => wireId("evt", String(eventId)));
}

/** An event of this very body, whatever it is. */
export async function commitBody({ db }: DeliveryWorld, partnerId: string, body: string): Promise<void> {
  await db.localNeon.query(
    `insert into outbox_events (event_id, partner_id, type, payload, created_at) values ($1, $2, 'order.paid', $3, $4)`,
    [newId(Date.now()), partnerId, body, new Date().toISOString()],
  );
}

/** Hands on what is pending, and sends the endpoint what is due. */
export async function deliver(
  world: DeliveryWorld,
  { endpointId }: EndpointFixture,
  context: DeliveryContext = world.context,
): Promise<number | undefined> {
  await fanOut(world.db.database, Date.now());
  return await deliverToEndpoint(context, endpointId);
}

/** The deliveries of an endpoint, the oldest first, as they stand. */
export async function deliveriesOf({ db }: DeliveryWorld, { endpointId }: EndpointFixture) {
  return await db.localNeon.query(
    `select status, attempts, failures, error, response_code, response_body, lease_id, ended_at,
       (extract(epoch from next_attempt_at) * 1000)::int8::text as next_attempt_ms
     from webhook_deliveries where endpoint_id = $1 order by delivery_id`,
    [endpointId],
  );
}

export async function endpointRow({ db }: DeliveryWorld, { endpointId }: EndpointFixture) {
  const [row] = await db.localNeon.query(
    "select status, disabled_reason, failing_since, disabled_at from webhook_endpoints where endpoint_id = $1",
    [endpointId],
  );
  return row;
}

import { parseWireId, uuidV7, wireId } from "../../src/ids.ts";
import type { WakeUp } from "../../src/webhooks/wake-ups.ts";
import { type Asked, type PartnersApp, startPartnersApp } from "../partners/partners-app.ts";
import { assertConforms } from "../support/conforms.ts";
import { startTestDatabase, type TestDatabase } from "../support/test-database.ts";

export const WEBHOOKS = "/partners/me/connect/webhooks";
/** A webhook as it may be created. */
export const HOOK = { url: "https://pos.shop.com/hooks", events: ["catalog.item.upserted", "order.paid"] };

// biome-ignore lint/suspicious/noExplicitAny: an answer, of which a test looks at what it is about.
export type Told = { readonly status: number; readonly text: string; readonly json: any };
/** A partner with a token. */
export type Shop = { readonly partnerId: string; readonly token: string };

/** Two Workers on one database, and all that they would wake. */
export type WebhooksWorld = {
  readonly db: TestDatabase;
  readonly app: PartnersApp;
  readonly other: PartnersApp;
  readonly wakeUps: WakeUp[];
  /** Asks the first Worker (or `asked.by`); the answer must be one that the OpenAPI document allows. */
  ask(method: string, path: string, asked?: Asked & { readonly by?: PartnersApp }): Promise<Told>;
  /** A new webhook of the shop: the answer's body. */
  hook(shop: Shop, overrides?: object): Promise<Told["json"]>;
  query: TestDatabase["localNeon"]["query"];
};

export async function startWebhooksWorld(): Promise<WebhooksWorld> {
  const db = await startTestDatabase();
  const wakeUps: WakeUp[] = [];
  const queue = {
    send: async (message: WakeUp) => wakeUps.push(message),
    sendBatch: async (messages: readonly { readonly body: WakeUp }[]) =>
      wakeUps.push(...messages.map(({ body }) => body)),
  };
  const app = await startPartnersApp(db.localNeon, queue);
  const other = await startPartnersApp(db.localNeon, queue);
  const world: WebhooksWorld = {
    db,
    app,
    other,
    wakeUps,
    async ask(method, path, { token, body, idempotencyKey, by = app } = {}) {
      const response = await by.request(path, {
        method,
        headers: {
          ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          ...(body !== undefined && { "Content-Type": "application/json" }),
          ...(idempotencyKey !== undefined && { "Idempotency-Key": idempotencyKey }),
        },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const contentType = response.headers.get("Content-Type");
      assertConforms({ method, path, status: response.status, contentType, body: text });
      return { status: response.status, text, json: JSON.parse(text) };
    },
    async hook({ token }, overrides = {}) {
      return (await world.ask("POST", WEBHOOKS, { token, body: { ...HOOK, ...overrides } })).json;
    },
    query: db.localNeon.query,
  };
  return world;
}

export const uuidOf = (webhookId: string): string => parseWireId("whk", webhookId) ?? "";

let made = 0;

/** A UUIDv7 of this moment, each greater than the one before. */
function idOf(epochMs: number): string {
  made++;
  // The last four bits of the random bytes are not used.
  return uuidV7(epochMs, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, made >> 12, made >> 4, made << 4));
}

/** A delivery of an event of that moment, as a sender would have left it; returns its wire id. */
export async function makeDelivery(
  { query }: WebhooksWorld,
  webhookId: string,
  {
    status = "failed",
    atMs,
    ...more
  }: { status?: string; atMs: number } & Record<string, string | number | null>,
): Promise<{ readonly deliveryId: string; readonly uuid: string }> {
  const [eventId, deliveryId] = [idOf(atMs), idOf(atMs)];
  const at = new Date(atMs).toISOString();
  const columns = {
    attempts: 10,
    failures: status === "failed" ? 10 : 0,
    next_attempt_at: status === "pending" ? at : null,
    ended_at: status === "pending" ? null : at,
    ...more,
  };
  const names = Object.keys(columns);
  await query(
    `WITH hook AS (SELECT partner_id, endpoint_id FROM webhook_endpoints WHERE endpoint_id = $1),
     event AS (
       INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at, status)
       SELECT $2, partner_id, 'order.paid', '{}', $4, 'dispatched' FROM hook)
     INSERT INTO webhook_deliveries (delivery_id, partner_id, endpoint_id, event_id, status, created_at, ${names.join(", ")})
     SELECT $3, partner_id, endpoint_id, $2, $5, $4, ${names.map((_, i) => `$${i + 6}`).join(", ")} FROM hook`,
    [
      uuidOf(webhookId),
      eventId,
      deliveryId,
      at,
      status,
      ...Object.values(columns).map((value) => (value === null ? null : String(value))),
    ],
  );
  return { uuid: deliveryId, deliveryId: wireId("dlv", deliveryId) };
}

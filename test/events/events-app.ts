import type { CatalogWorld as EventsWorld } from "../catalog/catalog-app.ts";
import { startCatalogWorld as startEventsWorld } from "../catalog/catalog-app.ts";
import type { PartnersApp, Told } from "../partners/partners-app.ts";
import { createKey, type KeyFixture } from "../support/api-keys.ts";

export { type EventsWorld, startEventsWorld };

export const EVENTS = "/connect/v1/events";
export const HASH = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";

/** An event as it is sent. */
export type WireEvent = Readonly<Record<string, unknown>>;

export type EventResult = {
  readonly index: number;
  readonly event_id: string | null;
  readonly status: "accepted" | "duplicate" | "rejected";
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
};

/** A new partner whose key may send events. */
export async function newSender({ db }: EventsWorld): Promise<KeyFixture> {
  return await createKey(db.localNeon, { scopes: ["events:write"] });
}

/** Sends the body, whatever it is. */
export async function track(
  app: PartnersApp,
  { key }: KeyFixture,
  body: unknown,
  idempotencyKey?: string,
): Promise<Told> {
  return await app.ask("POST", EVENTS, { token: key, body, ...(idempotencyKey && { idempotencyKey }) });
}

export const resultsOf = ({ json }: Told) => json["results"] as readonly EventResult[];
export const statusesOf = (told: Told) => resultsOf(told).map(({ status }) => status);

/** What is kept of the partner's events, by their names. */
export async function kept({ db }: EventsWorld, { partnerId }: KeyFixture): Promise<Map<string, WireEvent>> {
  const rows = await db.localNeon.query(
    `SELECT event_id, type, external_ref, value_amount, value_currency, user_data::text,
       (extract(epoch FROM occurred_at) * 1000)::int8 AS occurred_at FROM commerce_events WHERE partner_id = $1`,
    [partnerId],
  );
  return new Map(
    rows.map((row) => [
      String(row["event_id"]),
      {
        event_id: row["event_id"],
        type: row["type"],
        occurred_at: new Date(Number(row["occurred_at"])).toISOString(),
        external_ref: row["external_ref"],
        value:
          row["value_amount"] === null
            ? null
            : { amount: Number(row["value_amount"]), currency: row["value_currency"] },
        user_data: row["user_data"] === null ? null : JSON.parse(String(row["user_data"])),
      },
    ]),
  );
}

/** The bodies of what the partner's endpoints are told, in the order of their ids. */
export async function told(
  { db }: EventsWorld,
  { partnerId }: KeyFixture,
): Promise<
  { readonly id: string; readonly type: string; readonly data: WireEvent; readonly text: string }[]
> {
  const rows = await db.localNeon.query(
    "SELECT type, payload FROM outbox_events WHERE partner_id = $1 ORDER BY event_id",
    [partnerId],
  );
  return rows.map(({ type, payload }) => {
    const text = String(payload);
    const body = JSON.parse(text);
    if (body.type !== type) throw new Error(`an event of type ${type} says that it is ${body.type}`);
    return { ...body, text };
  });
}

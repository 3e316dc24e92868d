import type { Bind } from "../db/statement-values.ts";
import { wireId } from "../ids.ts";
import type { OutboxEventType } from "./event-types.ts";
import { numberedId } from "./numbered-id.ts";

/**
 * Of which partner (a UUID) something is true, and since when. Of `commerce.*` each event has a type of its own: the column
 * `type`.
 */
type OutboxEvent = { readonly type: OutboxEventType; readonly partnerId: string; readonly atMs: number };

/** Sent to the endpoint that asked for it, by whoever writes it, and to no other. */
const DISPATCHED_BY_ITS_WRITER: OutboxEventType = "webhook.test";

/**
 * A common table expression (`outbox_<type>`, with underscores; `outbox_commerce`) of `event_id`, that leaves one event
 * for each row of `from` (another of the statement's expressions), a million of them at most, in the statement that makes
 * it true. `data` gives each member of the event's `data` the SQL of its value, with ids in their wire form (the SQL
 * function `wire_id`). The body is serialised here, for good.
 */
export function outboxCte(
  bind: Bind,
  { type, partnerId, atMs }: OutboxEvent,
  { from, data }: { readonly from: string; readonly data: Readonly<Record<string, string>> },
): string {
  const at = bind(new Date(atMs).toISOString(), "text");
  const isCommerce = type === "commerce.*";
  const eventType = isCommerce ? "event.type" : bind(type, "text");
  const status = type === DISPATCHED_BY_ITS_WRITER ? "dispatched" : "pending";
  const id = numberedId(bind, "evt", atMs, "event.n");
  return `${cteName(type)} AS (
  INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at, status)
  SELECT ${id.uuid()}, ${bind(partnerId, "uuid")}, ${eventType}, row_to_json(body)::text, ${at}::timestamptz, '${status}'
  FROM (SELECT row_number() OVER () AS n, ${isCommerce ? "type, " : ""}${jsonSql(data)} AS data FROM ${from} OFFSET 0) AS event
  CROSS JOIN LATERAL (
    SELECT ${id.wire()} AS id, ${eventType} AS type, ${at} AS created_at,
      ${bind(wireId("ptr", partnerId), "text")} AS partner_id, event.data) AS body
  RETURNING event_id)`;
}

/** SQL of a JSON object without white space, by the SQL of each member. */
export function jsonSql(members: Readonly<Record<string, string>>): string {
  const named = Object.entries(members).map(([name, value]) => `${value} AS ${name}`);
  return `(SELECT row_to_json(members) FROM (SELECT ${named.join(", ")}) AS members)`;
}

function cteName(type: OutboxEventType): string {
  return `outbox_${type.replace(".*", "").replaceAll(".", "_")}`;
}

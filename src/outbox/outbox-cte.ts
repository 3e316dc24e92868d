import type { Bind } from "../db/statement-values.ts";
import { wireId } from "../ids.ts";

/** What others are told of, by the name that they subscribe to. */
type EventType = "catalog.item.upserted" | "catalog.item.deleted";

/** Of which partner (a UUID) something is true, and since when. */
type OutboxEvent = { readonly type: EventType; readonly partnerId: string; readonly atMs: number };

/**
 * A common table expression (`outbox_<type>`, with underscores) that leaves one event for each row of `from` (another of the statement's expressions), in
 * the statement that makes it true. `data` gives each member of the event's `data` the SQL of its value, with ids in
 * their wire form (the SQL function `wire_id`). The body is serialised here, for good.
 */
export function outboxCte(
  bind: Bind,
  { type, partnerId, atMs }: OutboxEvent,
  { from, data }: { readonly from: string; readonly data: Readonly<Record<string, string>> },
): string {
  const at = bind(new Date(atMs).toISOString(), "text");
  const eventType = bind(type, "text");
  return `${cteName(type)} AS (
  INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at)
  SELECT event.event_id, ${bind(partnerId, "uuid")}, ${eventType}, row_to_json(body)::text, ${at}::timestamptz
  FROM (
    SELECT ${newUuidV7(bind, atMs)} AS event_id,
      ${jsonSql(data)} AS data
    FROM ${from} OFFSET 0) AS event
  CROSS JOIN LATERAL (
    SELECT wire_id('evt', event.event_id) AS id, ${eventType} AS type, ${at} AS created_at,
      ${bind(wireId("ptr", partnerId), "text")} AS partner_id, event.data) AS body)`;
}

/** SQL of a JSON object without white space, by the SQL of each member. */
export function jsonSql(members: Readonly<Record<string, string>>): string {
  const named = Object.entries(members).map(([name, value]) => `${value} AS ${name}`);
  return `(SELECT row_to_json(members) FROM (SELECT ${named.join(", ")}) AS members)`;
}

function cteName(type: EventType): string {
  return `outbox_${type.replaceAll(".", "_")}`;
}

/** SQL of a UUIDv7 (RFC 9562) of this millisecond, another for each row: PostgreSQL 15 makes only version 4. */
function newUuidV7(bind: Bind, atMs: number): string {
  const milliseconds = bind(atMs.toString(16).padStart(12, "0"), "text");
  return `(${milliseconds} || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14))::uuid`;
}

import type { Bind } from "../db/statement-values.ts";
import { ALPHABET, wireId } from "../ids.ts";
import { newId } from "../new-id.ts";

/**
 * What others are told of, by the name that they subscribe to. Of `commerce.*` each event has a type of its own: the
 * column `type`.
 */
type EventType =
  | "catalog.item.upserted"
  | "catalog.item.deleted"
  | "order.paid"
  | "order.status.updated"
  | "commerce.*"
  | "webhook.test";

/** Of which partner (a UUID) something is true, and since when. */
type OutboxEvent = { readonly type: EventType; readonly partnerId: string; readonly atMs: number };

/** Sent to the endpoint that asked for it, by whoever writes it, and to no other. */
const DISPATCHED_BY_ITS_WRITER: EventType = "webhook.test";

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
  const id = eventIdSql(bind, atMs, "event.n");
  return `${cteName(type)} AS (
  INSERT INTO outbox_events (event_id, partner_id, type, payload, created_at, status)
  SELECT ${id.uuid}, ${bind(partnerId, "uuid")}, ${eventType}, row_to_json(body)::text, ${at}::timestamptz, '${status}'
  FROM (SELECT row_number() OVER () AS n, ${isCommerce ? "type, " : ""}${jsonSql(data)} AS data FROM ${from} OFFSET 0) AS event
  CROSS JOIN LATERAL (
    SELECT ${id.wire} AS id, ${eventType} AS type, ${at} AS created_at,
      ${bind(wireId("ptr", partnerId), "text")} AS partner_id, event.data) AS body
  RETURNING event_id)`;
}

/** SQL of a JSON object without white space, by the SQL of each member. */
export function jsonSql(members: Readonly<Record<string, string>>): string {
  const named = Object.entries(members).map(([name, value]) => `${value} AS ${name}`);
  return `(SELECT row_to_json(members) FROM (SELECT ${named.join(", ")}) AS members)`;
}

function cteName(type: EventType): string {
  return `outbox_${type.replace(".*", "").replaceAll(".", "_")}`;
}

/** A UUID ends in as many hexadecimal digits, its wire form in as many letters, as these bits make. */
const COUNTER_BITS = 20;
const COUNTER_DIGITS = COUNTER_BITS / 4;
const COUNTER_LETTERS = COUNTER_BITS / 5;

/**
 * SQL of the UUIDv7 of event `n` of this statement, and of its wire form: random but for its last bits, which count
 * (RFC 9562, section 6.2). PostgreSQL 15 makes no such ids, and its wire form of another takes ten times as long.
 */
function eventIdSql(bind: Bind, atMs: number, n: string): { readonly uuid: string; readonly wire: string } {
  const random = newId(atMs);
  const digits = bind(random.replaceAll("-", "").slice(0, -COUNTER_DIGITS), "text");
  const letters = Array.from({ length: COUNTER_LETTERS }, (_, i) => {
    const shift = COUNTER_BITS - 5 * (i + 1);
    return `substr('${ALPHABET}', 1 + (${n} >> ${shift} & 31)::int4, 1)`;
  });
  return {
    uuid: `(${digits} || lpad(to_hex(${n}), ${COUNTER_DIGITS}, '0'))::uuid`,
    wire: `${bind(wireId("evt", random).slice(0, -COUNTER_LETTERS), "text")} || ${letters.join(" || ")}`,
  };
}

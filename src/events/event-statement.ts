import { bindInstant, bindRows } from "../db/statement-values.ts";
import type { Write } from "../db/write-once.ts";
import { jsonSql, outboxCte } from "../outbox/outbox-cte.ts";
import type { CommerceEvent } from "./event.ts";
import type { EventsPlan } from "./results.ts";

export type EventsWrite = {
  readonly partnerId: string;
  /** No two of one name. */
  readonly events: readonly CommerceEvent[];
  /** What the answer is made of, beside what the statement finds; null when the outcome is not to hold it. */
  readonly plan: EventsPlan | null;
  readonly nowMs: number;
};

/** Writes the events whose names are new, and tells subscribers of them. The outcome is an `EventsOutcome`. */
export function writeEvents({ partnerId, events, plan, nowMs }: EventsWrite): Write {
  return (bind) => {
    // Two requests with the same names wait for one another in one order.
    const sorted = events.toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
    const rows = bindRows(bind, "sent", sorted, {
      place: ["int4", ({ index }) => index],
      event_id: ["text", ({ eventId }) => eventId],
      type: ["text", ({ type }) => type],
      occurred_at: ["text", ({ occurredAtMs }) => new Date(occurredAtMs).toISOString()],
      external_ref: ["text", ({ externalRef }) => externalRef],
      value_amount: ["int8", ({ value }) => value?.amount],
      value_currency: ["text", ({ value }) => value?.currency],
      user_data: ["json", ({ userData }) => userData && JSON.stringify(userData)],
    });
    return [
      `asked AS MATERIALIZED (SELECT sent.* FROM permit CROSS JOIN ${rows})`,
      `accepted AS (
  INSERT INTO commerce_events (partner_id, event_id, type, occurred_at, received_at, external_ref, value_amount, value_currency, user_data)
  SELECT ${bind(partnerId, "uuid")}, event_id, type, occurred_at::timestamptz, ${bindInstant(bind, nowMs)}, external_ref, value_amount, value_currency, user_data
  FROM asked ORDER BY ordinal
  ON CONFLICT (partner_id, event_id) DO NOTHING RETURNING event_id)`,
      "told AS MATERIALIZED (SELECT * FROM asked JOIN accepted USING (event_id) ORDER BY place)",
      outboxCte(
        bind,
        { type: "commerce.*", partnerId, atMs: nowMs },
        {
          from: "told",
          data: {
            event_id: "event_id",
            occurred_at: "occurred_at",
            external_ref: "external_ref",
            value: `CASE WHEN value_amount IS NOT NULL THEN ${jsonSql({ amount: "value_amount", currency: "value_currency" })} END`,
            user_data: "user_data",
          },
        },
      ),
      `result AS (
  SELECT json_build_array(${bind(plan && JSON.stringify(plan), "json")}, (SELECT coalesce(json_agg(place), '[]') FROM told)) AS outcome,
    NULL::text AS refusal FROM permit)`,
    ];
  };
}

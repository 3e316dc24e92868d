import { wireInstant, wireInstantOrNull } from "../http/instant.ts";
import { wireId } from "../ids.ts";
import type { Delivery, DeliveryStatus, Webhook } from "./schema.ts";

/** What the statements return, as PostgreSQL's JSON, and what the wire shows of it. */

export type EndpointRow = {
  readonly endpoint_id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: string[];
  readonly status: Webhook["status"];
  readonly disabled_reason: Webhook["disabled_reason"];
  readonly disabled_at: string | null;
  readonly failing_since: string | null;
  readonly previous_secret_until: string | null;
  readonly created_at: string;
  readonly updated_at: string;
};

export type DeliveryRow = {
  readonly delivery_id: string;
  readonly event_id: string;
  readonly event_type: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly response_code: number | null;
  readonly response_body: string | null;
  readonly duration_ms: number | null;
  readonly error: string | null;
  readonly created_at: string;
  readonly last_attempt_at: string | null;
  readonly next_attempt_at: string | null;
  readonly ended_at: string | null;
};

export function webhookOf(row: EndpointRow): Webhook {
  return {
    webhook_id: wireId("whk", row.endpoint_id),
    url: row.url,
    description: row.description,
    events: row.events,
    status: row.status,
    disabled_reason: row.disabled_reason,
    disabled_at: wireInstantOrNull(row.disabled_at),
    failing_since: wireInstantOrNull(row.failing_since),
    previous_secret_until: wireInstantOrNull(row.previous_secret_until),
    created_at: wireInstant(row.created_at),
    updated_at: wireInstant(row.updated_at),
  };
}

export function deliveryOf(row: DeliveryRow): Delivery {
  return {
    delivery_id: wireId("dlv", row.delivery_id),
    event_id: wireId("evt", row.event_id),
    event_type: row.event_type,
    status: row.status,
    attempts: row.attempts,
    response_code: row.response_code,
    response_body: row.response_body,
    duration_ms: row.duration_ms,
    error: row.error,
    created_at: wireInstant(row.created_at),
    last_attempt_at: wireInstantOrNull(row.last_attempt_at),
    next_attempt_at: wireInstantOrNull(row.next_attempt_at),
    ended_at: wireInstantOrNull(row.ended_at),
  };
}

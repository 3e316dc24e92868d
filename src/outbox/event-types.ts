/** What happens with a partner's catalog and orders, by the name under which others are told. */
const NAMED_EVENT_TYPES = [
  "catalog.item.upserted",
  "catalog.item.deleted",
  "order.paid",
  "order.status.updated",
] as const;

/** Stands for all commerce events, whose types begin so and are their senders' own. */
const COMMERCE_EVENTS = "commerce.*";

/** What an endpoint can subscribe to, besides commerce events of one type; `*` stands for all events. */
export const SUBSCRIPTIONS = [...NAMED_EVENT_TYPES, COMMERCE_EVENTS, "*"] as const;

/**
 * What `outboxCte` writes. Of `commerce.*` each event has a type of its own; `webhook.test` goes to the endpoint that
 * asked for it, and nobody can subscribe to it.
 */
export type OutboxEventType = (typeof NAMED_EVENT_TYPES)[number] | typeof COMMERCE_EVENTS | "webhook.test";

export const MAX_EVENT_TYPE_LENGTH = 64;

/** How the type of a commerce event is written; it has at most `MAX_EVENT_TYPE_LENGTH` characters. */
export const COMMERCE_EVENT_TYPE = /^commerce\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/;

/** Whether `text` is the type of a commerce event. */
export function isCommerceEventType(text: string): boolean {
  return text.length <= MAX_EVENT_TYPE_LENGTH && COMMERCE_EVENT_TYPE.test(text);
}

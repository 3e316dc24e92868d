import type { BodyError } from "../http/json-text.ts";

/** A commerce event: what happened in a partner's shop or on its site, by its own account. */
export type CommerceEvent = {
  /** Its place in the request, from 0. */
  readonly index: number;
  /** The partner's own name of it. */
  readonly eventId: string;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly externalRef: string | null;
  /** In minor units of an ISO 4217 currency. */
  readonly value: { readonly amount: number; readonly currency: string } | null;
  /** SHA-256 hashes, by what was hashed. */
  readonly userData: Readonly<Record<string, string>> | null;
};

/** An event that is wrong by itself. */
export type RejectedEvent = {
  readonly index: number;
  /** Null when even that could not be read. */
  readonly eventId: string | null;
  readonly errors: readonly BodyError[];
};

/** Of the events that share a name, the first. */
export function firstOfEachName(events: readonly CommerceEvent[]): readonly CommerceEvent[] {
  const firsts = new Map<string, CommerceEvent>();
  for (const event of events) if (!firsts.has(event.eventId)) firsts.set(event.eventId, event);
  return [...firsts.values()];
}

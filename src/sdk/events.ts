import { type BatchKind, type BatchOptions, MAX_CHUNK_BYTES, sendBatch } from "./batch.ts";
import type { Client } from "./client.ts";
import type { CommerceEvent, EventReport, EventResult, EventStatus } from "./wire/events.ts";

/** Of one call that sends events. */
export type TrackOptions = BatchOptions<EventStatus>;

const KIND: BatchKind<CommerceEvent, EventResult> = {
  method: "POST",
  path: "/connect/v1/events",
  list: "events",
  maxEntries: 500,
  maxBytes: MAX_CHUNK_BYTES,
  // Callers in plain JavaScript may pass anything; the service says what is wrong with it.
  nameOf: (event: CommerceEvent | null | undefined) => event?.event_id,
  statuses: ["accepted", "duplicate", "rejected"],
  refused: (index, { event_id }, error) => ({ index, event_id, status: "rejected", errors: [error] }),
};

/** What happens in your shop. Needs the scope `events:write`. */
export class EventsApi {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  /**
   * Tells of any number of events, in as many requests as it takes. The same `event_id` is counted once, however often it
   * is sent; an event that is rejected costs no other.
   * @throws {SnapActBatchError} when some were not answered.
   */
  track(events: CommerceEvent | readonly CommerceEvent[], options?: TrackOptions): Promise<EventReport> {
    return sendBatch(this.#client, KIND, events, options);
  }
}

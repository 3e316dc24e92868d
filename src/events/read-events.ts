import type * as z from "zod";
import type { WriteKey } from "../db/write-once.ts";
import { type EntryInBody, entryFinder, frugalNearestName, readEntryBySchema } from "../http/entries.ts";
import { futureDetail, parseInstant } from "../http/instant.ts";
import { readMediaType } from "../http/json-body.ts";
import { jsonPointer } from "../http/json-pointer.ts";
import { type BodyError, faultsIn, parseJsonText } from "../http/json-text.ts";
import { invalidBody } from "../http/problem.ts";
import { isRef } from "../http/sent-members.ts";
import { readWriteKey } from "../http/write-request.ts";
import type { CommerceEvent, RejectedEvent } from "./event.ts";
import { CommerceEventSchema, EVENT_LIFE_DAYS, EVENT_LIFE_MS, MAX_EVENTS } from "./schema.ts";
import { withoutForeignNames } from "./user-data.ts";

/** A request that brings commerce events, each of them right or rejected by itself. */
export type EventsRequest = {
  readonly events: readonly CommerceEvent[];
  readonly rejected: readonly RejectedEvent[];
  readonly key: WriteKey | undefined;
};

const findEvents = entryFinder("events", MAX_EVENTS);

/**
 * Reads a request that brings commerce events. `bytes` is its body; `scope` says whose its Idempotency-Key is.
 * @throws {Problem} 415 when it is not JSON; 400 when the key is not well formed or the body holds no events. What is
 * wrong with one event rejects that event.
 */
export async function readEventsRequest(
  request: Request,
  bytes: Uint8Array,
  scope: string,
  nowMs: number,
): Promise<EventsRequest> {
  readMediaType(request.headers, ["application/json"]);
  const key = await readWriteKey(request, bytes, scope);
  const json = parseJsonText(bytes);
  const found = json.ok ? findEvents(json.value) : json;
  if (!found.ok) throw invalidBody(withoutForeignNames(found.errors, ""));
  const nearest = frugalNearestName();
  const events: CommerceEvent[] = [];
  const rejected: RejectedEvent[] = [];
  for (const entry of found.entries) {
    const broken = clockErrors(entry.value, nowMs);
    const reading = readEntryBySchema(CommerceEventSchema, entry, { nearest, broken });
    if (reading.ok) events.push(eventOf(reading.value, entry.index));
    else rejected.push(rejectedEvent(entry, reading.errors));
  }
  return { events, rejected, key };
}

/** What is wrong with when it occurred. Whoever sends an event again later than its row is kept finds it too old. */
function clockErrors(value: unknown, nowMs: number): readonly BodyError[] {
  const text = memberOf(value, "occurred_at");
  const occurredAtMs = typeof text === "string" ? parseInstant(text) : undefined;
  if (occurredAtMs === undefined) return [];
  const pointer = "/occurred_at";
  const future = futureDetail("occurred_at", occurredAtMs, nowMs);
  if (future !== undefined) return [{ pointer, code: "future", detail: future }];
  if (occurredAtMs >= nowMs - EVENT_LIFE_MS) return [];
  const now = new Date(nowMs).toISOString();
  const detail = `occurred_at must not lie more than ${EVENT_LIFE_DAYS} days before now, which is ${now}`;
  return [{ pointer, code: "too_old", detail }];
}

function eventOf(body: z.output<typeof CommerceEventSchema>, index: number): CommerceEvent {
  const hashes = Object.entries(body.user_data ?? {}).flatMap(([name, hash]) =>
    typeof hash === "string" ? [[name, hash] as const] : [],
  );
  return {
    index,
    eventId: body.event_id,
    type: body.type,
    occurredAtMs: parseInstant(body.occurred_at) ?? Number.NaN,
    externalRef: body.external_ref ?? null,
    value: body.value ?? null,
    userData: hashes.length > 0 ? Object.fromEntries(hashes) : null,
  };
}

function rejectedEvent({ value, index, path }: EntryInBody, errors: readonly BodyError[]): RejectedEvent {
  const name = memberOf(value, "event_id");
  const shown = isRef(name) && faultsIn(name).length === 0;
  return {
    index,
    eventId: shown ? name : null,
    errors: withoutForeignNames(errors, jsonPointer(path)),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return (value as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

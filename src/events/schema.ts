import * as z from "zod";
import { optional, sentInstant, sentMoney, sentRef } from "../http/sent-members.ts";
import { guided } from "../http/wire-schema.ts";
import { COMMERCE_EVENT_TYPE, isCommerceEventType, MAX_EVENT_TYPE_LENGTH } from "../outbox/event-types.ts";
import { UserDataSchema } from "./user-data.ts";

/** The wire shapes of `/connect/v1/events`: they describe and guard. Events are read one by one. */

/** Events of one request. */
export const MAX_EVENTS = 500;

/** How long a commerce event is kept, and how old it may be when it comes. */
export const EVENT_LIFE_DAYS = 90;
export const EVENT_LIFE_MS = EVENT_LIFE_DAYS * 86_400_000;

export const CommerceEventSchema = z
  .strictObject({
    event_id: sentRef("Your own name of the event, which is counted once. Nothing personal."),
    type: guided(
      z.string().refine(isCommerceEventType).meta({
        pattern: COMMERCE_EVENT_TYPE.source,
        maxLength: MAX_EVENT_TYPE_LENGTH,
        description: "What happened, in your own words behind `commerce.`.",
      }),
      `"commerce." and then words of a-z, A-Z, 0-9, _ and -, parted by dots, at most ${MAX_EVENT_TYPE_LENGTH} characters, such as commerce.purchase`,
    ),
    occurred_at: sentInstant(
      `When it happened: at most ${EVENT_LIFE_DAYS} days ago, at most 5 minutes ahead.`,
    ),
    external_ref: optional(sentRef("Your own name of the item that it is about.")),
    value: optional(sentMoney("What it was worth.")),
    user_data: optional(UserDataSchema),
  })
  .describe("Something that happened in your shop or on your site.");

export const CommerceEventsBodySchema = z
  .union([
    CommerceEventSchema,
    z.strictObject({ events: z.array(CommerceEventSchema).min(1).max(MAX_EVENTS) }),
  ])
  .describe("One event, or up to 500.");

const STATUSES = ["accepted", "duplicate", "rejected"] as const;

const count = z.int().min(0);

const EventResultSchema = z
  .strictObject({
    index: count.describe("The event's place in the request, from 0."),
    event_id: z.string().nullable().describe("Null when even that could not be read."),
    status: z
      .enum(STATUSES)
      .describe(
        "`accepted`: it is counted. `duplicate`: one with this `event_id` was counted before, whatever it said. `rejected`: see `errors`; nothing happened.",
      ),
    errors: z
      .array(
        z.strictObject({
          pointer: z.string().describe("Where in the body, as a JSON Pointer."),
          code: z.string().describe("What kind of mistake: stable, for programs."),
          detail: z.string().describe("What is wrong, and what would be right."),
        }),
      )
      .min(1)
      .optional()
      .describe("Only when `rejected`: everything that is wrong."),
  })
  .describe("What became of one event.");

export const EventsAnswerSchema = z
  .strictObject({
    results: z.array(EventResultSchema).min(1).max(MAX_EVENTS).describe("In the order of the events."),
    summary: z
      .strictObject({ accepted: count, duplicate: count, rejected: count })
      .describe("How many events have each status."),
  })
  .describe("What became of each event.");

export type EventResult = z.infer<typeof EventResultSchema>;
export type EventsAnswer = z.infer<typeof EventsAnswerSchema>;

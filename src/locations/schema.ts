import * as z from "zod";
import { sentDegrees } from "../http/sent-members.ts";
import { guided, instant, nextCursor, textMember, wireIdSchema } from "../http/wire-schema.ts";
import { isTimeZone } from "../time-zone.ts";

/** The wire shapes of `/connect/v1/locations`: the body's reads it, those of answers describe and guard. */

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const MAX_INTERVALS = 100;
const MAX_RADIUS_M = 1_000_000;
const MAX_PREP_MINUTES = 10_080;
const MAX_SPEED_KMH = 200;

/** A courier's in town, stops included. */
export const DEFAULT_SPEED_KMH = 20;

const timezone = guided(
  z
    .string()
    .refine(isTimeZone)
    .describe("The IANA time zone in which the opening hours are meant, such as `Africa/Lagos`."),
  "the IANA name of a time zone, such as Africa/Lagos",
);

const openingHours = guided(
  z
    .array(
      z.strictObject({
        day: guided(z.enum(DAYS).describe("On which it opens."), `one of ${DAYS.join(", ")}`),
        opens: guided(
          z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/),
          "a time of day from 00:00 to 23:59, such as 08:30",
        ),
        closes: guided(
          z
            .string()
            .regex(/^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$/)
            .describe("When not later than `opens`, that time of the next day."),
          "a time of day from 00:00 to 24:00, such as 20:00",
        ),
      }),
    )
    .max(MAX_INTERVALS),
  `a list of at most ${MAX_INTERVALS} intervals such as {"day":"mon","opens":"08:30","closes":"20:00"}`,
);

const deliveryMembers = {
  radius_m: guided(
    z.int().min(0).max(MAX_RADIUS_M).describe("How far it delivers, straight from the location."),
    `a whole number of metres between 0 and ${MAX_RADIUS_M}`,
  ),
  prep_minutes: guided(
    z.int().min(0).max(MAX_PREP_MINUTES).describe("From the order to the courier's departure."),
    `a whole number of minutes between 0 and ${MAX_PREP_MINUTES} (a week)`,
  ),
};
const speed = z.number().min(1).max(MAX_SPEED_KMH);
const SPEED_MUST_BE = `a number of kilometres per hour between 1 and ${MAX_SPEED_KMH}`;

const required = {
  name: textMember(1, 200, "What shoppers know the place as."),
  lat: sentDegrees(90, "north"),
  lng: sentDegrees(180, "east"),
  timezone,
};
const address = textMember(1, 500, "As on an envelope.").nullable();
const ALWAYS_OPEN = "By the location's wall clock. Always open when null, never when empty.";
const NO_DELIVERY = "Its delivery terms. It does not deliver when null.";

export const LocationBodySchema = z
  .strictObject({
    ...required,
    address: address.optional(),
    opening_hours: openingHours.nullable().optional().describe(`${ALWAYS_OPEN} Absent is null.`),
    delivery: z
      .strictObject({
        ...deliveryMembers,
        speed_kmh: guided(
          speed.meta({ description: "The courier's, stops included.", default: DEFAULT_SPEED_KMH }),
          SPEED_MUST_BE,
        ).optional(),
      })
      .nullable()
      .optional()
      .describe(`${NO_DELIVERY} Absent is null.`),
  })
  .describe("A location, whole: what is left out is gone.");

export const LocationSchema = z
  .strictObject({
    location_id: wireIdSchema("loc"),
    location_ref: z.string().describe("Your own name for it."),
    ...required,
    address,
    opening_hours: openingHours.nullable().describe(ALWAYS_OPEN),
    delivery: z
      .strictObject({ ...deliveryMembers, speed_kmh: speed.describe("The courier's, stops included.") })
      .nullable()
      .describe(NO_DELIVERY),
    created_at: instant,
    updated_at: instant.describe("When it was last written."),
  })
  .describe("A shop or dispatch point.");

export const LocationListSchema = z
  .strictObject({
    items: z.array(LocationSchema).max(100),
    next_cursor: nextCursor,
  })
  .describe("Locations, the newest first.");

export const DeletedLocationSchema = z
  .strictObject({
    location_id: wireIdSchema("loc"),
    location_ref: z.string(),
    status: z.literal("deleted"),
    deleted_items: z
      .int()
      .min(0)
      .describe("How many items were listed there: each leaves a `catalog.item.deleted`."),
  })
  .describe("What was deleted.");

/** The body of what takes none: absent, or `{}`. */
export const NoBodySchema = z.strictObject({});

export type LocationBody = z.infer<typeof LocationBodySchema>;
export type Location = z.infer<typeof LocationSchema>;
export type DeletedLocation = z.infer<typeof DeletedLocationSchema>;

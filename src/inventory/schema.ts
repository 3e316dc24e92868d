import * as z from "zod";
import { instant, nextCursor, wireIdSchema } from "../http/wire-schema.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";

/** The wire shapes of `GET /inventory/nearby`. They describe and guard; nothing runs them to answer. */

const verificationMethod = z.enum(VERIFICATION_METHODS).describe("How it was confirmed.");
const metres = z.int().min(0);
const url = z.url();

const price = z.strictObject({
  amount: z.int().min(0).describe("In minor units of `currency`."),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe("ISO 4217."),
});

const stock = z.strictObject({
  quantity: z.int().min(0).max(1_000_000).describe("Counted minus reserved, never below 0."),
  availability: z.enum(AVAILABILITIES),
});

const verification = z.strictObject({
  method: verificationMethod,
  verified_at: instant,
  age_s: z.int().min(0).describe("Seconds since `verified_at`, at the moment of answering."),
  expires_at: instant.describe("Until when it is `fresh`."),
  freshness: z
    .enum(["fresh", "aging", "stale"])
    .describe(
      "`fresh`: verified within the window, 24 hours; `aging`: within twice the window; else `stale`.",
    ),
});

const proof = z
  .strictObject({
    proof_id: wireIdSchema("prf"),
    kind: verificationMethod,
    media_url: url.nullable(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .describe("Of the media, lower-case hexadecimal."),
    captured_at: instant,
    received_at: instant,
    distance_from_location_m: metres.nullable().describe("How far from the location it was taken."),
  })
  .describe("The evidence behind the verification.");

const location = z.strictObject({
  location_id: wireIdSchema("loc"),
  name: z.string(),
  partner_id: wireIdSchema("ptr"),
  partner_name: z.string(),
  lat: z.number().min(-90).max(90),
  lng: z.number().min(-180).max(180),
  open_now: z.boolean(),
});

const delivery = z
  .union([
    z.strictObject({
      available: z.literal(true),
      min_minutes: z.int().min(0),
      max_minutes: z.int().min(0),
      earliest_at: instant.describe("Now, or the next opening, plus `min_minutes`."),
      basis: z.literal("distance"),
    }),
    z.strictObject({
      available: z.literal(false),
      reason: z
        .enum(["out_of_range", "not_offered", "closed"])
        .describe(
          "`out_of_range`: beyond the location's delivery radius; `not_offered`: it does not deliver; `closed`: it never opens.",
        ),
    }),
  ])
  .describe("When it could be at the door.");

export const NearbyItemSchema = z
  .strictObject({
    item_id: wireIdSchema("itm"),
    external_ref: z.string().describe("The partner's own name for the item."),
    title: z.string(),
    brand: z.string().nullable(),
    category: z.string().nullable(),
    gtin: z
      .string()
      .regex(/^[0-9]{14}$/)
      .nullable()
      .describe("GTIN-14."),
    image_url: url.nullable(),
    buy_url: url.nullable(),
    price,
    stock,
    verification,
    proof: proof.nullable(),
    location,
    distance_m: metres.describe("WGS-84 geodesic from the delivery point, rounded to the metre."),
    delivery,
  })
  .describe("One item at one location.");

const count = z.int().min(0);

const excluded = z
  .strictObject({
    availability: count,
    quantity: count,
    stale: count,
    no_proof: count,
    price: count,
    closed: count,
    not_deliverable: count,
  })
  .describe(
    "Only with `explain=true`: rows within the radius that match words and filters but were left out, counted by the first reason in this order.",
  );

const nearestOutside = z
  .strictObject({ distance_m: metres.describe("Of the nearest."), count: z.int().min(1) })
  .describe(
    "Only with `explain=true` when nothing matched: what would match between the radius and twice the radius (at most 50 km).",
  );

export const NearbyAnswerSchema = z
  .strictObject({
    items: z.array(NearbyItemSchema).max(100),
    next_cursor: nextCursor,
    query: z
      .strictObject({
        lat: z.number().min(-90).max(90),
        lng: z.number().min(-180).max(180),
        radius_m: z.number().min(1).max(50_000),
      })
      .describe("The disk that was searched."),
    as_of: instant.describe(
      "Everything acknowledged before this moment is in the answer. A few seconds ago at most; now, if `Cache-Control: no-cache` asked for it.",
    ),
    excluded: excluded.optional(),
    nearest_outside: nearestOutside.nullable().optional(),
  })
  .describe("What is in stock near the point, in the order asked for.");

export type NearbyItem = z.infer<typeof NearbyItemSchema>;
export type NearbyAnswer = z.infer<typeof NearbyAnswerSchema>;

import * as z from "zod";
import { MAX_QUANTITY } from "../availability.ts";
import { gtin14 } from "../gtin.ts";
import { hasLength, optional, sentDegrees, sentInstant, sentMoney, sentRef } from "../http/sent-members.ts";
import { guided, textMember } from "../http/wire-schema.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";
import { HTTPS_URL_MUST_BE, isHttpsUrl, MAX_URL_LENGTH } from "./https-url.ts";

/** The members that entries of `/connect/v1/catalog/items` are made of. */

const MAX_ADJUST = 1_000_000;

const textUpTo = (maxLength: number, description: string) =>
  guided(
    z
      .string()
      .refine((text) => hasLength(text, 0, maxLength))
      .meta({ maxLength, description }),
    `at most ${maxLength} characters of text`,
  );

const httpsUrl = (description: string) =>
  guided(
    z
      .string()
      .refine(isHttpsUrl)
      .meta({ format: "uri", pattern: "^https://", maxLength: MAX_URL_LENGTH, description }),
    HTTPS_URL_MUST_BE,
  );

const title = textMember(1, 300, "What shoppers know it as.");
const nullableDetails = {
  description: optional(textUpTo(2000, "What else there is to say of it.")),
  brand: optional(textUpTo(200, "Whose it is.")),
  category: optional(textUpTo(100, "Which kind of thing it is, in your own words.")),
  gtin: optional(
    guided(
      z
        .string()
        .refine((text) => gtin14(text) !== undefined)
        .meta({
          pattern: "^([0-9]{8}|[0-9]{12,14})$",
          description: "GTIN-8, -12, -13 or -14. Reads back as GTIN-14.",
        }),
      'a GTIN in quotes, 8, 12, 13 or 14 digits with a right check digit, such as "5449000000996"',
    ),
  ),
  image_url: optional(httpsUrl("A picture of it.")),
  buy_url: optional(httpsUrl("Where it can be bought.")),
};

const price = sentMoney("At this location.");

const quantity = guided(
  z.int().min(0).max(MAX_QUANTITY).describe("How many are there."),
  `a whole number between 0 and ${MAX_QUANTITY}`,
);
const availability = guided(
  z.enum(AVAILABILITIES).describe("Absent is derived: 0 is `out_of_stock`, at most 5 is `low_stock`."),
  `one of ${AVAILABILITIES.join(", ")}`,
);
const stock = z
  .strictObject({ quantity, availability: optional(availability) })
  .describe("At this location.");
const stockChange = z
  .strictObject({
    quantity: quantity.optional(),
    availability: optional(availability),
    adjust: guided(
      z
        .int()
        .min(-MAX_ADJUST)
        .max(MAX_ADJUST)
        .refine((pieces) => pieces !== 0)
        .describe("How many came (or went, when negative), for tills that know no more."),
      `a whole number between -${MAX_ADJUST} and ${MAX_ADJUST}, and not 0`,
    ).optional(),
  })
  .describe(
    "`quantity`, with or without `availability`, as counted; or `adjust` alone, in an entry that has nothing else but refs and `observed_at`, of a request with an Idempotency-Key.",
  );

const proof = z
  .strictObject({
    kind: guided(
      z.enum(VERIFICATION_METHODS).describe("How it was verified."),
      `one of ${VERIFICATION_METHODS.join(", ")}`,
    ),
    media_url: optional(httpsUrl("The photo, or whatever shows it.")),
    sha256: optional(
      guided(
        z
          .string()
          .regex(/^[0-9a-fA-F]{64}$/)
          .describe("Of the media, hexadecimal."),
        "64 hexadecimal digits",
      ),
    ),
    captured_at: sentInstant("When it was captured."),
    captured_lat: optional(sentDegrees(90, "north")),
    captured_lng: optional(sentDegrees(180, "east")),
  })
  .describe("The evidence behind the quantity.");

const named = {
  external_ref: sentRef("Your own name for the item."),
  location_ref: optional(
    sentRef("Your own name for the location. May be left out while you have only one location."),
  ),
  observed_at: optional(
    sentInstant("When this was so at its source; the time of receipt when left out. The newest wins."),
  ),
};
const evidence = {
  proof: optional(proof),
  verified_at: optional(sentInstant("When the quantity was last confirmed; `observed_at` when left out.")),
};

export const PostEntrySchema = z
  .strictObject({ ...named, title, ...nullableDetails, price, stock, ...evidence })
  .describe("An item at a location, whole: what is left out of its details is gone.");

export const PatchEntrySchema = z
  .strictObject({
    ...named,
    title: title.optional(),
    ...nullableDetails,
    price: price.optional(),
    stock: stockChange.optional(),
    ...evidence,
  })
  .describe("What changes of an item or of its row at a location. `null` clears a detail.");

export const DeleteEntrySchema = z
  .strictObject(named)
  .describe("Which item is no longer offered: at that location, or at all when `location_ref` is left out.");

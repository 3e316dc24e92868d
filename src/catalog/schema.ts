import * as z from "zod";
import { MAX_QUANTITY } from "../availability.ts";
import { instant, nextCursor, wireIdSchema } from "../http/wire-schema.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";
import { DeleteEntrySchema, PatchEntrySchema, PostEntrySchema } from "./item-schema.ts";

/** The wire shapes of `/connect/v1/catalog/items`: they describe and guard. Entries are read one by one. */

/** Entries of one request. */
export const MAX_ENTRIES = 1000;

/** Items on one page of the list. */
export const MAX_PAGE_ITEMS = 1000;

const oneOrMany = (entry: z.ZodType) =>
  z.union([entry, z.strictObject({ items: z.array(entry).min(1).max(MAX_ENTRIES) })]);

export const PostBodySchema = oneOrMany(PostEntrySchema).describe("One item, or up to 1,000.");
export const PatchBodySchema = oneOrMany(PatchEntrySchema).describe("One change, or up to 1,000.");
export const DeleteBodySchema = oneOrMany(DeleteEntrySchema).describe("One name, or up to 1,000.");

export const STATUSES = [
  "created",
  "updated",
  "confirmed",
  "unchanged",
  "stale",
  "rejected",
  "deleted",
  "not_found",
] as const;

const count = z.int().min(0);
const version = z.int().min(1);

const resultError = z.strictObject({
  pointer: z.string().describe("Where in the body, as a JSON Pointer; of CSV, as if it were JSON."),
  code: z.string().describe("What kind of mistake: stable, for programs."),
  detail: z.string().describe("What is wrong, and what would be right."),
  quantity: count.optional().describe("Only with `insufficient_stock`: how many are there."),
});

export const CatalogResultSchema = z
  .strictObject({
    index: count.describe("The entry's place in the request, from 0."),
    external_ref: z.string().nullable().describe("Null when even that could not be read."),
    item_id: wireIdSchema("itm").nullable().describe("Null when there is no such item."),
    status: z
      .enum(STATUSES)
      .describe(
        "`created`: the row is new. `updated`: a value changed. `confirmed`: same values, newer observation. `unchanged`: the very observation that is known. `stale`: an older one; nothing happened. `rejected`: see `errors`; nothing happened. `deleted`, `not_found`: of `DELETE`.",
      ),
    version: version
      .nullable()
      .describe("The row's, which counts up by one per change. Null when there is no row."),
    missing: z
      .array(z.enum(["title", "price", "stock"]))
      .min(1)
      .optional()
      .describe("Only when the row is not shown to anyone yet: what it waits for."),
    errors: z
      .array(resultError)
      .min(1)
      .optional()
      .describe("Only when `rejected`: everything that is wrong."),
  })
  .describe("What became of one entry.");

export const CatalogAnswerSchema = z
  .strictObject({
    results: z.array(CatalogResultSchema).min(1).max(MAX_ENTRIES).describe("In the order of the entries."),
    summary: z
      .strictObject(
        Object.fromEntries(STATUSES.map((status) => [status, count])) as Record<
          (typeof STATUSES)[number],
          typeof count
        >,
      )
      .describe("How many entries have each status."),
  })
  .describe("What became of each entry.");

const itemProof = z
  .strictObject({
    proof_id: wireIdSchema("prf"),
    kind: z.enum(VERIFICATION_METHODS),
    media_url: z.url().nullable(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .nullable()
      .describe("Of the media, lower-case hexadecimal."),
    captured_at: instant,
    captured_lat: z.number().min(-90).max(90).nullable(),
    captured_lng: z.number().min(-180).max(180).nullable(),
    received_at: instant.describe("When it came here. RFC 3339, UTC."),
    distance_from_location_m: count
      .nullable()
      .describe("How far from the location it was captured; null when that was not said."),
  })
  .describe("The evidence behind the quantity.");

export const CatalogItemSchema = z
  .strictObject({
    item_id: wireIdSchema("itm"),
    external_ref: z.string().describe("Your own name for the item."),
    location_ref: z.string().describe("Your own name for the location."),
    title: z.string(),
    description: z.string().nullable(),
    brand: z.string().nullable(),
    category: z.string().nullable(),
    gtin: z
      .string()
      .regex(/^[0-9]{14}$/)
      .nullable()
      .describe("GTIN-14."),
    image_url: z.url().nullable(),
    buy_url: z.url().nullable(),
    price: z.strictObject({
      amount: count.describe("In minor units of `currency`."),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/)
        .describe("ISO 4217."),
    }),
    stock: z.strictObject({
      quantity: count.max(MAX_QUANTITY).describe("As counted, open orders not subtracted."),
      availability: z.enum(AVAILABILITIES),
    }),
    proof: itemProof.nullable(),
    verification_method: z.enum(VERIFICATION_METHODS).describe("The proof's kind, else `pos_sync`."),
    verified_at: instant.describe("When the quantity was last confirmed. RFC 3339, UTC."),
    observed_at: instant.describe("When the quantity was so at its source. RFC 3339, UTC."),
    version: version.describe("Counts up by one per change."),
    updated_at: instant.describe("When it last changed here. RFC 3339, UTC."),
  })
  .describe("One item at one location, as it was written.");

export const CatalogItemListSchema = z
  .strictObject({
    items: z.array(CatalogItemSchema).max(MAX_PAGE_ITEMS),
    next_cursor: nextCursor,
  })
  .describe("What you list, the longest unchanged first.");

export type CatalogStatus = (typeof STATUSES)[number];
export type CatalogResult = z.infer<typeof CatalogResultSchema>;
export type CatalogAnswer = z.infer<typeof CatalogAnswerSchema>;
export type CatalogItem = z.infer<typeof CatalogItemSchema>;

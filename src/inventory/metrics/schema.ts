import * as z from "zod";
import { instant, wireIdSchema } from "../../http/wire-schema.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../stock-words.ts";
import { HISTORY_WINDOW_HOURS, type HistoryWindow, type InventoryMetrics } from "./metrics.ts";

/** The wire shapes of `GET /inventory/metrics`. They describe and guard; nothing runs them to answer. */

const count = z.int().min(0);
const kind = z.enum(VERIFICATION_METHODS);

const ratio = (description: string) =>
  z.number().min(0).max(1).nullable().describe(`${description} Six decimals; null when there are no rows.`);

const countOfEach = <const Name extends string>(names: readonly Name[], description: string) =>
  z
    .strictObject(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>)
    .describe(description);

const items = z.strictObject({
  total: count.describe("Listed rows: an item at a location is one."),
  by_availability: countOfEach(AVAILABILITIES, "How many have each availability."),
});

const ageS = z.int().min(0).nullable();
const freshness = z.strictObject({
  window_s: z.int().describe("For how long a verification is `fresh`; within twice that it is `aging`."),
  fresh: count,
  aging: count,
  stale: count,
  fresh_ratio: ratio("How much of all is `fresh`."),
  age_s: z
    .strictObject({ p50: ageS, p90: ageS, p99: ageS, max: ageS })
    .describe(
      "Ages of verifications at `as_of`, whole seconds rounded down. Percentiles are ages that occur (`percentile_disc`).",
    ),
});

const proof = {
  items_with_proof: count,
  coverage: ratio("How much of all has a proof."),
  by_kind: countOfEach(VERIFICATION_METHODS, "How many have a proof of each kind."),
};
const figures = { items, freshness, proof: z.strictObject(proof) };

const row = {
  item_id: wireIdSchema("itm"),
  external_ref: z.string(),
  location_id: wireIdSchema("loc"),
  location_ref: z.string(),
};

const newestProof = z.strictObject({
  proof_id: wireIdSchema("prf"),
  kind,
  media_url: z.url().nullable(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  captured_at: instant,
  received_at: instant,
  distance_from_location_m: count.nullable(),
  ...row,
});

const alert = (worstFirst: string) =>
  z.strictObject({
    count,
    worst: z
      .array(
        z.strictObject({
          ...row,
          title: z.string(),
          quantity: count.describe("Counted minus reserved, never below 0."),
          verified_at: instant,
          age_s: z.int().min(0),
        }),
      )
      .max(10)
      .describe(`The ten worst: ${worstFirst}.`),
  });

const CategoryMetricsSchema = z.strictObject({ category: z.string().nullable(), ...figures });

const LocationMetricsSchema = z.strictObject({
  location_id: wireIdSchema("loc"),
  location_ref: z.string(),
  name: z.string(),
  ...figures,
  last_verified_at: instant.nullable(),
});

const history = z.strictObject({
  window: z.enum(Object.keys(HISTORY_WINDOW_HOURS) as HistoryWindow[]),
  interval_s: z.int(),
  points: z
    .array(z.strictObject({ at: instant, ...figures }))
    .describe(
      "One for each whole hour in which it was recorded, the earliest first: what is missing was not, and nothing is made up for it. Empty with `location_ref` or `category`.",
    ),
});

export const InventoryMetricsSchema = z
  .strictObject({
    partner_id: wireIdSchema("ptr"),
    location_ref: z.string().nullable().describe("As asked; null: everywhere."),
    category: z.string().nullable().describe("As asked; null: all."),
    as_of: instant.describe(
      "Everything acknowledged before this moment is in the figures. At most 60 seconds ago.",
    ),
    items,
    freshness,
    proof: z.strictObject({
      ...proof,
      newest: z.array(newestProof).max(10).describe("The ten that were received last."),
    }),
    alerts: z.strictObject({
      low_stock: alert("the smallest quantity first, then the oldest verification"),
      out_of_stock: alert("what has been out for longest first"),
    }),
    by_category: z
      .array(CategoryMetricsSchema)
      .describe("By name, those without a category last. Of more than 1,000, those with most rows."),
    by_location: z.array(LocationMetricsSchema).describe("All locations, by `location_ref`."),
    history,
  })
  .describe("How true a partner's inventory is.") satisfies z.ZodType<InventoryMetrics>;

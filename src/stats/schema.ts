import * as z from "zod";
import { instant } from "../http/wire-schema.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";

/** The wire shape of `GET /admin/metrics`. It describes and guards; nothing runs it to answer. */

const count = z.int().min(0);
const ratio = z.number().min(0).max(1).nullable();

const byWord = <Word extends string>(words: readonly Word[]) =>
  z.strictObject(Object.fromEntries(words.map((word) => [word, count])) as Record<Word, typeof count>);

const counters = z
  .strictObject({
    since: instant.nullable().describe("Null when nothing was counted yet."),
    requests: z
      .array(z.strictObject({ route: z.string(), method: z.string(), status: z.int(), count }))
      .describe("Answered, by the pattern that their path fits: `(none)` when there is none."),
    durations: z
      .array(
        z.strictObject({
          route: z.string(),
          count,
          sum_s: z.number().min(0),
          buckets: z
            .array(z.strictObject({ le_s: z.number(), count }))
            .describe("How many took no longer than `le_s`."),
        }),
      )
      .describe(
        "Wall time from the first to the last of a request's I/O: the clock stands still in between.",
      ),
    nearby_answers: z
      .array(z.strictObject({ path: z.string(), reason: z.string().nullable(), count }))
      .describe("`hot`: from tiles; `cold`: from the database, and why."),
    limit_refusals: z.array(z.strictObject({ policy: z.string(), count })),
    database_errors: z.array(z.strictObject({ kind: z.string(), count })),
  })
  .describe("What all instances have counted since `since`: each number only ever grows.");

const market = z
  .strictObject({
    as_of: instant.describe("When partners, locations and snapshots were read: at most a minute ago."),
    partners: byWord(["pending", "approved", "suspended"]),
    locations: count,
    snapshots: z
      .strictObject({
        partners: count.describe("How many partners have one."),
        oldest_at: instant.nullable(),
        newest_at: instant.nullable(),
      })
      .describe(
        "The hourly snapshots that the figures below are the sums of: each approved partner's latest.",
      ),
    items: z.strictObject({ total: count, by_availability: byWord(AVAILABILITIES) }),
    freshness: z.strictObject({ fresh: count, aging: count, stale: count, fresh_ratio: ratio }),
    proof: z.strictObject({
      items_with_proof: count,
      coverage: ratio,
      by_kind: byWord(VERIFICATION_METHODS),
    }),
  })
  .describe("All partners together.");

export const AdminMetricsSchema = z
  .strictObject({
    as_of: instant,
    counters: counters.nullable(),
    outbox: z
      .strictObject({ oldest_undelivered_age_s: z.number().min(0).describe("0: nothing waits.") })
      .nullable(),
    market: market.nullable(),
  })
  .describe("How the service and the market are doing. A part that cannot be read for the moment is null.");

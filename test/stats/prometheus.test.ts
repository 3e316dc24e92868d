import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AdminMetrics } from "../../src/stats/metrics.ts";
import { prometheusText } from "../../src/stats/prometheus.ts";
import { AdminMetricsSchema } from "../../src/stats/schema.ts";
import { readExposition } from "../support/exposition.ts";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";

const counts = fc.nat({ max: 1_000_000_000 });
const ratios = fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null });
const instants = fc
  .date({ min: new Date("2026-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
  .map((date) => date.toISOString());
const routes = fc.constantFrom("/inventory/nearby", "/admin/partners/:partner_id", "(none)", 'a"b\\c');

const by = <Word extends string>(...words: Word[]) =>
  fc
    .tuple(...words.map(() => counts))
    .map((values) => Object.fromEntries(words.map((word, i) => [word, values[i]])) as Record<Word, number>);

const durations = fc
  .record({ route: routes, sum_s: fc.double({ min: 0, max: 1e6, noNaN: true }), counts: fc.array(counts) })
  .map(({ route, sum_s, counts: more }) => {
    let count = 0;
    const buckets = more.slice(0, 5).map((own, i) => {
      count += own;
      return { le_s: 10 ** (i - 3), count };
    });
    return { route, sum_s, count: count + (more[5] ?? 0), buckets };
  });

const metrics: fc.Arbitrary<AdminMetrics> = fc.record({
  as_of: instants,
  counters: fc.option(
    fc.record({
      since: fc.option(instants, { nil: null }),
      requests: fc.uniqueArray(
        fc.record({
          route: routes,
          method: fc.constantFrom("GET", "POST"),
          status: fc.constantFrom(200, 503),
          count: counts,
        }),
        { selector: ({ route, method, status }) => `${route} ${method} ${status}` },
      ),
      durations: fc.uniqueArray(durations, { selector: ({ route }) => route }),
      nearby_answers: fc.uniqueArray(
        fc.record({
          path: fc.constantFrom("hot", "cold"),
          reason: fc.constantFrom(null, "old"),
          count: counts,
        }),
        { selector: ({ path, reason }) => `${path} ${reason}` },
      ),
      limit_refusals: fc.uniqueArray(
        fc.record({ policy: fc.constantFrom("nearby", "admin"), count: counts }),
        {
          selector: ({ policy }) => policy,
        },
      ),
      database_errors: fc.uniqueArray(
        fc.record({ kind: fc.constantFrom("timeout", "unique_violation"), count: counts }),
        { selector: ({ kind }) => kind },
      ),
    }),
    { nil: null },
  ),
  outbox: fc.option(fc.record({ oldest_undelivered_age_s: fc.double({ min: 0, max: 1e9, noNaN: true }) }), {
    nil: null,
  }),
  market: fc.option(
    fc.record({
      as_of: instants,
      partners: by("pending", "approved", "suspended"),
      locations: counts,
      snapshots: fc.record({
        partners: counts,
        oldest_at: fc.option(instants, { nil: null }),
        newest_at: fc.option(instants, { nil: null }),
      }),
      items: fc.record({
        total: counts,
        by_availability: by("in_stock", "low_stock", "out_of_stock", "on_request", "scheduled_only"),
      }),
      freshness: fc.record({ fresh: counts, aging: counts, stale: counts, fresh_ratio: ratios }),
      proof: fc.record({
        items_with_proof: counts,
        coverage: ratios,
        by_kind: by("shelf_snap", "count", "pos_sync", "assertion"),
      }),
    }),
    { nil: null },
  ),
});

/** Every number of the JSON under the name and labels that it should have, written down once more. */
function expectedOf({ counters, outbox, market }: AdminMetrics): Record<string, number> {
  const all: [string, Record<string, string>, number | null][] = [
    ["metrics_part_up", { part: "counters" }, counters === null ? 0 : 1],
    ["metrics_part_up", { part: "outbox" }, outbox === null ? 0 : 1],
    ["metrics_part_up", { part: "market" }, market === null ? 0 : 1],
    ["outbox_oldest_undelivered_age_seconds", {}, outbox?.oldest_undelivered_age_s ?? null],
  ];
  for (const { count, status, ...labels } of counters?.requests ?? []) {
    const statusClass = status === 200 ? "2xx" : "5xx";
    all.push(["http_requests_total", { ...labels, status: statusClass, code: `${status}` }, count]);
  }
  for (const { route, count, sum_s, buckets } of counters?.durations ?? []) {
    all.push(["http_request_duration_seconds_count", { route }, count]);
    all.push(["http_request_duration_seconds_sum", { route }, sum_s]);
    all.push(["http_request_duration_seconds_bucket", { route, le: "+Inf" }, count]);
    for (const { le_s, count: within } of buckets) {
      all.push(["http_request_duration_seconds_bucket", { route, le: `${le_s}` }, within]);
    }
  }
  for (const { path, reason, count } of counters?.nearby_answers ?? []) {
    all.push(["nearby_answers_total", { path, reason: reason ?? "" }, count]);
  }
  for (const { count, ...labels } of counters?.limit_refusals ?? []) {
    all.push(["limit_refusals_total", labels, count]);
  }
  for (const { count, ...labels } of counters?.database_errors ?? []) {
    all.push(["database_errors_total", labels, count]);
  }
  if (market !== null) {
    const seconds = (instant: string | null) => (instant === null ? null : Date.parse(instant) / 1000);
    const each = (name: string, label: string, values: Record<string, number>) => {
      for (const [word, value] of Object.entries(values)) all.push([name, { [label]: word }, value]);
    };
    const { fresh, aging, stale, fresh_ratio } = market.freshness;
    all.push(["market_as_of_timestamp_seconds", {}, seconds(market.as_of)]);
    all.push(["market_locations", {}, market.locations]);
    all.push(["market_snapshots", {}, market.snapshots.partners]);
    all.push(["market_oldest_snapshot_timestamp_seconds", {}, seconds(market.snapshots.oldest_at)]);
    all.push(["market_newest_snapshot_timestamp_seconds", {}, seconds(market.snapshots.newest_at)]);
    all.push(["market_fresh_ratio", {}, fresh_ratio]);
    all.push(["market_proof_coverage_ratio", {}, market.proof.coverage]);
    each("market_partners", "status", market.partners);
    each("market_items", "availability", market.items.by_availability);
    each("market_items_by_freshness", "freshness", { fresh, aging, stale });
    each("market_items_with_proof", "kind", market.proof.by_kind);
  }
  return Object.fromEntries(
    all.flatMap(([name, labels, value]) =>
      value === null ? [] : [[seriesName(`snapact_${name}`, labels), value]],
    ),
  );
}

function seriesName(name: string, labels: Readonly<Record<string, string>>): string {
  return `${name} ${JSON.stringify(Object.entries(labels).sort())}`;
}

describe("the metrics for Prometheus", () => {
  it("are the numbers of the JSON, no more and no less", () => {
    fc.assert(
      fc.property(metrics, (written) => {
        const { samples } = readExposition(prometheusText(written));
        const read = Object.fromEntries(
          samples.map(({ name, labels, value }) => [seriesName(name, labels), value]),
        );
        expect(read).toEqual(expectedOf(written));
      }),
      { seed: 20261122, numRuns: 200 },
    );
  });

  it.skipIf(!hasPromtool)("are as promtool wants them, whatever is there", () => {
    for (const written of fc.sample(metrics, { seed: 20261122, numRuns: 20 })) {
      expect(promtool(["check", "metrics"], prometheusText(written))).toBe("");
    }
  });

  it("are generated here as the wire has them", () => {
    fc.assert(
      fc.property(metrics, (written) => {
        expect(AdminMetricsSchema.parse(written)).toEqual(written);
      }),
      { seed: 20261122, numRuns: 50 },
    );
  });
});

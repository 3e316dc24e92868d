import {
  counter,
  gauge,
  type HistogramFamily,
  type HistogramSample,
  type MetricFamily,
  prometheusExposition,
  timestampS,
} from "../http/prometheus.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../stock-words.ts";
import type { AdminMetrics, CounterFigures, MarketFigures, RouteDurations } from "./metrics.ts";

const PARTS = ["counters", "outbox", "market"] as const;
const PARTNER_STATUSES = ["pending", "approved", "suspended"] as const;
const FRESHNESS = ["fresh", "aging", "stale"] as const;

/** The numbers of `metrics` in Prometheus' text format; a part that is not to be had is not there. */
export function prometheusText(metrics: AdminMetrics): string {
  const { counters, outbox, market } = metrics;
  return prometheusExposition([
    gauge(
      "snapact_metrics_part_up",
      "Whether the part of these metrics could be read",
      PARTS.map((part) => ({ labels: { part }, value: metrics[part] === null ? 0 : 1 })),
    ),
    ...(counters === null ? [] : counterFamilies(counters)),
    gauge(
      "snapact_outbox_oldest_undelivered_age_seconds",
      "How late the oldest event is that is not handed on to endpoints, or not sent to one though it is due; 0 when there is none",
      [{ value: outbox?.oldest_undelivered_age_s ?? null }],
    ),
    ...(market === null ? [] : marketFamilies(market)),
  ]);
}

function counterFamilies(counters: CounterFigures): readonly (MetricFamily | HistogramFamily)[] {
  return [
    counter(
      "snapact_http_requests_total",
      "Requests answered, by the pattern that their path fits and the class of their status; code is the status itself",
      counters.requests.map(({ route, method, status, count }) => ({
        labels: { route, method, status: `${Math.floor(status / 100)}xx`, code: String(status) },
        value: count,
      })),
    ),
    {
      name: "snapact_http_request_duration_seconds",
      help: "Wall time of requests from the first to the last of their I/O: the clock stands still in between.",
      type: "histogram",
      samples: counters.durations.map(histogramOf),
    },
    counter(
      "snapact_nearby_answers_total",
      "Answers of nearby, by whether tiles or the database gave them, and why not tiles",
      counters.nearby_answers.map(({ path, reason, count }) => ({
        labels: { path, reason: reason ?? "" },
        value: count,
      })),
    ),
    counter(
      "snapact_limit_refusals_total",
      "Requests that a limit refused",
      counters.limit_refusals.map(({ policy, count }) => ({ labels: { policy }, value: count })),
    ),
    counter(
      "snapact_database_errors_total",
      "Statements that the database did not answer or refused",
      counters.database_errors.map(({ kind, count }) => ({ labels: { kind }, value: count })),
    ),
  ];
}

function histogramOf({ route, count, sum_s: sum, buckets }: RouteDurations): HistogramSample {
  const upTo = [...buckets.map(({ le_s, count }) => ({ bound: le_s, count })), { bound: Infinity, count }];
  return {
    labels: { route },
    sum,
    buckets: upTo.map(({ bound, count }, i) => ({ bound, count: count - (upTo[i - 1]?.count ?? 0) })),
  };
}

function marketFamilies(market: MarketFigures): readonly MetricFamily[] {
  const { partners, locations, snapshots, items, freshness, proof } = market;
  const each = <Word extends string>(
    label: string,
    words: readonly Word[],
    of: Readonly<Record<Word, number>>,
  ) => words.map((word) => ({ labels: { [label]: word }, value: of[word] }));
  return [
    gauge("snapact_market_as_of_timestamp_seconds", "When the figures of the market were read", [
      { value: timestampS(market.as_of) },
    ]),
    gauge("snapact_market_partners", "Partners", each("status", PARTNER_STATUSES, partners)),
    gauge("snapact_market_locations", "Locations of all partners", [{ value: locations }]),
    gauge("snapact_market_snapshots", "Partners of whose items there is a snapshot: the figures below", [
      { value: snapshots.partners },
    ]),
    gauge("snapact_market_oldest_snapshot_timestamp_seconds", "Of when the oldest of the snapshots is", [
      { value: timestampS(snapshots.oldest_at) },
    ]),
    gauge("snapact_market_newest_snapshot_timestamp_seconds", "Of when the newest of the snapshots is", [
      { value: timestampS(snapshots.newest_at) },
    ]),
    gauge(
      "snapact_market_items",
      "Items at locations, by availability",
      each("availability", AVAILABILITIES, items.by_availability),
    ),
    gauge(
      "snapact_market_items_by_freshness",
      "Items at locations, by how long ago they were verified",
      each("freshness", FRESHNESS, freshness),
    ),
    gauge("snapact_market_fresh_ratio", "Share of the items that are fresh", [
      { value: freshness.fresh_ratio },
    ]),
    gauge(
      "snapact_market_items_with_proof",
      "Items with a proof, by its kind",
      each("kind", VERIFICATION_METHODS, proof.by_kind),
    ),
    gauge("snapact_market_proof_coverage_ratio", "Share of the items that have a proof", [
      { value: proof.coverage },
    ]),
  ];
}

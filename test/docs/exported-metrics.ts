import fc from "fast-check";
import { prometheusText } from "../../src/inventory/metrics/prometheus.ts";
import { someMetrics } from "../inventory/metrics/metrics-arbitraries.ts";
import { readExposition } from "../support/exposition.ts";

/** The labels that each metric of `GET /inventory/metrics` has. */
export function inventoryMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  return labelsByMetric(fc.sample(someMetrics, { seed: 7, numRuns: 20 }).map(prometheusText));
}

/** The labels that each metric of `GET /admin/metrics` has which dashboards and alerts rely on. */
export function serviceMetrics(): ReadonlyMap<string, ReadonlySet<string>> {
  return new Map(
    Object.entries({
      snapact_http_requests_total: ["route", "status"],
      snapact_nearby_answers_total: ["path", "reason"],
      snapact_limit_refusals_total: ["policy"],
      snapact_database_errors_total: ["kind"],
      snapact_outbox_oldest_undelivered_age_seconds: [],
      snapact_market_partners: ["status"],
      snapact_market_locations: [],
      snapact_market_items: ["availability"],
      snapact_market_items_by_freshness: ["freshness"],
      snapact_market_proof_coverage_ratio: [],
    }).map(([name, labels]) => [name, new Set(labels)]),
  );
}

function labelsByMetric(texts: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>();
  for (const { name, labels } of texts.flatMap((text) => readExposition(text).samples)) {
    const ofMetric = known.get(name) ?? new Set();
    for (const label of Object.keys(labels)) ofMetric.add(label);
    known.set(name, ofMetric);
  }
  return known;
}

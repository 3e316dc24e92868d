import { gauge, type MetricFamily, prometheusExposition, timestampS } from "../../http/prometheus.ts";
import { AVAILABILITIES, VERIFICATION_METHODS } from "../../stock-words.ts";
import { largestFigures } from "./largest-figures.ts";
import type { Figures, InventoryMetrics } from "./metrics.ts";

export const MAX_CATEGORY_LABELS = 200;
export const MAX_LOCATION_LABELS = 1000;

type Labels = Readonly<Record<string, string>>;
/** Figures, and the labels that say of what. */
type Labelled = { readonly labels: Labels; readonly figures: Figures };

const FRESHNESS = ["fresh", "aging", "stale"] as const;
const PERCENTILES = ["p50", "p90", "p99"] as const;

/**
 * The numbers of `metrics` in Prometheus' text format, all gauges; what has no value is not there. Neither are the
 * history, which Prometheus keeps itself, nor single items and proofs, whose names know no bound.
 *
 * Broken down by the 200 categories and the 1,000 locations with the most items; what the rest counts to is labelled
 * `other`, together with what is itself called so, without ratios and ages. Items without a category have the empty
 * label.
 */
export function prometheusText(metrics: InventoryMetrics): string {
  const { by_category, by_location } = metrics;
  const categories = largestFigures(by_category, ({ category }) => category ?? "", MAX_CATEGORY_LABELS);
  const locations = largestFigures(by_location, (location) => location.location_ref, MAX_LOCATION_LABELS);
  return prometheusExposition([
    ...aboutTheAnswer(metrics),
    ...figureFamilies("snapact_inventory", "", [{ labels: {}, figures: metrics }]),
    ...aboutTheWhole(metrics),
    ...figureFamilies(
      "snapact_inventory_category",
      " of a category",
      categories.map(({ label, figures }) => ({ labels: { category: label }, figures })),
    ),
    ...figureFamilies(
      "snapact_inventory_location",
      " of a location",
      locations.map(({ label, figures }) => ({ labels: { location_ref: label }, figures })),
    ),
    gauge(
      "snapact_inventory_location_last_verified_timestamp_seconds",
      "When an item of the location was last verified",
      locations.map(({ label, entry }) => ({
        labels: { location_ref: label },
        value: timestampS(entry?.last_verified_at ?? null),
      })),
    ),
  ]);
}

function aboutTheAnswer({ partner_id, location_ref, category, as_of }: InventoryMetrics): MetricFamily[] {
  const asked = { partner_id, location_ref: location_ref ?? "", category: category ?? "" };
  return [
    gauge("snapact_inventory_info", "Always 1; the labels say whose items are counted, and which of them", [
      { labels: asked, value: 1 },
    ]),
    gauge("snapact_inventory_as_of_timestamp_seconds", "The moment at which all figures were true", [
      { value: timestampS(as_of) },
    ]),
  ];
}

function aboutTheWhole({ freshness, proof, alerts }: InventoryMetrics): MetricFamily[] {
  return [
    gauge("snapact_inventory_freshness_window_seconds", "Up to which age an item is fresh", [
      { value: freshness.window_s },
    ]),
    gauge("snapact_inventory_newest_proof_timestamp_seconds", "When the newest proof was received", [
      { value: timestampS(proof.newest[0]?.received_at ?? null) },
    ]),
    gauge("snapact_inventory_alert_items", "Items that need attention, by the reason", [
      { labels: { alert: "low_stock" }, value: alerts.low_stock.count },
      { labels: { alert: "out_of_stock" }, value: alerts.out_of_stock.count },
    ]),
  ];
}

function figureFamilies(prefix: string, of: string, all: readonly Labelled[]): MetricFamily[] {
  const one = (name: string, help: string, figureOf: (figures: Figures) => number | null): MetricFamily =>
    gauge(
      `${prefix}_${name}`,
      help,
      all.map(({ labels, figures }) => ({ labels, value: figureOf(figures) })),
    );
  const each = <Word extends string>(
    name: string,
    help: string,
    label: string,
    words: readonly Word[],
    valuesOf: (figures: Figures) => Readonly<Record<Word, number | null>>,
  ): MetricFamily => {
    const samples = all.flatMap(({ labels, figures }) => {
      const values = valuesOf(figures);
      return words.map((word) => ({ labels: { ...labels, [label]: word }, value: values[word] }));
    });
    return gauge(`${prefix}_${name}`, help, samples);
  };
  return [
    each(
      "items",
      `Items at locations${of}, by availability`,
      "availability",
      AVAILABILITIES,
      ({ items }) => items.by_availability,
    ),
    each(
      "items_by_freshness",
      `Items at locations${of}, by how long ago they were verified`,
      "freshness",
      FRESHNESS,
      ({ freshness }) => freshness,
    ),
    one("fresh_ratio", `Share of the items${of} that are fresh`, ({ freshness }) => freshness.fresh_ratio),
    each(
      "age_seconds",
      `Percentiles of the time since the items${of} were verified`,
      "percentile",
      PERCENTILES,
      ({ freshness }) => freshness.age_s,
    ),
    one(
      "age_max_seconds",
      `Time since the item${of} verified longest ago was`,
      ({ freshness }) => freshness.age_s.max,
    ),
    each(
      "items_with_proof",
      `Items${of} with a proof, by its kind`,
      "kind",
      VERIFICATION_METHODS,
      ({ proof }) => proof.by_kind,
    ),
    one("proof_coverage_ratio", `Share of the items${of} that have a proof`, ({ proof }) => proof.coverage),
  ];
}

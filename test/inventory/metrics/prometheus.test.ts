import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Figures, InventoryMetrics } from "../../../src/inventory/metrics/metrics.ts";
import {
  MAX_CATEGORY_LABELS,
  MAX_LOCATION_LABELS,
  prometheusText,
} from "../../../src/inventory/metrics/prometheus.ts";
import { type Exposition, readExposition } from "../../support/exposition.ts";
import { hasPromtool, promtool } from "../../support/prometheus-tools.ts";
import { someFigures, someMetrics } from "./metrics-arbitraries.ts";

type Labels = Readonly<Record<string, string>>;

/** Every figure of `figures` by the sample that should show it. */
function expected(prefix: string, labels: Labels, { items, freshness, proof }: Figures) {
  const { window_s: _constant, fresh_ratio, age_s, ...freshnessCounts } = freshness;
  const { max, ...percentiles } = age_s;
  const each = (name: string, label: string, values: Readonly<Record<string, number | null>>) =>
    Object.entries(values).map(([word, value]) => ({
      name: prefix + name,
      labels: { ...labels, [label]: word },
      value,
    }));
  return [
    ...each("_items", "availability", items.by_availability),
    ...each("_items_by_freshness", "freshness", freshnessCounts),
    { name: `${prefix}_fresh_ratio`, labels, value: fresh_ratio },
    ...each("_age_seconds", "percentile", percentiles),
    { name: `${prefix}_age_max_seconds`, labels, value: max },
    ...each("_items_with_proof", "kind", proof.by_kind),
    { name: `${prefix}_proof_coverage_ratio`, labels, value: proof.coverage },
  ].filter(({ value }) => value !== null);
}

function seconds(instant: string): number {
  return new Date(instant).getTime() / 1000;
}

function expectedOf(metrics: InventoryMetrics) {
  const { partner_id, location_ref, category, as_of, freshness, proof, alerts } = metrics;
  const whole = (name: string, value: number, labels: Labels = {}) => ({
    name: `snapact_inventory_${name}`,
    labels,
    value,
  });
  return [
    whole("info", 1, { partner_id, location_ref: location_ref ?? "", category: category ?? "" }),
    whole("as_of_timestamp_seconds", seconds(as_of)),
    whole("freshness_window_seconds", freshness.window_s),
    ...proof.newest.map(({ received_at }) => whole("newest_proof_timestamp_seconds", seconds(received_at))),
    whole("alert_items", alerts.low_stock.count, { alert: "low_stock" }),
    whole("alert_items", alerts.out_of_stock.count, { alert: "out_of_stock" }),
    ...expected("snapact_inventory", {}, metrics),
    ...metrics.by_category.flatMap((figures) =>
      expected("snapact_inventory_category", { category: figures.category ?? "" }, figures),
    ),
    ...metrics.by_location.flatMap((figures) => {
      const labels = { location_ref: figures.location_ref };
      const lastVerified = figures.last_verified_at;
      return [
        ...expected("snapact_inventory_location", labels, figures),
        ...(lastVerified === null
          ? []
          : [whole("location_last_verified_timestamp_seconds", seconds(lastVerified), labels)]),
      ];
    }),
  ];
}

function inAnyOrder(samples: readonly { name: string; labels: Labels; value: number | null }[]): string[] {
  return samples
    .map(({ name, labels, value }) => JSON.stringify([name, Object.entries(labels).sort(), value]))
    .sort();
}

/** An answer with so many categories and locations, each larger than the one before. */
function metricsWith(categories: number, locations: number): InventoryMetrics {
  const [metrics] = fc.sample(someMetrics, { seed: 1, numRuns: 1 });
  const [figures] = fc.sample(
    someFigures.filter(({ items }) => items.total > 0),
    { seed: 2, numRuns: 1 },
  );
  const sized = (total: number): Figures => ({ ...figures!, items: { ...figures!.items, total } });
  return {
    ...metrics!,
    by_category: Array.from({ length: categories }, (_, i) => ({ ...sized(i + 1), category: `c${i}` })),
    by_location: Array.from({ length: locations }, (_, i) => ({
      ...sized(i + 1),
      location_id: "loc_01k9w2kt6fe1r8y3q5d7h9j2wa",
      location_ref: `s${i}`,
      name: "Shop",
      last_verified_at: "2026-01-01T00:00:00.000Z",
    })),
  };
}

function labelsOf({ samples }: Exposition, metric: string, label: string): Set<string | undefined> {
  return new Set(samples.filter(({ name }) => name === metric).map(({ labels }) => labels[label]));
}

describe("prometheusText", () => {
  it("has every number of the JSON, and no other, whatever categories and shops are called", () => {
    fc.assert(
      fc.property(someMetrics, (metrics) => {
        const { samples } = readExposition(prometheusText(metrics));
        expect(inAnyOrder(samples)).toEqual(inAnyOrder(expectedOf(metrics)));
      }),
      { seed: 62, numRuns: 300 },
    );
  });

  it("names as many as it may, and no `other`", () => {
    const read = readExposition(prometheusText(metricsWith(MAX_CATEGORY_LABELS, MAX_LOCATION_LABELS)));
    const categories = labelsOf(read, "snapact_inventory_category_fresh_ratio", "category");
    const locations = labelsOf(read, "snapact_inventory_location_fresh_ratio", "location_ref");
    expect(categories.size).toBe(MAX_CATEGORY_LABELS);
    expect(locations.size).toBe(MAX_LOCATION_LABELS);
    expect([...categories, ...locations]).not.toContain("other");
  });

  it("sums the rest under `other`, without what does not add up", () => {
    const read = readExposition(
      prometheusText(metricsWith(MAX_CATEGORY_LABELS + 3, MAX_LOCATION_LABELS + 2)),
    );
    const named = labelsOf(read, "snapact_inventory_category_items", "category");
    expect(named.size).toBe(MAX_CATEGORY_LABELS + 1);
    expect(["c0", "c1", "c2", "c3", "other"].filter((name) => named.has(name))).toEqual(["c3", "other"]);
    const others = read.samples.filter((sample) => Object.values(sample.labels).includes("other"));
    expect(new Set(others.map(({ name }) => name))).toEqual(
      new Set(
        ["category", "location"].flatMap((of) =>
          ["items", "items_by_freshness", "items_with_proof"].map(
            (name) => `snapact_inventory_${of}_${name}`,
          ),
        ),
      ),
    );
  });

  it.skipIf(!hasPromtool)("passes `promtool check metrics`, hostile names and all", () => {
    for (const metrics of fc.sample(someMetrics, { seed: 63, numRuns: 20 })) {
      expect(promtool(["check", "metrics"], prometheusText(metrics))).toBe("");
    }
    expect(promtool(["check", "metrics"], prometheusText(metricsWith(300, 1100)))).toBe("");
  });
});

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "../../scripts/service/paths.ts";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";
import { inventoryMetrics, serviceMetrics } from "./exported-metrics.ts";
import { expressionsIn, metricsIn, readDoc } from "./promql.ts";

const RULES = "prometheus/snapact-alerts.yml";
const rules = await readDoc(RULES);
const alerts = Array.from(rules.matchAll(/^ *- alert: (\w+)$/gm), ([, name]) => name);

describe("docs/prometheus/snapact-alerts.yml", () => {
  it("watches metrics that we export", () => {
    const exported = [...inventoryMetrics().keys(), ...serviceMetrics().keys()];
    const expressions = expressionsIn(rules);
    expect(expressions.length).toBe(alerts.length);
    expect(alerts.length).toBeGreaterThan(0);
    for (const metric of expressions.flatMap(metricsIn)) expect(exported).toContain(metric);
  });

  it("is explained, alert by alert, in the guide", async () => {
    const guide = await readDoc("guides/metrics.md");
    for (const alert of alerts) expect(guide).toContain(`\`${alert}\``);
  });

  it.skipIf(!hasPromtool)("is read by Prometheus, every alert of it", () => {
    expect(promtool(["check", "rules", join(ROOT, "docs", RULES)])).toContain(`${alerts.length} rules found`);
  });

  it.skipIf(!hasPromtool)("fires when it should, and not otherwise", async () => {
    expect(promtool(["test", "rules", join(ROOT, "test/docs/snapact-alerts.test.yml")])).toContain("SUCCESS");
  });
});

describe("docs/guides/metrics.md", () => {
  it("tells what each metric means", async () => {
    const guide = await readDoc("guides/metrics.md");
    for (const metric of inventoryMetrics().keys()) {
      // Those of a category or location are told of by their common ending.
      const told = metric.replace(/_(category|location)_(?!last_verified)/, "_");
      expect(guide).toContain(`\`${told}`);
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";
import { inventoryMetrics, serviceMetrics } from "./exported-metrics.ts";
import { metricsIn, readDoc } from "./promql.ts";

type Target = {
  readonly refId: string;
  readonly expr: string;
  readonly interval?: string;
  readonly datasource: unknown;
};
type Panel = {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly datasource?: unknown;
  readonly targets?: readonly Target[];
};
type Variable = { readonly name: string; readonly type: string; readonly definition?: string };
type Dashboard = {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly Variable[] };
  readonly panels: readonly Panel[];
};

const DATASOURCE = { type: "prometheus", uid: "${" + "datasource}" };
const GRID_COLUMNS = 24;

const DASHBOARDS = await Promise.all(
  [
    { file: "snapact-inventory.json", exported: inventoryMetrics() },
    { file: "snapact-service.json", exported: serviceMetrics() },
  ].map(async ({ file, exported }) => ({
    file,
    exported,
    dashboard: JSON.parse(await readDoc(`grafana/${file}`)) as Dashboard,
  })),
);

function expressionsOf({ panels }: Dashboard): readonly string[] {
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}

/** What Grafana asks when everything is chosen. */
function filledIn(expression: string): string {
  return expression.replaceAll("$__rate_interval", "5m").replaceAll(/\$\w+/g, ".*");
}

function overlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe.each(DASHBOARDS)("docs/grafana/$file", ({ dashboard, exported }) => {
  const { panels, templating } = dashboard;
  const shown = panels.filter(({ type }) => type !== "row");
  const expressions = expressionsOf(dashboard);

  it("asks for metrics that we export, and selects and sums them by labels that they have", () => {
    expect(expressions.length).toBeGreaterThan(10);
    for (const expression of expressions) {
      for (const metric of metricsIn(expression)) expect([...exported.keys()]).toContain(metric);
      const known = new Set(["job", "partner", "instance", "alertname"]);
      for (const metric of metricsIn(expression))
        for (const label of exported.get(metric) ?? []) known.add(label);
      const lists = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = ""]) =>
        list.split(/, */),
      );
      const selected = [...expression.matchAll(/[{,]\s*(\w+)(?==|!)/g)].map(([, label]) => label);
      for (const label of [...lists, ...selected]) expect([...known], expression).toContain(label);
    }
  });

  it("asks the chosen data source, and of it only what was chosen", () => {
    expect(templating.list.find(({ type }) => type === "datasource")?.name).toBe("datasource");
    const names = templating.list.map(({ name }) => name);
    for (const { targets = [], datasource } of shown) {
      expect([datasource, ...targets.map((target) => target.datasource)]).toEqual(
        new Array(targets.length + 1).fill(DATASOURCE),
      );
    }
    for (const expression of expressions) {
      const selectors = [...expression.matchAll(/\{[^}]*\}/g)].map(([selector]) => selector);
      expect(selectors.length).toBeGreaterThan(0);
      for (const selector of selectors) expect(selector).toContain('job=~"$job"');
      const used = [...expression.matchAll(/\$(\w+)/g)].map(([, name]) => name);
      expect([...names, "__rate_interval"]).toEqual(expect.arrayContaining(used));
    }
    for (const { definition } of templating.list) {
      const [, metric] = /^label_values\((\w+)/.exec(definition ?? "") ?? [];
      if (metric !== undefined) expect([...exported.keys()]).toContain(metric);
    }
  });

  it("takes rates over what a scrape a minute gives it", () => {
    // Grafana would take four times the data source's interval, 15 s by default: one scrape at most.
    const rates = shown.flatMap(({ targets = [] }) => targets).filter(({ expr }) => expr.includes("rate("));
    for (const { expr, interval } of rates)
      expect([expr, interval]).toEqual([expect.stringContaining("$__rate_interval"), "1m"]);
  });

  it("is laid out: every panel has an id, a title, a word of explanation and a place of its own", () => {
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(36);
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    for (const panel of panels) {
      expect(panel.title).not.toBe("");
      if (panel.type !== "row") expect(panel.description).toMatch(/\.$/);
      expect(panel.gridPos.x + panel.gridPos.w).toBeLessThanOrEqual(GRID_COLUMNS);
      expect(panels.filter((other) => overlap(panel, other))).toEqual([panel]);
    }
  });

  it.skipIf(!hasPromtool)("holds PromQL that Prometheus can read", () => {
    const rules = expressions.map((expression, i) => ({ record: `panel:${i}`, expr: filledIn(expression) }));
    const folder = mkdtempSync(join(tmpdir(), "dashboard-"));
    try {
      const file = join(folder, "rules.yml");
      // JSON is YAML.
      writeFileSync(file, JSON.stringify({ groups: [{ name: "dashboard", rules }] }));
      expect(promtool(["check", "rules", file])).toContain(`${rules.length} rules found`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

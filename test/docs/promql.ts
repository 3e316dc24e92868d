import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../scripts/service/paths.ts";

/** What Prometheus says of a scrape and of alerts by itself. */
const PROMETHEUS_OWN: ReadonlySet<string> = new Set(["up", "ALERTS"]);
const KEYWORDS: ReadonlySet<string> = new Set(["and", "or", "unless", "offset", "bool", "inf", "nan"]);
/** Texts, selectors' labels, ranges, and lists of labels: no metric is named there. */
const WITHOUT_METRICS = [
  /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g,
  /\{[^}]*\}/g,
  /\[[^\]]*\]/g,
  /\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g,
];

/** The metrics that a PromQL expression reads, without those of Prometheus itself. */
export function metricsIn(expression: string): readonly string[] {
  const bare = WITHOUT_METRICS.reduce((text, pattern) => text.replaceAll(pattern, " "), expression);
  const names = [...bare.matchAll(/(?<![\w.$])([a-zA-Z_:][\w:]*)(?!\s*\(|[\w:])/g)].map(([name]) => name);
  return names.filter((name) => !KEYWORDS.has(name) && !PROMETHEUS_OWN.has(name));
}

/** The expressions of a rules file, which has them on one line, or folded (`>-`). */
export function expressionsIn(rules: string): readonly string[] {
  const found = rules.matchAll(/^( *)expr: (?:>-\n((?:\1 +.*\n)+)|(.+)\n)/gm);
  return Array.from(found, ([, , folded, line]) => (folded ?? line ?? "").replaceAll(/\s+/g, " ").trim());
}

/** The text of a file in docs/. */
export function readDoc(path: string): Promise<string> {
  return readFile(join(ROOT, "docs", path), "utf8");
}

/** What Prometheus calls a metric, with the samples of one scrape. */
export type MetricFamily = {
  /** Lower case, with its base unit; a counter's ends in `_total`. */
  readonly name: string;
  /** What it counts, in one sentence for people. */
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samples: readonly MetricSample[];
};

/** The same, where how often what was observed is counted. */
export type HistogramFamily = Pick<MetricFamily, "name" | "help"> & {
  readonly type: "histogram";
  readonly samples: readonly HistogramSample[];
};

export type HistogramSample = {
  readonly labels?: Readonly<Record<string, string>>;
  /** How many observations fell between the bound before and `bound`, inclusive; by bound, ascending, to infinity. */
  readonly buckets: readonly { readonly bound: number; readonly count: number }[];
  /** Of all that was observed. */
  readonly sum: number;
};

export type MetricSample = {
  /** Empty values are written too; to Prometheus they are the same as no label. */
  readonly labels?: Readonly<Record<string, string>>;
  /** `null` and `NaN` are no values: such a sample is left out. */
  readonly value: number | null;
};

/** A gauge of these samples; `help` without its full stop. */
export function gauge(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help: `${help}.`, type: "gauge", samples };
}

/** A counter of these samples; `help` without its full stop. */
export function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name, help: `${help}.`, type: "counter", samples };
}

/** An ISO 8601 instant as Prometheus counts time: seconds since 1970. */
export function timestampS(instant: string | null): number | null {
  return instant === null ? null : Date.parse(instant) / 1000;
}

/** The media type of `prometheusExposition`. */
export const PROMETHEUS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const NAME = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/;
/** A half of a surrogate pair may be alone. */
const MAY_NEED_ESCAPE = /[\\"\n\ud800-\udfff]/;
/** Endings and labels that mean something else to Prometheus: parts of a histogram or summary. */
const RESERVED_ENDING = /_(?:count|sum|bucket)$/;
const RESERVED_LABELS: ReadonlySet<string> = new Set(["le", "quantile"]);

/**
 * The families in Prometheus' text format 0.0.4, in the given order; those without a sample are left out.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 * @throws RangeError on a name that Prometheus or its naming rules refuse, on a family or a set of labels that comes
 * twice, and on help that is empty.
 */
export function prometheusExposition(families: readonly (MetricFamily | HistogramFamily)[]): string {
  const names = new Set<string>();
  let text = "";
  for (const family of families) {
    requireName(family);
    if (names.has(family.name)) throw new RangeError(`the metric ${family.name} comes twice`);
    names.add(family.name);
    text += familyText(family);
  }
  return text;
}

function familyText(family: MetricFamily | HistogramFamily): string {
  const { name, help, type } = family;
  const lines =
    family.type === "histogram" ? histogramLines(name, family.samples) : sampleLines(name, family.samples);
  return lines === "" ? "" : `# HELP ${name} ${escapeHelp(help)}\n# TYPE ${name} ${type}\n${lines}`;
}

function sampleLines(name: string, samples: readonly MetricSample[]): string {
  const seen = new Set<string>();
  let lines = "";
  for (const { labels = {}, value } of samples) {
    if (value === null || Number.isNaN(value)) continue;
    const series = name + labelsText(name, labels);
    if (seen.has(series)) throw new RangeError(`the sample ${series} comes twice`);
    seen.add(series);
    lines += `${series} ${numberText(value)}\n`;
  }
  return lines;
}

function histogramLines(name: string, histograms: readonly HistogramSample[]): string {
  let buckets = "";
  const sums: MetricSample[] = [];
  const counts: MetricSample[] = [];
  for (const { labels = {}, buckets: own, sum } of histograms) {
    if (own.at(-1)?.bound !== Number.POSITIVE_INFINITY) throw new RangeError(`${name} must end at infinity`);
    const others = labelsText(name, labels).slice(1, -1);
    let value = 0;
    for (const { bound, count } of own) {
      value += count;
      buckets += `${name}_bucket{${others}${others && ","}le="${numberText(bound)}"} ${numberText(value)}\n`;
    }
    sums.push({ labels, value: sum });
    counts.push({ labels, value });
  }
  return buckets + sampleLines(`${name}_sum`, sums) + sampleLines(`${name}_count`, counts);
}

function requireName({ name, help, type }: MetricFamily | HistogramFamily): void {
  if (!NAME.test(name) || RESERVED_ENDING.test(name)) throw new RangeError(`no metric may be called ${name}`);
  if (name.endsWith("_total") !== (type === "counter")) {
    throw new RangeError(`${name} is a ${type}: counters end in _total, and nothing else does`);
  }
  if (help.trim() === "") throw new RangeError(`the metric ${name} has no help`);
}

function labelsText(metric: string, labels: Readonly<Record<string, string>>): string {
  let text = "";
  for (const label in labels) {
    if (!NAME.test(label) || RESERVED_LABELS.has(label)) {
      throw new RangeError(`no label of ${metric} may be called ${label}`);
    }
    text += `${text === "" ? "" : ","}${label}="${escapeLabelValue(labels[label] ?? "")}"`;
  }
  return text === "" ? "" : `{${text}}`;
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}

/** Lone surrogates are no UTF-8, which the format asks for: they become U+FFFD. */
function escapeHelp(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function escapeLabelValue(text: string): string {
  if (!MAY_NEED_ESCAPE.test(text)) return text;
  return escapeHelp(text).replaceAll('"', '\\"');
}

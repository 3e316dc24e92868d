/** One line of an exposition that is no comment. */
export type Sample = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};

export type Exposition = {
  readonly samples: readonly Sample[];
  /** By metric. */
  readonly types: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
};

const COMMENT = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.*)$/s;
const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/s;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\["\\n])*)"(,|$)/y;
const NUMBERS: Readonly<Record<string, number>> = {
  "+Inf": Number.POSITIVE_INFINITY,
  "-Inf": Number.NEGATIVE_INFINITY,
  NaN: Number.NaN,
};

/**
 * Reads Prometheus' text format 0.0.4 by its grammar, and knows nothing of who wrote it.
 * @throws Error on a line that the grammar does not have, and where a metric's lines are not one group.
 */
export function readExposition(text: string): Exposition {
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line does not end");
  const types = new Map<string, string>();
  const helps = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n").slice(0, -1)) {
    const [, kind, metric = "", rest = ""] = COMMENT.exec(line) ?? [];
    if (kind === undefined) samples.push(readSample(line));
    else {
      const known = kind === "TYPE" ? types : helps;
      if (known.has(metric)) throw new Error(`${kind} of ${metric} comes twice`);
      known.set(metric, kind === "TYPE" ? rest : unescaped(rest));
    }
  }
  const order = samples.map(({ name }) => name);
  const groups = order.filter((name, i) => name !== order[i - 1]);
  if (new Set(groups).size !== groups.length) throw new Error("the samples of a metric are not together");
  return { samples, types, helps };
}

function readSample(line: string): Sample {
  const [, name, labelText = "", valueText = ""] = SAMPLE.exec(line) ?? [];
  if (name === undefined) throw new Error(`no line of the format: ${line}`);
  const value = NUMBERS[valueText] ?? Number(valueText);
  if (valueText !== "NaN" && Number.isNaN(value)) throw new Error(`no number: ${line}`);
  return { name, labels: readLabels(labelText, line), value };
}

function readLabels(text: string, line: string): Record<string, string> {
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  for (let at = 0; at < text.length; at = LABEL.lastIndex) {
    const [, label, value = ""] = LABEL.exec(text) ?? [];
    if (label === undefined || label in labels) throw new Error(`no labels of the format: ${line}`);
    labels[label] = unescaped(value);
  }
  return labels;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MetricFamily, prometheusExposition } from "../../src/http/prometheus.ts";
import { readExposition } from "../support/exposition.ts";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";

const HOSTILE = [
  'a"b',
  "a\\b",
  "a\nb",
  "a\\nb",
  "\\",
  '"',
  "\n",
  "}",
  '",x="',
  "# HELP",
  "ỌJÀ 🍞",
  "\u2028",
  "\r",
  "\t",
];

const texts = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: "binary" }),
);
const names = fc.stringMatching(/^[a-z][a-z0-9]{0,8}(_[a-z0-9]{1,8}){0,3}$/);
const labelNames = names.filter((name) => name !== "le" && name !== "quantile");
const numbers = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true }),
  fc.constantFrom(0, 1e21, 1e-7, 1763780000.123),
);

const families: fc.Arbitrary<MetricFamily[]> = fc.uniqueArray(
  fc
    .record({
      name: names.filter((name) => !/_(count|sum|bucket|total)$/.test(name)),
      help: texts.filter((help) => help.trim() !== ""),
      type: fc.constantFrom("gauge" as const, "counter" as const),
      samples: fc.uniqueArray(
        fc.record({ labels: fc.dictionary(labelNames, texts, { maxKeys: 3 }), value: numbers }),
        { maxLength: 4, selector: ({ labels }) => JSON.stringify(Object.entries(labels).sort()) },
      ),
    })
    .map((family) => (family.type === "counter" ? { ...family, name: `${family.name}_total` } : family)),
  { selector: ({ name }) => name, maxLength: 5 },
);

function gauge(name: string, samples: MetricFamily["samples"] = [{ value: 1 }]): MetricFamily {
  return { name, help: "Something.", type: "gauge", samples };
}

describe("prometheusExposition", () => {
  it("writes help, type and samples", () => {
    const written = prometheusExposition([
      {
        name: "requests_total",
        help: "Requests,\nby \\route.",
        type: "counter",
        samples: [{ labels: { route: 'a"b\\c\nd' }, value: 3 }, { value: Number.POSITIVE_INFINITY }],
      },
    ]);
    expect(written).toBe(
      `# HELP requests_total Requests,\\nby \\\\route.
# TYPE requests_total counter
requests_total{route="a\\"b\\\\c\\nd"} 3
requests_total +Inf
`,
    );
  });

  it("reads back as what was written, whatever the texts and numbers", () => {
    fc.assert(
      fc.property(families, (written) => {
        const read = readExposition(prometheusExposition(written));
        const wellFormed = (text: string): string => text.toWellFormed();
        expect(read.samples).toEqual(
          written.flatMap(({ name, samples }) =>
            samples.map(({ labels = {}, value }) => ({
              name,
              labels: Object.fromEntries(
                Object.entries(labels).map(([key, text]) => [key, wellFormed(text)]),
              ),
              // There is one zero.
              value: Number(value) + 0,
            })),
          ),
        );
        for (const { name, help, type, samples } of written) {
          expect(read.types.get(name)).toBe(samples.length === 0 ? undefined : type);
          expect(read.helps.get(name)).toBe(samples.length === 0 ? undefined : wellFormed(help));
        }
      }),
      { seed: 61, numRuns: 500 },
    );
  });

  it("leaves out what has no value, and the metric of which nothing is left", () => {
    const samples = [
      { labels: { a: "1" }, value: null },
      { labels: { a: "2" }, value: Number.NaN },
    ];
    expect(prometheusExposition([gauge("nothing", samples)])).toBe("");
    expect(prometheusExposition([gauge("some", [...samples, { value: 0 }])])).toMatch(/^#.*\n#.*\nsome 0\n$/);
  });

  it.each([
    ["", "gauge"],
    ["with:colon", "gauge"],
    ["Upper", "gauge"],
    ["9lives", "gauge"],
    ["__reserved", "gauge"],
    ["trailing_", "gauge"],
    ["a b", "gauge"],
    ["a{}", "gauge"],
    ["a\n", "gauge"],
    ["items_count", "gauge"],
    ["items_sum", "gauge"],
    ["items_bucket", "gauge"],
    ["items_total", "gauge"],
    ["items", "counter"],
  ] as const)("refuses %j as the name of a %s", (name, type) => {
    expect(() => prometheusExposition([{ ...gauge(name), type }])).toThrow(RangeError);
  });

  it.each(["", "Upper", "with:colon", "9", "__name__", "le", "quantile", "a b", 'a="'])(
    "refuses %j as the name of a label",
    (label) => {
      expect(() => prometheusExposition([gauge("a", [{ labels: { [label]: "x" }, value: 1 }])])).toThrow(
        RangeError,
      );
    },
  );

  it("refuses what comes twice, and a metric without help", () => {
    expect(() => prometheusExposition([gauge("a"), gauge("a")])).toThrow("a comes twice");
    const twice = { labels: { shop: "x" }, value: 1 };
    expect(() => prometheusExposition([gauge("a", [twice, twice])])).toThrow('a{shop="x"} comes twice');
    expect(() => prometheusExposition([{ ...gauge("a"), help: " " }])).toThrow("no help");
  });

  it.skipIf(!hasPromtool)("writes hostile texts as promtool reads them", () => {
    const samples = HOSTILE.map((text, i) => ({ labels: { hostile: text }, value: i }));
    expect(promtool(["check", "metrics"], prometheusExposition([gauge("hostile_texts", samples)]))).toBe("");
  });
});

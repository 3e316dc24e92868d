import { describe, expect, it } from "vitest";
import { expressionsIn, metricsIn } from "./promql.ts";

describe("metricsIn", () => {
  it.each([
    [
      'sum by (a, b) (items{kind="stale items"}) / ignoring(kind) group_left (x) sum(all_items) > 0.2',
      "items all_items",
    ],
    ["time() - max without(le) (rate(requests_total[5m] offset 1d)) > bool 1e3", "requests_total"],
    ['topk (20, a:b unless on (job) c{x=~"d|e"}) or vector(1)', "a:b c"],
    ['up{job="x"} == 0 and ALERTS', ""],
    ["histogram_quantile(0.5, sum(x))", "x"],
  ])("of %s are %j", (expression, names) => {
    expect(metricsIn(expression).join(" ")).toBe(names);
  });
});

describe("expressionsIn", () => {
  it("finds those on one line and those folded", () => {
    const rules =
      "rules:\n  - alert: A\n    expr: a > 1\n    for: 1h\n  - alert: B\n    expr: >-\n      b\n      / c\n    for: 1m\n";
    expect(expressionsIn(rules)).toEqual(["a > 1", "b / c"]);
  });
});

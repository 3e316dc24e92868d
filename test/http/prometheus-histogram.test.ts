import { describe, expect, it } from "vitest";
import { prometheusExposition } from "../../src/http/prometheus.ts";
import { readExposition } from "../support/exposition.ts";
import { hasPromtool, promtool } from "../support/prometheus-tools.ts";

const TEXT = prometheusExposition([
  {
    name: "snapact_http_request_duration_seconds",
    help: "How long.",
    type: "histogram",
    samples: [
      {
        labels: { route: 'a"b' },
        sum: 4.5,
        buckets: [
          { bound: 0.1, count: 2 },
          { bound: 1, count: 0 },
          { bound: Number.POSITIVE_INFINITY, count: 3 },
        ],
      },
      { sum: 0, buckets: [{ bound: Number.POSITIVE_INFINITY, count: 0 }] },
    ],
  },
]);

describe("a histogram for Prometheus", () => {
  it("has its buckets summed up, its sum and its count", () => {
    expect(TEXT).toBe(`# HELP snapact_http_request_duration_seconds How long.
# TYPE snapact_http_request_duration_seconds histogram
snapact_http_request_duration_seconds_bucket{route="a\\"b",le="0.1"} 2
snapact_http_request_duration_seconds_bucket{route="a\\"b",le="1"} 2
snapact_http_request_duration_seconds_bucket{route="a\\"b",le="+Inf"} 5
snapact_http_request_duration_seconds_bucket{le="+Inf"} 0
snapact_http_request_duration_seconds_sum{route="a\\"b"} 4.5
snapact_http_request_duration_seconds_sum 0
snapact_http_request_duration_seconds_count{route="a\\"b"} 5
snapact_http_request_duration_seconds_count 0
`);
    expect(readExposition(TEXT).samples).toHaveLength(8);
  });

  it.skipIf(!hasPromtool)("is one that promtool knows and has nothing against", () => {
    expect(promtool(["check", "metrics"], TEXT)).toBe("");
  });

  it("is not written without the bucket that holds all, and not when there is none", () => {
    const family = { name: "seconds", help: "Some.", type: "histogram" } as const;
    expect(() =>
      prometheusExposition([{ ...family, samples: [{ sum: 1, buckets: [{ bound: 1, count: 1 }] }] }]),
    ).toThrow(RangeError);
    expect(prometheusExposition([{ ...family, samples: [] }])).toBe("");
  });
});

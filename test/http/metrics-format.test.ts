import { describe, expect, it } from "vitest";
import { acceptedFormat } from "../../src/http/metrics-format.ts";

describe("the notation of metrics", () => {
  it.each([
    [null, "json"],
    ["", "json"],
    ["*/*", "json"],
    ["application/json", "json"],
    ["application/json, text/plain, */*", "json"],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "json"],
    ["text/plain;q=0.5, application/json;q=0.9", "json"],
    ["text/plain;q=0", "json"],
    ["text/plain", "prometheus"],
    ["Text/Plain; version=0.0.4", "prometheus"],
    ["text/plain, */*;q=0.1", "prometheus"],
    ["application/json;q=0.1, text/plain ; q=0.2", "prometheus"],
    // Of Prometheus 2 and 3.
    ["application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "prometheus"],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2",
      "prometheus",
    ],
    ["nonsense;;;q=x,,", "json"],
  ])("for Accept: %s is %s", (accept, format) => {
    expect(acceptedFormat(accept)).toBe(format);
  });
});

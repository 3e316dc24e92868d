import { describe, expect, it } from "vitest";
import { acceptedAgeS } from "../../src/http/cache-control.ts";

describe("how old an answer may be", () => {
  it.each([
    [null, Number.POSITIVE_INFINITY],
    ["", Number.POSITIVE_INFINITY],
    ["no-cache", 0],
    ["No-Cache", 0],
    ["no-store", 0],
    ["max-age=0", 0],
    ["max-age=3", 3],
    ["no-transform, max-age=3 , max-age=2", 2],
    ["max-age=3, no-cache", 0],
    ["max-age=-1", Number.POSITIVE_INFINITY],
    ['max-age="3"', Number.POSITIVE_INFINITY],
    ["max-stale=60, only-if-cached", Number.POSITIVE_INFINITY],
    ["max-age=99999999999999", Number.POSITIVE_INFINITY],
  ])("by %j is %s", (header, ageS) => {
    expect(acceptedAgeS(header)).toBe(ageS);
  });
});

import { describe, expect, it } from "vitest";
import { rateLimitHeaders, refusalHeaders } from "../../src/limits/rate-limit-headers.ts";

const NEARBY = { name: "nearby", limit: 300, windowS: 300 };

describe("rate limit headers", () => {
  it("tell a first request what is left, and when there will be more", () => {
    expect(rateLimitHeaders(NEARBY, { remaining: 299, moreInMs: 301_500 })).toEqual({
      "RateLimit-Policy": '"nearby";q=300;w=300',
      RateLimit: '"nearby";r=299;t=300',
    });
  });

  it("never promise more than the limit, or anything before the next second", () => {
    expect(rateLimitHeaders(NEARBY, { remaining: 400, moreInMs: 0 })["RateLimit"]).toBe('"nearby";r=300;t=1');
  });

  it("tell a refused one when to come back: not before there is something", () => {
    expect(refusalHeaders(NEARBY, 12_001)).toEqual({
      "RateLimit-Policy": '"nearby";q=300;w=300',
      RateLimit: '"nearby";r=0;t=13',
      "Retry-After": "13",
    });
    expect(refusalHeaders(NEARBY, 301_500)).toMatchObject({
      RateLimit: '"nearby";r=0;t=300',
      "Retry-After": "302",
    });
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pathSegment, queryString } from "../../src/sdk/query-string.ts";

describe("a query string", () => {
  it("holds what is given, and nothing for what is not", () => {
    expect(
      queryString({ lat: 6.5, sort: undefined, open_now: true, availability: ["in_stock", "low_stock"] }),
    ).toBe("?lat=6.5&open_now=true&availability=in_stock%2Clow_stock");
    expect(queryString({ cursor: undefined })).toBe("");
  });

  it("says any text so that it is read as it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (text) => {
        expect(new URLSearchParams(queryString({ product: text })).get("product")).toBe(text);
      }),
      { seed: 7 },
    );
  });

  it("writes small numbers as plain decimals", () => {
    expect(queryString({ lat: 1e-7, lng: -2.5e-10 })).toBe("?lat=0.0000001&lng=-0.00000000025");
  });
});

describe("a segment of a path", () => {
  it("holds any name", () => {
    expect(new URL(`https://x.example/a/${pathSegment("ref", "yaba/1 ü?#%")}`).pathname).toBe(
      "/a/yaba%2F1%20%C3%BC%3F%23%25",
    );
    expect(pathSegment("ref", "...")).toBe("...");
  });

  it.each(["", ".", ".."])("cannot be %o, which would name a folder", (name) => {
    expect(() => pathSegment("locationRef", name)).toThrow(TypeError);
  });
});

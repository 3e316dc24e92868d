import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestName } from "../../src/http/nearest-name.ts";
import { NEARBY_PARAMETERS } from "../../src/inventory/parameters.ts";

const names = Object.keys(NEARBY_PARAMETERS);

describe("nearestName", () => {
  it.each([
    ["latitude", "lat"],
    ["longitude", "lng"],
    ["lon", "lng"],
    ["raduis_m", "radius_m"],
    ["radius", "radius_m"],
    ["radiusM", "radius_m"],
    ["RADIUS-M", "radius_m"],
    ["prodcut", "product"],
    ["maxPrice", "max_price"],
    ["openNow", "open_now"],
    ["minQuantity", "min_qty"],
    ["page_limit", "limit"],
    ["available", "availability"],
  ])("takes %s for %s", (name, meant) => {
    expect(nearestName(name, names)).toBe(meant);
  });

  it("finds a known name again after one slip of the finger", () => {
    const slips = fc.tuple(fc.constantFrom(...names), fc.nat(), fc.constantFrom("add", "double"));
    fc.assert(
      fc.property(slips, ([name, place, slip]) => {
        const at = place % name.length;
        const extra = slip === "add" ? "x" : name[at]!;
        expect(nearestName(name.slice(0, at) + extra + name.slice(at), names)).toBe(name);
      }),
      { seed: 3, numRuns: 1000 },
    );
  });

  it("has no answer when nothing is known, and always one otherwise", () => {
    expect(nearestName("lat", [])).toBeUndefined();
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (name) => {
        expect(names).toContain(nearestName(name, names));
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});

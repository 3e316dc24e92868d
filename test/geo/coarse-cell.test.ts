import { cellToBoundary, cellToParent, getResolution, latLngToCell } from "h3-js";
import { describe, expect, it } from "vitest";
import { coarseCell } from "../../src/geo/coarse-cell.ts";

describe("a coarse cell", () => {
  it("is the one of resolution 7 around the point, the same for all of a part of town", () => {
    const cell = coarseCell({ lat: 6.4281, lng: 3.4219 });
    expect(getResolution(cell)).toBe(7);
    expect(cell).toBe(latLngToCell(6.4281, 3.4219, 7));
    expect(coarseCell({ lat: 6.4282, lng: 3.4218 })).toBe(cell);
    expect(coarseCell({ lat: 6.5, lng: 3.4219 })).not.toBe(cell);
  });

  it("tells no more than where within a kilometre or so", () => {
    const cell = coarseCell({ lat: 6.4281, lng: 3.4219 });
    const lats = cellToBoundary(cell).map(([lat]) => lat);
    expect(Math.max(...lats) - Math.min(...lats)).toBeGreaterThan(0.01);
    expect(cellToParent(cell, 6)).toMatch(/^86/);
  });
});

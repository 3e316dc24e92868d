import fc from "fast-check";
import {
  cellToBoundary,
  cellToChildrenSize,
  cellToLatLng,
  cellToParent,
  childPosToCell,
  getNumCells,
  getPentagons,
  gridDisk,
  latLngToCell,
} from "h3-js";
import { describe, expect, it } from "vitest";
import { cellCentre, cellRange, locationCell, parseCell } from "../../src/geo/cells.ts";
import { PLACES } from "./places.ts";

const anywhere = fc.oneof(...PLACES.map(([, places]) => places));
const resolution = fc.integer({ min: 0, max: 15 });
const POSTGRES_BIGINT_MAX = 2n ** 63n - 1n;

const asIndex = (cell: string) => BigInt(`0x${cell}`);

describe("a location's cell", () => {
  it("is its H3 index at resolution 15 and fits a bigint column", () => {
    expect(locationCell({ lat: 6.43, lng: 3.42 })).toBe(asIndex(latLngToCell(6.43, 3.42, 15)));
    fc.assert(
      fc.property(anywhere, (point) => {
        const index = locationCell(point);
        expect(index > 0n && index <= POSTGRES_BIGINT_MAX).toBe(true);
      }),
      { numRuns: 1000, seed: 8 },
    );
  });
});

describe("the range of a cell", () => {
  it("begins with its first and ends with its last descendant", () => {
    fc.assert(
      fc.property(anywhere, resolution, ({ lat, lng }, res) => {
        const cell = latLngToCell(lat, lng, res);
        const { lo, hi } = cellRange(cell);
        expect(lo).toBe(asIndex(childPosToCell(0, cell, 15)));
        expect(hi).toBe(asIndex(childPosToCell(cellToChildrenSize(cell, 15) - 1, cell, 15)));
      }),
      { numRuns: 2000, seed: 9 },
    );
  });

  it("holds a location exactly when the cell is its ancestor", () => {
    fc.assert(
      fc.property(anywhere, resolution, (point, res) => {
        const index = locationCell(point);
        const ancestor = cellToParent(index.toString(16), res);
        for (const cell of gridDisk(ancestor, 1)) {
          const { lo, hi } = cellRange(cell);
          expect(lo <= index && index <= hi).toBe(cell === ancestor);
        }
      }),
      { numRuns: 3000, seed: 10 },
    );
  });

  it("holds for pentagons, which lack one child", () => {
    for (let res = 0; res <= 15; res++) {
      for (const pentagon of getPentagons(res)) {
        const { lo, hi } = cellRange(pentagon);
        expect(lo).toBe(asIndex(childPosToCell(0, pentagon, 15)));
        expect(hi).toBe(asIndex(childPosToCell(cellToChildrenSize(pentagon, 15) - 1, pentagon, 15)));
      }
    }
    expect(getNumCells(0)).toBe(122);
  });
});

describe("a cell that a caller wrote", () => {
  it("is accepted at any resolution and in either case", () => {
    fc.assert(
      fc.property(anywhere, resolution, ({ lat, lng }, res) => {
        const cell = latLngToCell(lat, lng, res);
        expect(parseCell(cell)).toBe(cell);
        expect(parseCell(cell.toUpperCase())).toBe(cell);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it.each([
    ["nothing", ""],
    ["a word", "lagos"],
    ["zero", "000000000000000"],
    ["all ones", "fffffffffffffff"],
    ["a prefix", "0x8928308280fffff"],
    ["a leading zero", "08928308280fffff"],
    ["a blank before", " 8928308280fffff"],
    ["a line end after", "8928308280fffff\n"],
    ["too few digits", "8928308280ffff"],
    ["too many digits", "8928308280ffffff"],
    ["a base cell that does not exist", "80f5fffffffffff"],
    ["a digit 7 within the resolution", "8f28308280ffff7"],
    ["the missing child of a pentagon", "81087ffffffffff"],
    ["a directed edge", "115283473fffffff"],
    ["a vertex", "2222597fffffffff"],
    ["digits of another script", "８928308280fffff"],
  ])("is refused when it is %s", (_, text) => {
    expect(parseCell(text)).toBeUndefined();
  });

  it("never throws, whatever was written", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 20 }), (text) => {
        expect(parseCell(text)).toBeUndefined();
      }),
      { numRuns: 2000, seed: 12 },
    );
  });

  it("stands for its centre, which lies inside its boundary", () => {
    fc.assert(
      fc.property(anywhere, resolution, ({ lat, lng }, res) => {
        const text = latLngToCell(lat, lng, res);
        const cell = parseCell(text);
        if (cell === undefined) throw new Error(`${text} was refused`);
        const centre = cellCentre(cell);
        expect([centre.lat, centre.lng]).toEqual(cellToLatLng(text));
        expect(latLngToCell(centre.lat, centre.lng, res)).toBe(text);
        expect(cellToBoundary(text).length).toBeGreaterThanOrEqual(5);
      }),
      { numRuns: 500, seed: 13 },
    );
  });
});

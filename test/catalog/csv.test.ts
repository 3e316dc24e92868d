import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv } from "../../src/catalog/csv.ts";
import { readCells } from "../../src/catalog/csv-cells.ts";
import type { CatalogVerb } from "../../src/catalog/entry-rules.ts";
import { readEntries, readRows } from "../../src/catalog/read-entries.ts";
import { deleteEntry, NOW_MS, patchEntry, postEntry, type WireEntry } from "./wire-entries.ts";

const SEED = { seed: 20_261_121, numRuns: 300 };

/** How a CSV text may be written. */
type Style = {
  readonly delimiter: string;
  readonly eol: string;
  readonly quoteAll: boolean;
  readonly lastEol: boolean;
};
const style: fc.Arbitrary<Style> = fc.record({
  delimiter: fc.constantFrom(",", ";", "\t"),
  eol: fc.constantFrom("\r\n", "\n"),
  quoteAll: fc.boolean(),
  lastEol: fc.boolean(),
});

function write(rows: readonly (readonly string[])[], { delimiter, eol, quoteAll, lastEol }: Style): string {
  const cellOf = (cell: string) =>
    quoteAll || /["\r\n,;\t]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  return rows.map((row) => row.map(cellOf).join(delimiter)).join(eol) + (lastEol ? eol : "");
}

const cell = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', ",", ";", "\t", "\r\n", "\n", "\r", " ", "", "x"),
    fc.string({ maxLength: 2 }),
  ),
  maxLength: 5,
});

describe("the cells of a CSV text", () => {
  it("are those that were written, on the lines where they were", () => {
    const table = fc
      .integer({ min: 2, max: 5 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }));
    fc.assert(
      fc.property(table, style, (rows, how) => {
        const header = rows[0]?.map((_, i) => `column ${i}`) ?? ["a", "b"];
        const all = [header, ...rows];
        const expected = all.flatMap((cells, i) => {
          const before = write(all.slice(0, i), { ...how, lastEol: i > 0 });
          return cells.every((each) => each === "") ? [] : [{ line: before.split("\n").length, cells }];
        });
        expect(readCells(write(all, how), 100)).toEqual({ ok: true, rows: expected });
      }),
      SEED,
    );
  });

  it.each<[text: string, rows: string[][]]>([
    [
      "a,b\r\n1,2\n3,4\r\n",
      [
        ["a", "b"],
        ["1", "2"],
        ["3", "4"],
      ],
    ],
    ["a\n\n\r\n1\n", [["a"], ["1"]]],
    [
      "a;b\n1,5;2",
      [
        ["a", "b"],
        ["1,5", "2"],
      ],
    ],
    [
      'a,b\n5" pipe,2',
      [
        ["a", "b"],
        ['5" pipe', "2"],
      ],
    ],
    [
      "a,b\n1,\n,2\n,\n",
      [
        ["a", "b"],
        ["1", ""],
        ["", "2"],
      ],
    ],
    [
      'a,b\n"","x"',
      [
        ["a", "b"],
        ["", "x"],
      ],
    ],
    ["", []],
    ["\n\n", []],
  ])("of %j", (text, rows) => {
    const reading = readCells(text, 100);
    expect(reading.ok && reading.rows.map(({ cells }) => cells)).toEqual(rows);
  });

  it.each([
    ['a\n"x', "line 2"],
    ['a\n\n"x"y', "line 3"],
    ['a\n"x\ny" ,z', "line 2"],
    ['a\n"x"" ', "line 2"],
    [`a\n1\n${",".repeat(100)}`, "line 3"],
  ])("cannot be told apart in %j", (text, where) => {
    expect(readCells(text, 100)).toEqual({ ok: false, detail: expect.stringContaining(where) });
  });

  it("are read no further than asked", () => {
    const reading = readCells(`a\n${"x\n".repeat(50)}"`, 11);
    expect(reading.ok && reading.rows).toHaveLength(11);
  });
});

/** The members of an entry by their paths, those within one another joined by `.`. */
function flat(entry: object, prefix = ""): [path: string, value: string][] {
  return Object.entries(entry).flatMap(([name, value]) =>
    typeof value === "object" ? flat(value, `${prefix}${name}.`) : [[prefix + name, String(value)]],
  );
}

/** Ways to write the name of a column. */
const SPELLINGS: readonly ((path: string) => string)[] = [
  (path) => path,
  (path) => path.replaceAll(".", "_"),
  (path) => path.toUpperCase(),
  (path) => ` ${path.replaceAll("_", " ")} `,
  (path) => path.replace(/^(price|stock)\./, ""),
  (path) => path.replace(/^price\.amount$/, "price").replace(/^stock\.quantity$/, "Stock"),
];

const rules = (verb: CatalogVerb) => ({ verb, nowMs: NOW_MS, keyed: true });

function entriesOfCsv(text: string, verb: CatalogVerb) {
  const reading = readCsv(text, verb);
  if (!reading.ok) throw new Error(JSON.stringify(reading.errors));
  return readRows(reading.rows, rules(verb));
}

describe("a CSV body", () => {
  it.each<[verb: CatalogVerb, entry: fc.Arbitrary<WireEntry>]>([
    ["POST", postEntry],
    ["PATCH", patchEntry],
    ["DELETE", deleteEntry],
  ])("stands for the same entries as JSON does: %s", (verb, entry) => {
    const items = fc.array(entry, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(items, style, fc.nat(), fc.nat(), (entries, how, spelling, rotation) => {
        const rows = entries.map((each) => new Map(flat(each)));
        const found = [...new Set(rows.flatMap((row) => [...row.keys()]))];
        const paths = found.map((_, i) => found[(i + rotation) % found.length]!);
        const spell = SPELLINGS[spelling % SPELLINGS.length]!;
        const text = write(
          [paths.map(spell), ...rows.map((row) => paths.map((path) => row.get(path) ?? ""))],
          how,
        );
        const json = readEntries({ items: entries }, rules(verb));
        expect(entriesOfCsv(text, verb)).toEqual(json.ok && json.entries);
      }),
      SEED,
    );
  });

  it("begins with a byte order mark, or not: that is for whoever decodes it", () => {
    const bytes = new TextEncoder().encode("\ufeffexternal_ref\nx\n");
    expect(new TextDecoder().decode(bytes)).toBe("external_ref\nx\n");
  });

  it.each([
    ["1,000", "/price/amount"],
    ["12.0", "/price/amount"],
    ["0x10", "/price/amount"],
    ["1e3", "/price/amount"],
    ["+1", "/price/amount"],
    ["007", "/price/amount"],
    [" 1", "/price/amount"],
    ["-1", "/price/amount"],
    ["₦1", "/price/amount"],
    [`1${"0".repeat(400)}`, "/price/amount"],
    ["9007199254740992", "/price/amount"],
    ["", "/price/amount"],
  ])("has no price of %j", (price, pointer) => {
    const text = `external_ref\ttitle\tprice\tcurrency\tstock\nx\ty\t1\tNGN\t1\n\nx\t"y\nz"\t${price}\tNGN\t1\nx\ty\t1\tNGN\t1`;
    const { entries, rejected, count } = entriesOfCsv(text, "POST");
    expect([count, entries.length]).toEqual([3, 2]);
    expect(rejected).toMatchObject([
      {
        index: 1,
        externalRef: "x",
        errors: [{ pointer: `/items/1${pointer}`, detail: expect.stringMatching(/^line 4: /) }],
      },
    ]);
  });

  it("costs a row that has another number of cells than there are columns, and no other", () => {
    const { entries, rejected } = entriesOfCsv("external_ref,location_ref\na,b\nc\nd,e,f\ng,h\n", "DELETE");
    expect(entries.map(({ externalRef }) => externalRef)).toEqual(["a", "g"]);
    expect(rejected).toEqual([
      {
        index: 1,
        externalRef: null,
        errors: [
          {
            pointer: "/items/1",
            code: "cells",
            detail: expect.stringMatching(/^line 3: .* 2 columns; it has 1$/),
          },
        ],
      },
      {
        index: 2,
        externalRef: null,
        errors: [
          {
            pointer: "/items/2",
            code: "cells",
            detail: expect.stringMatching(/^line 4: .* 2 columns; it has 3$/),
          },
        ],
      },
    ]);
  });

  it("holds nothing that PostgreSQL cannot", () => {
    expect(entriesOfCsv("external_ref,title\nx,a\0b", "PATCH").rejected).toMatchObject([
      { errors: [{ pointer: "/items/0/title", code: "nul" }] },
    ]);
  });

  it.each<[verb: CatalogVerb, text: string, code: string, detail: string]>([
    ["POST", "", "syntax", "must not be empty"],
    ["POST", "\r\n\r\n", "syntax", "must not be empty"],
    ["POST", "external_ref,title\n", "invalid", "there are none"],
    ["POST", `external_ref\n${"x\n".repeat(1001)}`, "invalid", "there are more"],
    ["POST", "external_ref,titel\nx,y", "unknown", 'unknown column "titel"; the nearest known one is title'],
    ["POST", "external_ref,adjust\nx,1", "unknown", 'unknown column "adjust"'],
    ["DELETE", "external_ref,title\nx,y", "unknown", 'unknown column "title"'],
    ["POST", "external_ref,\nx,", "unknown", "a column has no name"],
    ["POST", `${"x".repeat(1000)}\ny`, "unknown", "xxx…"],
    ["POST", "title,title\nx,y", "repeated", 'the column "title" is there twice'],
    ["POST", "price,Price.Amount\n1,1", "repeated", "price.amount was named before"],
    ["POST", 'external_ref\n"x', "syntax", "line 2"],
    ["POST", '{"items": []}', "unknown", "unknown column"],
    ["POST", "__proto__,constructor\n1,2", "unknown", "unknown column"],
  ])("is refused whole: %s %j as %s", (verb, text, code, detail) => {
    const reading = readCsv(text, verb);
    expect(reading.ok).toBe(false);
    if (reading.ok) return;
    expect(reading.errors[0]).toEqual({ pointer: "", code, detail: expect.stringContaining(detail) });
  });

  it("may have a thousand rows", () => {
    const text = `external_ref\n${"x\n".repeat(1000)}`;
    expect(entriesOfCsv(text, "DELETE").count).toBe(1000);
  });
});

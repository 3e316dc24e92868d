import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { jsonPointer } from "../../src/http/json-pointer.ts";
import { readJsonText } from "../../src/http/json-text.ts";

const SEED = { seed: 20_261_121, numRuns: 300 };
const bytesOf = (text: string) => new TextEncoder().encode(text);

type Json = ReturnType<typeof JSON.parse>;

/** Documents that PostgreSQL can hold, with names that a pointer must escape. */
const name = fc.oneof(fc.constantFrom("a/b", "m~n", "~1", "", "0", "__proto__", "é"), fc.string());
const kept = (text: string) => !text.includes("\0") && text.isWellFormed();
const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    fc.oneof(
      fc.string().filter(kept),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    fc.array(tie("value"), { maxLength: 4 }),
    fc
      .array(fc.tuple(name.filter(kept), tie("value")), { maxLength: 4 })
      .map((members) => Object.fromEntries(members)),
  ),
})).value;

/** The value at a JSON Pointer, by RFC 6901 and nothing else. */
function at(document: Json, pointer: string): Json {
  return pointer
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce((value, step) => value[step], document);
}

describe("reading a JSON document", () => {
  it("yields what was written", () => {
    fc.assert(
      fc.property(json, (document) => {
        const text = JSON.stringify(document);
        expect(readJsonText(bytesOf(text))).toEqual({ ok: true, value: JSON.parse(text) });
      }),
      SEED,
    );
  });

  it.each([
    ["nul", '"a\\u0000b"', "a\0b"],
    ["lone_surrogate", '"\\ud800"', "\ud800"],
    ["lone_surrogate", '"\\udc00\\ud800"', "\udc00\ud800"],
    ["number_out_of_range", `1${"0".repeat(400)}`, Number.POSITIVE_INFINITY],
    ["number_out_of_range", "-1e400", Number.NEGATIVE_INFINITY],
  ])("finds %s wherever it hides, and points at it", (code, written, value) => {
    fc.assert(
      fc.property(
        json,
        json,
        fc.constantFrom<(inner: Json, other: Json) => Json>(
          (inner, other) => [other, inner],
          (inner, other) => ({ "a/b": other, "m~n": { "": [inner] } }),
          (inner) => inner,
        ),
        (other, _, plant) => {
          const mark = "here it is, and nowhere else";
          const text = JSON.stringify(plant(mark, other)).replace(JSON.stringify(mark), written);
          const reading = readJsonText(bytesOf(text));
          if (reading.ok) throw new Error("was read");
          expect(reading.errors).toEqual([{ pointer: expect.any(String), code, detail: expect.any(String) }]);
          expect(at(JSON.parse(text), reading.errors[0]!.pointer)).toBe(value);
        },
      ),
      SEED,
    );
  });

  it("finds NUL and lone surrogates in names, and answers in well-formed Unicode", () => {
    const reading = readJsonText(bytesOf('{"items":[{"a\\u0000":1,"b\\ud800":2,"c":3}]}'));
    expect(reading).toMatchObject({
      ok: false,
      errors: [
        { pointer: "/items/0/a\0", code: "nul" },
        { pointer: "/items/0/b\ufffd", code: "lone_surrogate" },
      ],
    });
  });

  it.each([
    ["", "syntax", "empty"],
    ["{", "syntax", "JSON"],
    ['{"a":1,}', "syntax", "line 1, column 8"],
    ["{'a':1}", "syntax", "JSON"],
    ["NaN", "syntax", "JSON"],
    ["1 2", "syntax", "JSON"],
    ["01", "syntax", "JSON"],
  ])("refuses %j", (text, code, right) => {
    expect(readJsonText(bytesOf(text))).toEqual({
      ok: false,
      errors: [{ pointer: "", code, detail: expect.stringContaining(right) }],
    });
  });

  it.each([[[0xff]], [[0x22, 0xed, 0xa0, 0x80, 0x22]], [[0x22, 0xc0, 0x80, 0x22]], [[0x22, 0xe2, 0x82]]])(
    "refuses what is not UTF-8: %j",
    (bytes) => {
      expect(readJsonText(Uint8Array.from(bytes))).toMatchObject({
        ok: false,
        errors: [{ code: "encoding" }],
      });
    },
  );

  it("takes 32 levels and no more, and survives four million", () => {
    const nested = (depth: number) => bytesOf("[".repeat(depth) + "]".repeat(depth));
    expect(readJsonText(nested(32)).ok).toBe(true);
    for (const depth of [33, 2_000_000]) {
      expect(readJsonText(nested(depth))).toEqual({
        ok: false,
        errors: [{ pointer: "/0".repeat(32), code: "too_deep", detail: expect.any(String) }],
      });
    }
    expect(readJsonText(bytesOf("[".repeat(4_000_000)))).toMatchObject({ ok: false });
    expect(readJsonText(bytesOf('{"a":'.repeat(800_000)))).toMatchObject({ ok: false });
  });

  it("names twenty faults at most", () => {
    const reading = readJsonText(bytesOf(JSON.stringify(Array(100).fill("\0"))));
    expect(reading.ok ? [] : reading.errors).toHaveLength(20);
  });
});

describe("a JSON Pointer", () => {
  it("leads back to the value it was made for", () => {
    fc.assert(
      fc.property(fc.array(name.filter(kept), { maxLength: 5 }), (path) => {
        const document = path.reduceRight<Json>((inner, step) => ({ [step]: inner }), "found");
        expect(at(document, jsonPointer(path))).toBe("found");
      }),
      SEED,
    );
  });
});

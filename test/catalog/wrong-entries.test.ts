import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Case, MALFORMED } from "./malformed.ts";
import { errorsOf, read, refusal, withValue } from "./reading.ts";
import { WHOLE } from "./wire-entries.ts";

const SEED = { seed: 20_261_121, numRuns: 300 };

/** Those of which none hides another, nor makes another right. */
const INDEPENDENT = MALFORMED.filter(
  ([path]) => !["/price", "/stock", "/proof", "/proof/captured_lat"].includes(path),
) as Case[];

describe("an entry that is wrong", () => {
  it.each(MALFORMED)("is rejected with a pointer to %s, alone and without others", (path, values) => {
    for (const value of values) {
      const errors = errorsOf(withValue(WHOLE, path, value));
      expect([value, errors.map(({ pointer }) => pointer)]).toEqual([value, [`/items/1${path}`]]);
      expect(errors[0]?.detail).toMatch(/ must (be|not) | is missing; /);
    }
  });

  it.each([
    "/external_ref",
    "/title",
    "/price",
    "/price/amount",
    "/price/currency",
    "/stock",
    "/stock/quantity",
    "/proof/kind",
    "/proof/captured_at",
    "/proof/captured_lat",
  ])("is told that %s is missing", (path) => {
    expect(errorsOf(withValue(WHOLE, path, undefined))).toEqual([
      { pointer: `/items/1${path}`, code: "missing", detail: expect.stringContaining("is missing") },
    ]);
  });

  it.each([
    ["/titel", "title"],
    ["/imageUrl", "image_url"],
    ["/price/amuont", "amount"],
    ["/stock/qty", "quantity"],
    ["/proof/capturedAt", "captured_at"],
  ])("is told what %s was meant to be", (path, nearest) => {
    expect(errorsOf(withValue(WHOLE, path, 1))).toEqual([
      { pointer: `/items/1${path}`, code: "unknown", detail: expect.stringMatching(`is ${nearest}$`) },
    ]);
  });

  it("hears of everything at once", () => {
    fc.assert(
      fc.property(fc.subarray(INDEPENDENT, { minLength: 1, maxLength: 10 }), fc.nat(), (cases, pick) => {
        const wrong = cases.reduce<object>(
          (entry, [path, values]) => withValue(entry, path, values[pick % values.length]) as object,
          WHOLE,
        );
        const pointers = errorsOf(wrong).map(({ pointer }) => pointer);
        expect([...pointers].sort()).toEqual(cases.map(([path]) => `/items/1${path}`).sort());
      }),
      SEED,
    );
  });

  it("hears of ten things at most", () => {
    const crowd = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`unknown${i}`, i]));
    expect(errorsOf({ ...WHOLE, ...crowd })).toHaveLength(10);
  });

  it.each([null, 1, "SKU-1", true, []])("is not even an object: %j", (entry) => {
    expect(errorsOf(entry)).toEqual([
      {
        pointer: "/items/1",
        code: "invalid",
        detail: expect.stringContaining("the entry must be an object with"),
      },
    ]);
  });

  it("keeps its name in the answer, if that can be shown", () => {
    const { rejected } = read({
      items: [
        { external_ref: "SKU-1" },
        { external_ref: "" },
        { external_ref: "a\0b" },
        { external_ref: "\ud800" },
        {},
        null,
      ],
    });
    expect(rejected.map(({ externalRef }) => externalRef)).toEqual(["SKU-1", null, null, null, null, null]);
  });

  it("has its own pointers when it is sent bare", () => {
    const { rejected } = read(withValue(WHOLE, "/price/amount", 0.5));
    expect(rejected).toMatchObject([
      { index: 0, externalRef: "SKU-1", errors: [{ pointer: "/price/amount" }] },
    ]);
  });
});

describe("what cannot be kept", () => {
  const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));
  const FAULTY: [path: string, code: string, value: unknown, below?: string][] = [
    ["/title", "nul", "a\0b"],
    ["/external_ref", "nul", "\0"],
    ["/location_ref", "lone_surrogate", "\ud800"],
    ["/description", "lone_surrogate", "\udc00\ud800"],
    ["/price/amount", "number_out_of_range", JSON.parse(`1${"0".repeat(400)}`)],
    ["/stock/quantity", "number_out_of_range", Number.NEGATIVE_INFINITY],
    ["/proof/captured_lat", "number_out_of_range", Number.POSITIVE_INFINITY],
    ["/brand", "too_deep", nested(100), "/0".repeat(29)],
    ["/proof/media_url", "nul", "https://shop.example/\0"],
  ];

  it.each(FAULTY)("costs its entry: %s, %s", (path, code, value, below = "") => {
    const errors = errorsOf(withValue(WHOLE, path, value));
    expect(errors).toContainEqual({ pointer: `/items/1${path}${below}`, code, detail: expect.any(String) });
  });

  it.each(FAULTY)("costs the body when the entry is all of it: %s, %s", (path, code, value) => {
    expect(refusal(withValue(WHOLE, path, value))).toMatchObject([
      { pointer: expect.stringContaining(path), code },
    ]);
  });

  it("in one entry does not hide what is wrong with another", () => {
    const faulty = { ...WHOLE, ...Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`m${i}`, "\0"])) };
    const { rejected } = read({ items: [...Array(50).fill(faulty), { ...WHOLE, title: "\0" }] });
    expect(rejected).toHaveLength(51);
    expect(rejected[0]?.errors).toHaveLength(10);
    expect(rejected[50]?.errors).toMatchObject([{ pointer: "/items/50/title", code: "nul" }]);
  });
});

import { describe, expect, it } from "vitest";
import * as z from "zod";
import { readBySchema } from "../../src/http/body-schema.ts";
import { guided, instant, textMember } from "../../src/http/wire-schema.ts";

const schema = z.strictObject({
  label: textMember(1, 5, "A label."),
  scopes: guided(
    z.array(guided(z.enum(["read", "write"]), "one of read, write")).min(1),
    "a list of read, write",
  ),
  expires_at: instant.nullable().optional(),
  place: z
    .strictObject({ lat: guided(z.number().min(-90).max(90), "a number between -90 and 90") })
    .optional(),
  sizes: z
    .custom<object>((sizes) => Object.keys(sizes ?? {}).length < 3)
    .pipe(
      guided(
        z.object({ s: guided(z.int(), "a number of inches") }).catchall(guided(z.int(), "a whole number")),
        "an object of two sizes",
      ),
    )
    .optional(),
});

const errorsOf = (value: unknown) => {
  const reading = readBySchema(schema, value);
  return reading.ok ? [] : reading.errors;
};
const right = { label: "till", scopes: ["read"] };

describe("reading a body by its schema", () => {
  it("yields it as it was sent", () => {
    for (const body of [right, { ...right, expires_at: null, place: { lat: -90 } }]) {
      expect(readBySchema(schema, body)).toEqual({ ok: true, value: body });
    }
  });

  it.each([
    [{ scopes: ["read"] }, "/label", "missing", "label is missing; it must be 1 to 5 characters"],
    [{ ...right, label: "longer" }, "/label", "invalid", "label must be 1 to 5 characters"],
    [{ ...right, label: " " }, "/label", "invalid", "not only spaces"],
    [{ ...right, label: 7 }, "/label", "invalid", "label must be 1 to 5"],
    [{ ...right, scopes: [] }, "/scopes", "invalid", "scopes must be a list of read, write"],
    [{ ...right, scopes: "read" }, "/scopes", "invalid", "scopes must be a list"],
    [{ ...right, scopes: ["read", "rite"] }, "/scopes/1", "invalid", "element 1 must be one of read, write"],
    [{ ...right, expires_at: "tomorrow" }, "/expires_at", "invalid", "an instant in UTC"],
    [{ ...right, expires_at: "2026-11-21T10:00:00+01:00" }, "/expires_at", "invalid", "an instant in UTC"],
    [{ ...right, place: { lat: 91 } }, "/place/lat", "invalid", "lat must be a number between -90 and 90"],
    [{ ...right, place: {} }, "/place/lat", "missing", "lat is missing"],
    [{ ...right, place: 3 }, "/place", "invalid", "place must be an object with lat"],
    [{ ...right, sizes: { s: 1, x: 1, y: 1 } }, "/sizes", "invalid", "sizes must be an object of two sizes"],
    [{ ...right, sizes: { s: "1" } }, "/sizes/s", "invalid", "s must be a number of inches"],
    [{ ...right, sizes: { s: 1, xl: "1" } }, "/sizes/xl", "invalid", "xl must be a whole number"],
    [
      { ...right, sizes: { s: 1, constructor: 0.5 } },
      "/sizes/constructor",
      "invalid",
      "must be a whole number",
    ],
    [{ ...right, lable: "x" }, "/lable", "unknown", 'unknown member "lable"; the nearest known one is label'],
    [{ ...right, expiresAt: null }, "/expiresAt", "unknown", "nearest known one is expires_at"],
    [{ ...right, place: { lat: 1, lon: 2 } }, "/place/lon", "unknown", "the nearest known one is lat"],
    [{ ...right, "a/b~": 1 }, "/a~1b~0", "unknown", "unknown member"],
    [[], "", "invalid", "the body must be an object with label, scopes"],
    [null, "", "invalid", "the body must be an object"],
    ["text", "", "invalid", "the body must be an object"],
  ])("says of %j where it is wrong, and what would be right", (body, pointer, code, detail) => {
    expect(errorsOf(body)).toEqual([{ pointer, code, detail: expect.stringContaining(detail) }]);
  });

  it("refuses members that JavaScript's objects have by birth", () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      const body = JSON.parse(`{"label":"till","scopes":["read"],"${name}":{}}`);
      expect(errorsOf(body)).toMatchObject([{ pointer: `/${name}`, code: "unknown" }]);
    }
  });

  it("names everything at once, though not without end", () => {
    expect(
      errorsOf({ scopes: ["x", "y"], more: 1 })
        .map(({ pointer }) => pointer)
        .sort(),
    ).toEqual(["/label", "/more", "/scopes/0", "/scopes/1"]);
    const crowd = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`unknown${i}`, i]));
    expect(errorsOf({ ...right, ...crowd })).toHaveLength(50);
  });

  it("counts characters as people do", () => {
    expect(errorsOf({ ...right, label: "🍞🥖🥐🥯🧇" })).toEqual([]);
    expect(errorsOf({ ...right, label: "🍞🥖🥐🥯🧇🥞" })).toHaveLength(1);
  });

  it("makes no code from strings", () => {
    expect(z.config().jitless).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { AHEAD } from "./malformed.ts";
import { errorsOf } from "./reading.ts";
import { WHOLE } from "./wire-entries.ts";

describe("a change", () => {
  const change = (members: object) => ({ external_ref: "x", ...members });
  const stock = { quantity: 1 };
  const adjust = { adjust: -1 };
  it.each<[pointers: readonly string[], code: string, entry: object]>([
    [[""], "missing", change({})],
    [[""], "missing", change({ location_ref: "a", observed_at: "2026-11-21T10:00:00Z" })],
    [[""], "missing", change({ proof: null, verified_at: null })],
    [["/title"], "invalid", change({ title: null })],
    [["/price"], "invalid", change({ price: null })],
    [["/price/currency"], "missing", change({ price: { amount: 1 } })],
    [["/stock"], "invalid", change({ stock: null })],
    [["/stock/quantity"], "missing", change({ stock: {} })],
    [["/stock/quantity"], "missing", change({ stock: { availability: "in_stock" } })],
    [["/stock/quantity"], "invalid", change({ stock: { quantity: null } })],
    [["/proof"], "conflict", change({ proof: WHOLE.proof })],
    [["/verified_at"], "conflict", change({ title: "y", verified_at: "2026-11-21T10:00:00Z" })],
    [["/stock/quantity"], "conflict", change({ stock: { ...adjust, ...stock } })],
    [["/stock/availability"], "conflict", change({ stock: { ...adjust, availability: "in_stock" } })],
    [["/title", "/price"], "conflict", change({ stock: adjust, title: "y", price: WHOLE.price })],
    [["/brand"], "conflict", change({ stock: adjust, brand: null })],
    [
      ["/proof", "/verified_at"],
      "conflict",
      change({ stock: adjust, proof: WHOLE.proof, verified_at: "2026-11-21T10:00:00Z" }),
    ],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: 0 } })],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: null } })],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: 0.5 } })],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: "-1" } })],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: 1_000_001 } })],
    [["/stock/adjust"], "invalid", change({ stock: { adjust: -1_000_001 } })],
    [["/quantity"], "unknown", change({ quantity: 1 })],
  ])("is rejected at %j as %s", (pointers, code, entry) => {
    expect(errorsOf(entry, "PATCH")).toEqual(
      pointers.map((pointer) => ({ pointer: `/items/1${pointer}`, code, detail: expect.any(String) })),
    );
  });

  it("by so many pieces needs an Idempotency-Key", () => {
    expect(errorsOf(change({ stock: adjust }), "PATCH", true)).toEqual([]);
    expect(errorsOf(change({ stock: adjust }), "PATCH", false)).toMatchObject([
      { pointer: "/items/1/stock/adjust", code: "idempotency_key_required" },
    ]);
    expect(errorsOf(change({ stock }), "PATCH", false)).toEqual([]);
  });

  it("is not a matter for POST", () => {
    expect(errorsOf({ ...WHOLE, stock: { quantity: 1, adjust: 1 } })).toMatchObject([
      { pointer: "/items/1/stock/adjust", code: "unknown" },
    ]);
  });
});

describe("a deletion", () => {
  it("names what goes, and nothing else", () => {
    expect(errorsOf({ external_ref: "x", title: "y" }, "DELETE")).toMatchObject([
      { pointer: "/items/1/title", code: "unknown" },
    ]);
    expect(errorsOf({ external_ref: "x", observed_at: AHEAD[0] }, "DELETE")).toMatchObject([
      { pointer: "/items/1/observed_at", code: "future" },
    ]);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CatalogVerb } from "../../src/catalog/entry-rules.ts";
import { readEntries } from "../../src/catalog/read-entries.ts";
import { errorsOf, read, refusal } from "./reading.ts";
import { deleteEntry, NOW_MS, patchEntry, postEntry, WHOLE, type WireEntry } from "./wire-entries.ts";

const SEED = { seed: 20_261_121, numRuns: 300 };

const ms = (text: string) => Date.parse(text.replace(/(\.\d{3})\d+/, "$1"));

type Wire = WireEntry & {
  price?: { amount: number; currency: string };
  stock?: { quantity?: number; availability?: string; adjust?: number };
  proof?: { [name: string]: string | number };
  [name: string]: unknown;
};

/** What an entry means, said once more. */
function meaning(wire: Wire, index: number, verb: CatalogVerb): unknown {
  const observedAtMs = wire["observed_at"] ? ms(wire["observed_at"] as string) : NOW_MS;
  const named = {
    index,
    externalRef: wire.external_ref,
    locationRef: wire["location_ref"] ?? null,
    observedAtMs,
  };
  if (verb === "DELETE") return { ...named, kind: "delete" };
  if (wire.stock?.adjust !== undefined) {
    return { ...named, kind: "adjust", adjust: wire.stock.adjust, observedAtStated: "observed_at" in wire };
  }
  const details = Object.fromEntries(
    ["title", "description", "brand", "category", "gtin", "image_url", "buy_url"]
      .filter((name) => verb === "POST" || name in wire)
      .map((name) => [name, wire[name] ?? null]),
  );
  if (typeof details["gtin"] === "string") details["gtin"] = details["gtin"].padStart(14, "0");
  const { proof } = wire;
  return {
    ...named,
    kind: "observe",
    ...(Object.keys(details).length > 0 && { details }),
    ...(wire.price && { price: wire.price }),
    ...(wire.stock && {
      stock: {
        quantity: wire.stock.quantity,
        availability: wire.stock.availability ?? null,
        verifiedAtMs: wire["verified_at"] ? ms(wire["verified_at"] as string) : observedAtMs,
        proof: proof
          ? {
              kind: proof["kind"],
              media_url: proof["media_url"] ?? null,
              sha256: (proof["sha256"] as string | undefined)?.toLowerCase() ?? null,
              capturedAtMs: ms(proof["captured_at"] as string),
              point:
                proof["captured_lat"] === undefined
                  ? null
                  : {
                      lat: (proof["captured_lat"] as number) + 0,
                      lng: (proof["captured_lng"] as number) + 0,
                    },
            }
          : null,
      },
    }),
  };
}

describe("entries that are right", () => {
  it.each([
    ["POST", postEntry],
    ["PATCH", patchEntry],
    ["DELETE", deleteEntry],
  ] as const)("read to what was sent: %s", (verb, entry) => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 4 }), (items) => {
        const expected = items.map((wire, index) => meaning(wire as Wire, index, verb));
        expect(read({ items }, verb)).toEqual({ entries: expected, rejected: [], count: items.length });
        const bare = readEntries(items[0], { verb, nowMs: NOW_MS, keyed: true });
        expect(bare).toEqual({
          ok: true,
          bare: true,
          entries: { entries: expected.slice(0, 1), rejected: [], count: 1 },
        });
      }),
      SEED,
    );
  });

  it("may say null for what they may leave out", () => {
    fc.assert(
      fc.property(postEntry, (entry) => {
        const optional = Object.keys(WHOLE).filter(
          (name) => !["external_ref", "title", "price", "stock"].includes(name),
        );
        const nulls = Object.fromEntries(optional.map((name) => [name, null]));
        expect(read({ ...nulls, ...entry })).toEqual(read(entry));
      }),
      SEED,
    );
  });

  it("of a PATCH clear with null what may be cleared, and leave alone what they do not name", () => {
    expect(read({ external_ref: "x", brand: null, proof: null, verified_at: null }, "PATCH").entries).toEqual(
      [
        {
          index: 0,
          externalRef: "x",
          locationRef: null,
          observedAtMs: NOW_MS,
          kind: "observe",
          details: { brand: null },
        },
      ],
    );
  });

  it("are as long as people count characters", () => {
    const url = `https://shop.example/${"x".repeat(2027)}`;
    const long = {
      external_ref: "🏪".repeat(128),
      location_ref: "🏪".repeat(128),
      title: "🍞".repeat(300),
      description: "🍞".repeat(2000),
      brand: "🍞".repeat(200),
      category: "🍞".repeat(100),
      image_url: url,
      buy_url: url,
    };
    expect(url).toHaveLength(2048);
    expect(errorsOf({ ...WHOLE, ...long })).toEqual([]);
    expect(errorsOf({ ...WHOLE, description: "", brand: " ", category: "" })).toEqual([]);
  });

  it("take a zero for a zero, whatever its sign", () => {
    const entry = JSON.parse(
      '{"external_ref":"x","title":"y","price":{"amount":-0,"currency":"NGN"},"stock":{"quantity":-0}}',
    );
    const [first] = read(entry).entries;
    expect(first).toMatchObject({ price: { amount: 0 }, stock: { quantity: 0 } });
  });

  it.each(["2026-11-21T10:05:00.000Z", "2026-11-21T11:05:00.000999+01:00"])(
    "may lie up to five minutes ahead: %s",
    (instant) => {
      expect(errorsOf({ ...WHOLE, observed_at: instant, verified_at: instant })).toEqual([]);
    },
  );
});

describe("a body that is no body of entries", () => {
  it.each<[pointer: string, code: string, body: unknown]>([
    ["", "invalid", null],
    ["", "invalid", []],
    ["", "invalid", [WHOLE]],
    ["", "invalid", "SKU-1"],
    ["", "invalid", 7],
    ["/items", "invalid", { items: [] }],
    ["/items", "invalid", { items: null }],
    ["/items", "invalid", { items: WHOLE }],
    ["/items", "invalid", { items: Array(1001).fill(WHOLE) }],
    ["/partner", "unknown", { items: [WHOLE], partner: "x" }],
    ["/external_ref", "unknown", { items: [WHOLE], external_ref: "x" }],
  ])("is refused whole at %j as %s", (pointer, code, body) => {
    for (const verb of ["POST", "PATCH", "DELETE"] as const) {
      expect(refusal(body, verb)).toEqual([{ pointer, code, detail: expect.any(String) }]);
    }
  });

  it("may have a thousand entries", () => {
    expect(read({ items: Array(1000).fill(WHOLE) })).toMatchObject({ count: 1000, rejected: [] });
  });
});

describe("any JSON at all", () => {
  it.each(["POST", "PATCH", "DELETE"] as const)("is read or refused, and never throws: %s", (verb) => {
    const members = fc.constantFrom(...Object.keys(WHOLE), "items", "__proto__", "adjust", "");
    const json = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { depthSize: "medium" },
        fc.constantFrom<unknown>(
          null,
          true,
          0,
          -1,
          0.5,
          Number.POSITIVE_INFINITY,
          "",
          "x",
          "\0",
          "\ud800",
          "NGN",
        ),
        fc.array(tie("value"), { maxLength: 3 }),
        fc
          .array(fc.tuple(members, tie("value")), { maxLength: 6 })
          .map((entries) => Object.fromEntries(entries)),
      ),
    })).value;
    fc.assert(
      fc.property(json, fc.array(json, { maxLength: 3 }), (body, items) => {
        for (const each of [body, { items }]) {
          const reading = readEntries(each, { verb, nowMs: NOW_MS, keyed: false });
          if (!reading.ok) {
            expect(reading.errors.length).toBeGreaterThan(0);
            continue;
          }
          const { entries, rejected, count } = reading.entries;
          const indexes = [...entries, ...rejected].map(({ index }) => index).sort();
          expect(indexes).toEqual(Array.from({ length: count }, (_, i) => i));
          for (const { errors } of rejected) {
            expect(errors.length).toBeGreaterThan(0);
            for (const { pointer, detail } of errors) expect((pointer + detail).isWellFormed()).toBe(true);
          }
        }
      }),
      SEED,
    );
  });
});

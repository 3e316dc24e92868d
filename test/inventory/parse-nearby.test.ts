import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalNearbyQuery } from "../../src/inventory/canonical-query.ts";
import { NEARBY_PARAMETERS } from "../../src/inventory/parameters.ts";
import { parseNearby } from "../../src/inventory/parse-nearby.ts";
import { DEFAULTS, queryStrings, questions } from "./nearby-arbitraries.ts";

function errorsOf(rawQuery: string) {
  const parse = parseNearby(rawQuery);
  return parse.ok ? [] : parse.errors;
}

/** `parameter: code` of each error. */
function faults(rawQuery: string) {
  return errorsOf(rawQuery).map(({ parameter, code }) => `${parameter}: ${code}`);
}

function queryOf(rawQuery: string) {
  const parse = parseNearby(rawQuery);
  if (!parse.ok) throw new Error(JSON.stringify(parse.errors));
  return parse.query;
}

const HERE = "lat=6.4281&lng=3.4219";

/** For each parameter, what must not be taken, percent-encoded where need be. */
const WRONG: Record<keyof typeof NEARBY_PARAMETERS, readonly string[]> = {
  lat: [
    ..."|+6.4|6.4+|%2B5|0x10|1e999|1e1|1E1|NaN|Infinity|-Infinity|91|-91|90.000001|.5|5.|--5|6,4|6.4.2".split(
      "|",
    ),
    ..."%D9%A3|%EF%BC%95|null|true|%00|6.4%00|%0A6.4|6.4%0A|0b1|1_0|5n|%E2%88%925".split("|"),
  ],
  lng: ["", "181", "-181", "180.000001", "0x10", "1e999", "NaN", "3.4N", "+3"],
  cell: [
    "",
    "0",
    "8928308280fffff0",
    "8928308280ffff",
    "ffffffffffffffff",
    "zz28308280fffff",
    "+88589a4653fffff",
  ],
  radius_m: ["", "0", "0.999", "50000.001", "50001", "-1", "5km", "1e3", "0x10", "Infinity"],
  product: ["", "a".repeat(201), "%00", "bread%00", "%F0%9F%8D%9E".repeat(201)],
  category: ["", "a".repeat(201), "%00"],
  gtin: [
    "",
    "1",
    "5449000000995",
    "5449000000996+",
    "05449000000996000",
    "544900000099X",
    "%D9%A3".repeat(8),
  ],
  partner_id: ["", "ptr_", "ptr_1", "loc_01k9w2kt6fe1r8y3q5d7h9j2wa", "ptr_81k9w2kt6fe1r8y3q5d7h9j2wa", "1"],
  location_id: ["", "ptr_01k9w2kt6fe1r8y3q5d7h9j2wa", "LOC_01k9w2kt6fe1r8y3q5d7h9j2wa", "%00"],
  availability: [
    "",
    ",",
    "in_stock,",
    ",in_stock",
    "in_stock,,low_stock",
    "in_stock,+low_stock",
    "In_Stock",
    "all",
  ],
  min_qty: ["", "-1", "1000001", "1.0", "1.5", "1e3", "0x1", "+1", "one"],
  max_age_s: ["", "-1", "315360001", "60.5", "1h", "Infinity"],
  proof: ["", "none", "Required", "true"],
  max_price: ["", "-1", "1.5", "9007199254740992", "1e3", "99999999999999999999"],
  currency: ["", "ngn", "NG", "NGNN", "XXX", "XAU", "ABC", "%E2%82%A6", "__proto__"],
  open_now: ["", "1", "0", "yes", "True", "TRUE", "null"],
  deliverable: ["", "1", "yes", "FALSE"],
  sort: ["", "Distance", "rating", "distance,price", "__proto__"],
  limit: ["", "0", "101", "-1", "20.0", "1e1", "ten"],
  cursor: ["", "a".repeat(2049), "a+b", "a=", "a%2Fb", "a.b", "%00", "%C3%A9"],
  explain: ["", "1", "on", "verbose"],
};

describe("a nearby question", () => {
  it("means what was written, in whichever of the equivalent ways it was written", () => {
    const written = questions.chain(({ texts, means }) =>
      queryStrings(texts).map((query) => ({ query, means })),
    );
    fc.assert(
      fc.property(written, ({ query, means }) => {
        expect(parseNearby(query)).toEqual({ ok: true, query: means });
      }),
      { seed: 5, numRuns: 1500 },
    );
  });

  it("has the contract's defaults", () => {
    expect(queryOf(HERE)).toStrictEqual({ point: { lat: 6.4281, lng: 3.4219 }, ...DEFAULTS });
  });

  it("may lie anywhere on Earth and reach from one metre to fifty kilometres, bounds included", () => {
    expect(queryOf("lat=-90&lng=-180&radius_m=1").point).toEqual({ lat: -90, lng: -180 });
    expect(queryOf("lat=90&lng=180&radius_m=50000").radiusM).toBe(50_000);
    expect(queryOf("lat=-0&lng=-0.0").point).toStrictEqual({ lat: 0, lng: 0 });
    expect(queryOf(`${HERE}&radius_m=1.5`).radiusM).toBe(1.5);
  });

  it("counts characters, not UTF-16 units or bytes", () => {
    const loaves = "🍞".repeat(200);
    expect(queryOf(`${HERE}&product=${encodeURIComponent(loaves)}`).product).toBe(loaves);
  });

  it("keeps a name written with accents, spaces or separators as it is", () => {
    expect(queryOf(`${HERE}&product=%E1%BA%B8%CC%80b%C3%A0`).product).toBe("Ẹ̀bà");
    expect(queryOf(`${HERE}&product=salt+%26+pepper%3D1%2B1`).product).toBe("salt & pepper=1+1");
    expect(queryOf(`${HERE}&product=a=b`).product).toBe("a=b");
  });

  it("collapses repeated availabilities", () => {
    expect(queryOf(`${HERE}&availability=on_request,in_stock,on_request`).availability).toEqual([
      "in_stock",
      "on_request",
    ]);
  });
});

describe("a nearby question that is not well-formed", () => {
  for (const [name, texts] of Object.entries(WRONG)) {
    it.each(texts.map((text) => [text.length > 40 ? `${text.slice(0, 40)}…` : text, text]))(
      `is refused for ${name}=%s`,
      (_, text) => {
        const place = name === "cell" ? "" : name === "lat" ? "lng=3" : name === "lng" ? "lat=6" : HERE;
        const company = name === "max_price" ? "&currency=NGN" : "";
        const errors = errorsOf(`${place}&${name}=${text}${company}`);
        expect(errors.map(({ parameter, code }) => [parameter, code])).toEqual([[name, "invalid"]]);
        expect(errors[0]!.detail).toMatch(new RegExp(`^${name} must be `));
      },
    );
  }

  it("says what would be right", () => {
    expect(errorsOf("lat=&lng=3")).toEqual([
      {
        parameter: "lat",
        code: "invalid",
        detail: "lat must be a decimal number of degrees between -90 and 90, such as 6.4281",
      },
    ]);
    expect(errorsOf(`${HERE}&sort=rating`)[0]!.detail).toBe(
      "sort must be one of distance, delivery, price, freshness",
    );
  });

  it("is refused with exactly the parameters that are wrong, whatever else it holds", () => {
    const faulty = questions.chain(({ texts }) =>
      fc.uniqueArray(fc.constantFrom(...Object.keys(texts)), { minLength: 1 }).chain((names) =>
        fc
          .tuple(...names.map((name) => fc.constantFrom(...WRONG[name as keyof typeof WRONG])))
          .map((wrong) => {
            const broken = new Map(names.map((name, i) => [name, wrong[i]!]));
            const pairs = Object.entries(texts).map(
              ([name, text]) => `${name}=${broken.get(name) ?? encodeURIComponent(text)}`,
            );
            return { names, query: pairs.join("&") };
          }),
      ),
    );
    fc.assert(
      fc.property(faulty, ({ names, query }) => {
        expect(faults(query).sort()).toEqual(names.map((name) => `${name}: invalid`).sort());
      }),
      { seed: 6, numRuns: 1500 },
    );
  });

  it.each(Object.keys(NEARBY_PARAMETERS))(
    "is refused when %s is given twice, be it with the same value",
    (name) => {
      const once = `${name}=x`;
      expect(faults(`${once}&${once}&${once}`).filter((fault) => fault.startsWith(`${name}:`))).toHaveLength(
        1,
      );
      if (name !== "lat") expect(faults(`lat=1&lat=1&lng=2`)).toEqual(["lat: repeated"]);
    },
  );

  it("is refused without a place, with half a place, and with two places", () => {
    expect(faults("")).toEqual(["lat: missing", "lng: missing"]);
    expect(faults("?")).toEqual(["lat: missing", "lng: missing"]);
    expect(faults("lat=6")).toEqual(["lng: missing"]);
    expect(faults("lng=3")).toEqual(["lat: missing"]);
    expect(faults("cell=88589a4653fffff&lat=6")).toEqual(["cell: conflict"]);
    expect(faults(`cell=88589a4653fffff&${HERE}`)).toEqual(["cell: conflict"]);
  });

  it("is refused when a highest price comes without a currency", () => {
    expect(faults(`${HERE}&max_price=5`)).toEqual(["currency: missing"]);
  });

  it("is refused for a parameter nobody knows, naming the nearest that is known", () => {
    expect(errorsOf(`${HERE}&raduis_m=5`)).toEqual([
      {
        parameter: "raduis_m",
        code: "unknown",
        detail: 'unknown parameter "raduis_m"; the nearest known one is radius_m',
      },
    ]);
    expect(faults(`${HERE}&foo&foo=1&foo=2`)).toEqual(["foo: unknown"]);
    expect(faults(`${HERE}&=5`)).toEqual([": unknown"]);
    for (const name of ["__proto__", "constructor", "toString", "LAT", "lat%00", "lat+"]) {
      expect(faults(`${HERE}&${name}=1`)).toEqual([`${decodeURIComponent(name.replace("+", " "))}: unknown`]);
    }
  });

  it("is refused for what is not percent-encoded UTF-8", () => {
    for (const text of ["%zz", "%", "%f", "%ff", "%C3", "%ED%A0%80", "%C0%80", "\ud800"]) {
      expect(faults(`${HERE}&product=${text}`)).toEqual(["product: encoding"]);
      expect(errorsOf(`${HERE}&${text}=1`).map(({ code }) => code)).toEqual(["unknown"]);
    }
  });

  it("is told all its errors together, each once", () => {
    expect(faults("lat=91&lat=5&cell=x&limit=0&max_price=1&nope=1&nope=2&product=%ff").sort()).toEqual([
      "cell: invalid",
      "currency: missing",
      "lat: invalid",
      "limit: invalid",
      "nope: unknown",
      "product: encoding",
    ]);
  });

  it("is told of no more unknown parameters than a reader could want, cut to a readable length", () => {
    const many = Array.from({ length: 5000 }, (_, i) => `x${i}=1`).join("&");
    expect(errorsOf(`${HERE}&${many}`)).toHaveLength(20);
    expect(errorsOf(`${HERE}&${"y".repeat(5000)}=1`)[0]!.detail.length).toBeLessThan(200);
  });

  it("never makes the parser throw, and every error is well-formed text", () => {
    const pieces = fc.oneof(
      fc.constantFrom(
        "&",
        "=",
        "?",
        "+",
        "%",
        "%zz",
        "%00",
        "%ff",
        "%F0%9F",
        "lat",
        "lng",
        "cell",
        "6.4",
        "\ud800",
      ),
      fc.string({ unit: "binary", maxLength: 5 }),
    );
    const noise = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.array(pieces, { maxLength: 30 }).map((all) => all.join("")),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 })
        .map((units) => String.fromCharCode(...units)),
    );
    fc.assert(
      fc.property(noise, (query) => {
        const errors = errorsOf(query);
        expect(errors.every(({ parameter, detail }) => (parameter + detail).isWellFormed())).toBe(true);
        expect(new Set(errors.map(({ parameter }) => parameter)).size).toBe(errors.length);
      }),
      { seed: 7, numRuns: 5000 },
    );
  });
});

describe("the canonical text of a question", () => {
  const base = queryOf(`${HERE}&product=bread`);

  it("is the same however the question was written and whatever its cursor", () => {
    const others = [
      "product=bread&lng=3.42190&lat=6.428100",
      `${HERE}&product=%62read&radius_m=5000&availability=low_stock,in_stock&explain=false&proof=any`,
      `${HERE}&product=bread&cursor=abc`,
    ];
    for (const other of others) expect(canonicalNearbyQuery(queryOf(other))).toBe(canonicalNearbyQuery(base));
  });

  it("differs for two questions exactly when they differ in anything but the cursor", () => {
    fc.assert(
      fc.property(questions, questions, ({ means: one }, { means: other }) => {
        const member = { ...one, cursor: undefined };
        for (const name of Object.keys(one) as (keyof typeof one)[]) {
          const changed = { ...one, [name]: other[name] };
          const same = JSON.stringify({ ...changed, cursor: undefined }) === JSON.stringify(member);
          expect(canonicalNearbyQuery(changed) === canonicalNearbyQuery(one)).toBe(same);
        }
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
